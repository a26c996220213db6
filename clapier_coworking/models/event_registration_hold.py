from odoo import api, fields, models

HOLD_BATCH = 200


class EventRegistration(models.Model):
    """A seat that is being paid online is held: two buyers never pay the last one.

    Stock `website_event_sale` counts a seat when its order is confirmed: both have paid by
    then. A draft that is held counts in the same counter, under the same CHECK.
    """

    _inherit = "event.registration"

    coworking_held_until = fields.Datetime(
        "Held Until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The seat of a draft is kept until then, for its payment.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `event_sale` to hold the seats that the website sells."""
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .browse(
                [
                    vals["sale_order_line_id"]
                    for vals in vals_list
                    if vals.get("sale_order_line_id")
                ]
            )
        )
        held = {
            line.id: line.event_id._coworking_hold_end()
            for line in lines_sudo
            if line.order_id.website_id and line.order_id.state in ("draft", "sent")
        }
        registrations = super().create(
            [
                {**vals, "coworking_held_until": held[vals["sale_order_line_id"]]}
                if vals.get("sale_order_line_id") in held
                else vals
                for vals in vals_list
            ]
        )
        registrations._coworking_check_slots()
        return registrations

    def write(self, vals):
        """Override of `event`: whoever is put back to draft by hand holds nothing."""
        if vals.get("state") == "draft":
            vals = {"coworking_held_until": False, **vals}
        return super().write(vals)

    def _coworking_hold(self):
        """Hold the seats of these drafts for the time of a payment, again if need be.

        :raise UserError: a seat that was no longer held has been taken meanwhile
        """
        drafts_sudo = self.sudo().filtered(
            lambda registration: registration.state == "draft" and registration.active
        )
        for event_sudo, of_event_sudo in drafts_sudo.grouped("event_id").items():
            of_event_sudo.write(
                {"coworking_held_until": event_sudo._coworking_hold_end()}
            )
        drafts_sudo.flush_recordset(["coworking_held_until"])
        drafts_sudo._coworking_check_slots()

    def _coworking_check_slots(self):
        """Refuse held seats beyond the limit of a slot: its event is counted as a whole.

        The row of the event is written by then: who comes at this instant starts again.
        """
        held_sudo = self.sudo().filtered(
            lambda registration: (
                registration.coworking_held_until and registration.event_slot_id
            )
        )
        for event_sudo, of_event_sudo in held_sudo.grouped("event_id").items():
            pairs = {
                (registration.event_slot_id, registration.event_ticket_id, 0)
                for registration in of_event_sudo
            }
            event_sudo._verify_seats_availability(list(pairs))

    @api.model
    def _cron_release_seats(self):
        """Free the seats of carts that were not paid in time, and offer them.

        Whoever is being paid keeps the seat until the event begins.
        """
        now = fields.Datetime.now()
        due = [("state", "=", "draft"), ("coworking_held_until", "<=", now)]
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count(due))
        while registrations := self.search(due, limit=HOLD_BATCH, order="id"):
            paying = registrations.filtered(
                lambda item: (
                    item.event_id.date_begin > now
                    and item.sale_order_id._coworking_is_being_paid()
                )
            )
            for event, of_event in paying.grouped("event_id").items():
                of_event.write({"coworking_held_until": event.date_begin})
            freed = registrations - paying
            freed.write({"coworking_held_until": False})
            freed.flush_recordset(["coworking_held_until"])
            self.env["coworking.training.wait"]._offer_seats(freed.event_id)
            if not Cron._commit_progress(len(registrations)):
                break

    @api.model
    def _coworking_held(self, link, ids):
        """Return {id: seats held} of events, slots or tickets.

        :param link: name of the field that leads to them
        """
        groups = self.sudo()._read_group(
            [
                (link, "in", ids),
                ("state", "=", "draft"),
                ("coworking_held_until", "!=", False),
            ],
            [link],
            ["__count"],
        )
        return {parent.id: count for parent, count in groups}
