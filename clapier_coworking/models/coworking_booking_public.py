from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

# What a visitor may ask for without an account.
VISITOR_DATES = 12
VISITOR_WAITING = 6
CONTACT_LENGTH = 128


class CoworkingBooking(models.Model):
    """Bookings of visitors who have no account."""

    _inherit = "coworking.booking"

    _request_key_idx = models.Index("(request_key) WHERE request_key IS NOT NULL")

    @api.model
    def _request_public(self, contact, uses, key):
        """Book several uses at once for a visitor, all of them or none.

        An e-mail proves nothing: the visitor is a new contact, even where the address is
        that of somebody known.

        :param contact: dict of ``name``, ``email``, ``phone`` as they were typed
        :param uses: as for ``_request``
        :param key: secret of the form: sent again, it returns the same bookings
        :return: coworking.booking records, in sudo
        :raise UserError: the contact is incomplete, or as ``_request``
        """
        first_sudo = self.sudo().search(
            [("request_key", "=", f"{key}:0"), ("source", "=", "public")], limit=1
        )
        if first_sudo:
            return first_sudo.group_id.booking_ids or first_sudo
        if len(uses) > VISITOR_DATES:
            raise UserError(
                self.env._(
                    "Without an account you book %s dates at most: log in for more.",
                    VISITOR_DATES,
                )
            )
        claims_sudo = self._claim_uses(uses)
        partner_sudo = self._create_visitor(contact)
        return self._request(
            partner_sudo, uses, key=key, source="public", claims_sudo=claims_sudo
        )

    @api.model
    def _create_visitor(self, contact):
        """Return a new contact for somebody without an account, in sudo.

        :raise UserError: name or e-mail is missing, or too much waits for this e-mail
        """
        name, email, phone = (
            (contact.get(field) or "").strip()[:CONTACT_LENGTH]
            for field in ("name", "email", "phone")
        )
        address = email_normalize(email)
        if not name or not address:
            raise UserError(
                self.env._(
                    "Give your name and an e-mail address where you can be reached."
                )
            )
        if not sum(character.isdigit() for character in phone) >= 6:
            raise UserError(
                self.env._("Give a phone number: the office calls if anything changes.")
            )
        partners_sudo = self.env["res.partner"].sudo()
        waiting = self.sudo().search_count(
            [
                ("source", "=", "public"),
                ("state", "in", ("pending", "awaiting")),
                ("partner_id.email_normalized", "=", address),
            ]
        )
        if waiting >= VISITOR_WAITING:
            raise UserError(
                self.env._(
                    "%s bookings already wait for this address: pay or cancel one first.",
                    waiting,
                )
            )
        return partners_sudo.create(
            {
                "name": name,
                "email": email,
                "phone": phone,
                "lang": self.env.lang,
                "company_id": False,
            }
        )
