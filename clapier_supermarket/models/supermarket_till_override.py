from odoo import api, fields, models

from .pos_order import VERDICTS


class SupermarketTillOverride(models.Model):
    """A sale let through although the verdict refused it: who, why, on whose word."""

    _name = "supermarket.till.override"
    _description = "Till Override"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id", "reason", "order_uuid"]

    _ledger_partner_columns = ("partner_id",)

    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    kind = fields.Selection(
        [
            ("manager", "By a till manager"),
            ("offline", "Sold on the last known verdict"),
        ],
        required=True,
        readonly=True,
        default="manager",
    )
    # What the till said
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    verdict_reason = fields.Char("Reason of the Verdict", readonly=True)
    # Who let it through
    reason = fields.Char("Reason of the Override", required=True, readonly=True)
    manager_id = fields.Many2one(
        "res.users", "Till Manager", readonly=True, ondelete="restrict"
    )
    cashier_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    # Where
    session_id = fields.Many2one("pos.session", readonly=True, ondelete="restrict")
    config_id = fields.Many2one(
        "pos.config", "Till", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    order_uuid = fields.Char("Order UUID", required=True, readonly=True, index=True)
    pos_order_ids = fields.One2many(
        "pos.order", "supermarket_override_id", "Orders", readonly=True
    )

    _manager_named = models.Constraint(
        "CHECK (kind != 'manager' OR manager_id IS NOT NULL)",
        "An override by a till manager must name the manager.",
    )

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for override in self:
            name = override.partner_id.display_name or self.env._("Nobody")
            override.display_name = f"{name}, {fields.Date.to_string(override.date)}"

    @api.model
    def _for_order(self, order_uuid, config, partner):
        """Return the manager's override of one order for one person, if any."""
        return self.search(
            [
                ("kind", "=", "manager"),
                ("order_uuid", "=", order_uuid),
                ("config_id", "=", config.id),
                ("partner_id", "=", partner.id),
            ],
            limit=1,
        )
