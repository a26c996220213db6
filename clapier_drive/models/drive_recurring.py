from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

BATCH = 50


class DriveRecurring(models.Model):
    """What a family orders in every cycle, or every second one, without doing anything."""

    _name = "drive.recurring"
    _description = "Recurring Basket"
    _order = "partner_id, id"
    _rec_name = "partner_id"

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner", "Family", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    schedule_id = fields.Many2one(
        "drive.schedule",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('company_id', '=', company_id), ('public', '=', 'family')]",
    )
    point_id = fields.Many2one(
        "drive.point",
        "Pick-Up Point",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id)]",
    )
    payment = fields.Selection(
        [("pickup", "At Pick-Up"), ("credit", "From Credit")],
        required=True,
        default="pickup",
        help="What the credit does not pay is paid at pick-up where the policy allows it.",
    )
    pause_start = fields.Date("Paused From")
    pause_stop = fields.Date("Paused Until", help="Empty: until further notice.")
    line_ids = fields.One2many("drive.recurring.line", "recurring_id", "Products")
    order_ids = fields.One2many("sale.order", "drive_recurring_id", "Baskets")
    done_cycle_ids = fields.Many2many("drive.cycle", string="Cycles Done", copy=False)

    _one_each = models.UniqueIndex(
        "(partner_id, schedule_id) WHERE active",
        "This family has a recurring basket already: change that one.",
    )
    _pause_ordered = models.Constraint(
        "CHECK (pause_stop IS NULL OR pause_start <= pause_stop)",
        "A pause ends after it begins.",
    )

    def _is_paused(self, day):
        """Return whether nothing is ordered for a pick-up on ``day``."""
        self.ensure_one()
        return bool(
            self.pause_start
            and self.pause_start <= day
            and (not self.pause_stop or day <= self.pause_stop)
        )

    # --- Making the baskets

    @api.model
    def _cron_make(self):
        """Make the recurring baskets of the cycles that have opened, by batches."""
        cycles = self.env["drive.cycle"].search(
            [
                ("is_open", "=", True),
                ("public", "=", "family"),
                ("schedule_id", "!=", False),
            ]
        )
        for cycle in cycles:
            waiting = Domain("schedule_id", "=", cycle.schedule_id.id) & Domain(
                "done_cycle_ids", "not in", cycle.ids
            )
            self.env["ir.cron"]._commit_progress(remaining=self.search_count(waiting))
            while batch := self.search(waiting, limit=BATCH, order="id"):
                batch._make(cycle)
                if not self.env["ir.cron"]._commit_progress(len(batch)):
                    return

    def _make(self, cycle):
        """Make the baskets of these families in a cycle, order them and tell the families.

        The same number of searches for one family or for all of a batch. A basket that is
        there already is not made again.

        :return: the sale.order records made
        """
        made = self.order_ids.filtered(lambda order: order.drive_cycle_id == cycle)
        due = self.filtered(
            lambda recurring: (
                not recurring._is_paused(cycle.date_pickup)
                and recurring not in made.drive_recurring_id
            )
        )
        self.done_cycle_ids = [Command.link(cycle.id)]
        vals_list, told = due._prepare_baskets(cycle)
        orders = (
            self.env["sale.order"]
            .with_company(cycle.company_id)
            .with_context(mail_create_nosubscribe=True, tracking_disable=True)
            .create(vals_list)
        )
        orders._drive_add_credit_lines(
            orders.filtered(lambda order: order.drive_recurring_id.payment == "credit")
        )
        texts = {order: list(told[order.drive_recurring_id]) for order in orders}
        for order, sentence in orders._drive_order_many().items():
            texts[order].append(sentence)
        self.env["drive.notice"]._queue(orders, "recurring", texts)
        return orders

    def _prepare_baskets(self, cycle):
        """Return the values of the baskets of a cycle, and what is missing in each.

        :return: (list of values, {drive.recurring: list of sentences})
        """
        lines = self.line_ids._due_in(cycle)
        offers = self.env["drive.offer"].search(
            [("cycle_id", "=", cycle.id), ("product_id", "in", lines.product_id.ids)]
        )
        offers = {offer.product_id: offer for offer in offers}
        points = {point.point_id: point for point in cycle.point_ids}
        website = self.env["website"].search(
            [("company_id", "=", cycle.company_id.id), ("drive_is_shop", "=", True)],
            limit=1,
        )
        fee_product = self.env.ref("clapier_drive.product_fee")
        vals_list, told = [], {}
        for recurring, wanted in lines.grouped("recurring_id").items():
            commands, told[recurring] = wanted._prepare_order_lines(offers)
            point = points.get(recurring.point_id)
            if point and point.point_id.fee and commands:
                commands.append(
                    Command.create(
                        {
                            "product_id": fee_product.id,
                            "name": self.env._("Pick-up at %s", point.point_id.name),
                            "price_unit": point.point_id.fee,
                            "drive_extra": "fee",
                            "sequence": 90,
                        }
                    )
                )
            vals_list.append(
                {
                    "partner_id": recurring.partner_id.id,
                    "company_id": cycle.company_id.id,
                    "website_id": website.id,
                    "drive_cycle_id": cycle.id,
                    "drive_cycle_point_id": point.id if point else False,
                    "drive_recurring_id": recurring.id,
                    "order_line": commands,
                }
            )
        return [vals for vals in vals_list if vals["order_line"]], told

    @api.model
    def _from_basket(self, basket):
        """Make what a basket takes the recurring basket of its family.

        :return: the drive.recurring record
        :raise UserError: the basket's cycle comes once
        """
        cycle = basket.drive_cycle_id
        if not cycle.schedule_id:
            raise UserError(
                self.env._("This cycle comes once: choose a basket of another one.")
            )
        recurring = self.search(
            [
                ("partner_id", "=", basket.partner_id.id),
                ("schedule_id", "=", cycle.schedule_id.id),
            ]
        )
        values = {
            "point_id": basket.drive_cycle_point_id.point_id.id,
            "line_ids": [Command.clear()]
            + [
                Command.create(
                    {
                        "product_id": product.id,
                        "quantity": quantity,
                        "phase": cycle.number,
                    }
                )
                for product, quantity in basket._drive_wanted().items()
            ],
        }
        if recurring:
            recurring.write(values)
            return recurring
        return self.create(
            {
                **values,
                "partner_id": basket.partner_id.id,
                "company_id": basket.company_id.id,
                "schedule_id": cycle.schedule_id.id,
                # What was just ordered is not ordered again.
                "done_cycle_ids": [Command.link(cycle.id)],
            }
        )
