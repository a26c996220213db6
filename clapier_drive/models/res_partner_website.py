from odoo import api, models

from ..drive_map import distance_km


class ResPartner(models.Model):
    """Producers on the website of a drive."""

    _inherit = "res.partner"

    @api.model
    def _drive_shown_producers(self, company):
        """Return the producers that the website of a company shows, in sudo."""
        offer_sudo = self.env["drive.offer"].sudo().with_context(active_test=False)
        found = offer_sudo._read_group(
            [
                ("company_id", "=", company.id),
                ("producer_id.drive_is_shown", "=", True),
                ("producer_id.active", "=", True),
            ],
            ["producer_id"],
        )
        return (
            self.sudo()
            .browse([producer.id for (producer,) in found])
            .sorted(lambda producer: (producer.name or "", producer.id))
        )

    def _drive_place(self):
        """Return where the map shows this producer; None where it is not known."""
        self.ensure_one()
        if not self.partner_latitude and not self.partner_longitude:
            return None
        return (self.partner_latitude, self.partner_longitude)

    def _drive_kilometres(self, company):
        """Return how far this producer is from the drive, in whole kilometres; None unknown.

        By road where the office has said so, as the crow flies else.
        """
        self.ensure_one()
        if self.drive_distance_km:
            return max(round(self.drive_distance_km), 1)
        hall, place = company.sudo().partner_id._drive_place(), self._drive_place()
        if not hall or not place:
            return None
        return max(round(distance_km(hall, place)), 1)

    def _drive_offers_now(self, company):
        """Return what these producers offer in the open cycles of families, in sudo."""
        return (
            self.env["drive.offer"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("producer_id", "in", self.ids),
                    ("cycle_id.public", "=", "family"),
                    ("cycle_id.is_open", "=", True),
                ]
            )
            .sorted(lambda offer: (offer.product_id._drive_name(), offer.id))
        )
