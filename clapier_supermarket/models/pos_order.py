from odoo import api, fields, models
from odoo.exceptions import UserError

VERDICTS = [
    ("allowed", "May shop"),
    ("warned", "May shop, warned"),
    ("refused", "Refused"),
    ("unknown", "Not a member"),
]
STAFF = (
    "clapier_supermarket.group_supermarket_user,"
    "clapier_supermarket.group_supermarket_till_manager"
)


class PosOrder(models.Model):
    _inherit = "pos.order"

    # What the till knew when it sold; it tells, the server judges
    supermarket_verdict = fields.Selection(
        VERDICTS, "Verdict at the Till", readonly=True, copy=False
    )
    supermarket_verdict_date = fields.Datetime(
        "Verdict Known Since", readonly=True, copy=False
    )
    supermarket_offline = fields.Boolean(
        "Sold While Cut Off",
        readonly=True,
        copy=False,
        help="The till could not ask the server and used the last verdict it knew.",
    )
    supermarket_override_reason = fields.Char(
        "Reason Given by the Till Manager",
        readonly=True,
        copy=False,
        help="Written by a till manager working at a till that is cut off.",
    )
    # What the server made of it
    supermarket_override_id = fields.Many2one(
        "supermarket.till.override",
        "Till Override",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=STAFF,
    )

    @api.model
    def _process_order(self, order, existing_order):
        """Override of point_of_sale: a till does not choose its override."""
        order.pop("supermarket_override_id", None)
        return super()._process_order(order, existing_order)

    def action_pos_order_paid(self):
        """Override of point_of_sale to refuse a sale to a person who may not shop.

        Every way of paying an order ends here.

        :raises UserError: the reason, and what to do
        """
        self._supermarket_check_sale()
        return super().action_pos_order_paid()

    def _supermarket_check_sale(self):
        """Raise unless the customer may shop, or somebody answers for the sale."""
        self.ensure_one()
        config = self.config_id
        # Taking goods back is no sale.
        sells = any(line.qty > 0 for line in self.lines)
        if not config.supermarket_member_till or not sells:
            return
        verdict, reason = config._supermarket_judge_customer(self.partner_id)
        if verdict not in ("refused", "unknown"):
            return
        override = self._supermarket_find_override(verdict, reason)
        if not override:
            raise UserError(
                self.env._(
                    "%(reason)s A till manager can let this sale through.",
                    reason=reason,
                )
            )
        self.sudo().supermarket_override_id = override

    def _supermarket_find_override(self, verdict, reason):
        """Return who answers for this sale, as superuser; the log has one more row when
        the till was cut off."""
        config = self.config_id
        Override_sudo = self.env["supermarket.till.override"].sudo()
        override = Override_sudo._for_order(self.uuid, config, self.partner_id)
        if override or not self.supermarket_offline:
            return override
        if self.supermarket_override_reason and (
            self.env.user in config._supermarket_till_managers()
        ):
            return config._supermarket_log_override(
                self.uuid,
                self.partner_id,
                self.supermarket_override_reason,
                self.env.user,
            )
        if self.supermarket_verdict in ("allowed", "warned"):
            return Override_sudo.create(
                self._prepare_supermarket_offline_vals(verdict, reason)
            )
        return override

    def _prepare_supermarket_offline_vals(self, verdict, reason):
        """Return the row of a sale made on the last known verdict.

        The sale happened: refusing it now would only hide it.
        """
        known_since = self.supermarket_verdict_date or self.date_order
        return {
            "kind": "offline",
            "partner_id": self.partner_id.id,
            "verdict": verdict,
            "verdict_reason": reason,
            "reason": self.env._(
                "The network was cut; the last verdict, of %(date)s UTC, allowed the sale.",
                date=fields.Datetime.to_string(known_since),
            ),
            "cashier_id": self.user_id.id or self.env.uid,
            "session_id": self.session_id.id,
            "config_id": self.config_id.id,
            "company_id": self.company_id.id,
            "order_uuid": self.uuid,
        }
