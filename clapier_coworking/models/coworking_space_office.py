import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CoworkingSpace(models.Model):
    """What the office sees of a space, and does with it."""

    _inherit = "coworking.space"

    booking_count = fields.Integer("Coming Bookings", compute="_compute_booking_count")
    door_url = fields.Char(
        "Door Page",
        compute="_compute_door",
        groups="clapier_coworking.group_coworking_manager",
        help="For a tablet at the door: busy or free, and nobody's name.",
    )
    door_qr = fields.Binary(
        "QR Code of the Door",
        compute="_compute_door",
        groups="clapier_coworking.group_coworking_manager",
    )

    def _compute_booking_count(self):
        counts = dict(
            self.env["coworking.booking"]._read_group(
                [
                    ("space_id", "in", self.ids),
                    ("stop", ">", fields.Datetime.now()),
                    ("state", "in", ("pending", "awaiting", "confirmed", "present")),
                ],
                ["space_id"],
                ["__count"],
            )
        )
        for space in self:
            space.booking_count = counts.get(space._origin, 0)

    @api.depends("access_token")
    def _compute_door(self):
        for space in self:
            url = f"{space.get_base_url()}/space/{space.access_token}"
            space.door_url = url if space.access_token else False
            space.door_qr = space.access_token and base64.b64encode(
                self.env["ir.actions.report"].barcode("QR", url, width=240, height=240)
            )

    @api.constrains("active")
    def _check_nothing_to_come(self):
        archived = self.filtered(lambda space: not space.active)
        claim_sudo = (
            self.env["coworking.claim"]
            .sudo()
            .search(
                [
                    (
                        "space_id",
                        "in",
                        archived.with_context(active_test=False).leaf_ids.ids,
                    ),
                    ("kind", "!=", "closure"),
                    ("use_stop", ">", fields.Datetime.now()),
                ],
                limit=1,
            )
            if archived
            else self.env["coworking.claim"]
        )
        if claim_sudo:
            raise ValidationError(
                self.env._(
                    "“%(space)s” is still used on %(time)s: move or cancel what is to come, "
                    "then archive it.",
                    space=claim_sudo.space_id.name,
                    time=claim_sudo._tell_time(
                        claim_sudo.space_id, claim_sudo.use_start
                    ),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if (
            self.env["coworking.claim"]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                [("space_id", "in", self.with_context(active_test=False).leaf_ids.ids)],
                limit=1,
            )
        ):
            raise ValidationError(
                self.env._("A space that has been used keeps its history: archive it.")
            )

    def action_open_door(self):
        """Open the page that a tablet at the door shows."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.door_url, "target": "new"}

    def action_view_bookings(self):
        """Open the bookings of these spaces, of their parts and of their wholes."""
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "clapier_coworking.coworking_booking_action"
            ),
            "domain": [("space_id", "in", self._related_spaces().ids)],
            "context": {"default_space_id": self[:1].id, "search_default_coming": 1},
        }

    def action_book_at(self, day, hour):
        """Open a new booking of this space on a day of the day view.

        :param day: ISO date
        :param hour: hour of the clock of the place, a decimal number
        """
        self.ensure_one()
        self.check_access("read")
        start = self._day_moment(fields.Date.to_date(day), float(hour))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Booking"),
            "res_model": "coworking.booking",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_space_id": self.id,
                "default_start": fields.Datetime.to_string(start),
                "default_stop": fields.Datetime.to_string(
                    start + timedelta(minutes=max(60, self.min_minutes))
                ),
            },
        }
