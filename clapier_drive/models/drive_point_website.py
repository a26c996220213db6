from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..drive_map import draw, rings

# Nobody finds a private home on the website nearer than about a kilometre.
HOME_DIGITS = 2


class DrivePoint(models.Model):
    """Pick-up points on the website: where, when, and a map of our own."""

    _inherit = "drive.point"

    latitude = fields.Float(digits=(10, 7))
    longitude = fields.Float(digits=(10, 7))
    is_shown = fields.Boolean(
        "On the Website", default=True, help="Families see it before they order."
    )

    @api.model
    def _website_points(self, company):
        """Return the points that the website of a company shows, in sudo."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("is_shown", "=", True),
                ("kind", "!=", "institution"),
            ]
        )

    def _website_place(self):
        """Return where the map shows this point; None where it is not known."""
        self.ensure_one()
        if not self.latitude and not self.longitude:
            return None
        place = (self.latitude, self.longitude)
        if self.kind == "home":
            return tuple(round(value, HOME_DIGITS) for value in place)
        return place

    def _website_address(self):
        """Return the address that the website shows: of a private home, the town alone."""
        self.ensure_one()
        partner = self.partner_id
        town = " ".join(filter(None, (partner.zip, partner.city)))
        if self.kind == "home" or not partner.street:
            return town
        return ", ".join(filter(None, (partner.street, town)))

    @api.model
    def _website_cycle(self, company):
        """Return the cycle of families that closes or else opens next, in sudo."""
        cycle_sudo = self.env["drive.cycle"].sudo()
        family = [("company_id", "=", company.id), ("public", "=", "family")]
        return cycle_sudo.search(
            [*family, ("is_open", "=", True)], order="cutoff_at, id", limit=1
        ) or cycle_sudo.search(
            [
                *family,
                ("state", "=", "planned"),
                ("open_at", ">", fields.Datetime.now()),
            ],
            order="open_at, id",
            limit=1,
        )

    @api.model
    def _website_map(self, company, places):
        """Return the map that shows places around the drive's hall; None where none is known.

        :param places: list of (number, name, address of its part of the page,
            (latitude, longitude) or None)
        :return: {"width", "height", "marks": [{"number", "name", "href", "x", "y"}],
            "hall": (x, y) or None, "rings": [(kilometres as text, radius)]}
        """
        known = {number: place for number, _name, _href, place in places if place}
        if not known:
            return None
        hall = company.sudo().partner_id
        if hall.partner_latitude or hall.partner_longitude:
            known[0] = (hall.partner_latitude, hall.partner_longitude)
        marks, height, unit = draw(known)
        where = {mark.key: (round(mark.x, 1), round(mark.y, 1)) for mark in marks}
        circles = rings(unit)
        return {
            "width": 600,
            "height": round(height),
            "hall": where.get(0),
            "rings": [
                (formatLang(self.env, km, digits=int(km < 1)), round(radius, 1))
                for km, radius in circles
            ]
            if 0 in where
            else [],
            "marks": [
                {
                    "number": number,
                    "name": name,
                    "href": href,
                    "x": where[number][0],
                    "y": where[number][1],
                }
                for number, name, href, place in places
                if place
            ],
        }
