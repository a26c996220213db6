import base64

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.image import ImageProcess, image_data_uri

PHOTO_PIXELS = 1024


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _supermarket_cooperative(self):
        """Return the cooperative this person shops at, whatever website they look at.

        :return: res.company record: their own, else that of the member they are attached to,
            else that of their legal representative; empty for a stranger
        """
        self.ensure_one()
        return (
            self.supermarket_company_id
            or self.supermarket_holder_id.supermarket_company_id
            or self.supermarket_legal_representative_id.supermarket_company_id
        )

    def _supermarket_first_name(self):
        """Return what the other people of a household may read of this person's name."""
        self.ensure_one()
        return (self.name or "").partition(" ")[0]

    def _supermarket_portal_household(self):
        """Return the people of this person's household as the portal shows them.

        :return: list of dicts ``{"first_name", "role", "verdict", "verdict_label"}``, the
            person left out
        """
        self.ensure_one()
        Partner = self.env["res.partner"]
        labels = dict(
            Partner._fields["supermarket_verdict"]._description_selection(self.env)
        )
        return [
            {
                "first_name": person._supermarket_first_name(),
                "role": self._supermarket_portal_role(person),
                "verdict": person.supermarket_verdict,
                "verdict_label": labels.get(person.supermarket_verdict),
            }
            for person in self.supermarket_household_ids - self
        ]

    def _supermarket_portal_role(self, person):
        """Say in one word what ``person`` is in this person's household."""
        if person == self.supermarket_holder_id:
            return self.env._("member")
        if person.supermarket_legal_representative_id == self:
            return self.env._("minor you represent")
        if person == self.supermarket_legal_representative_id:
            return self.env._("your legal representative")
        return self.env._("attached")

    def _supermarket_card_images(self):
        """Draw the codes of this person's card, to be put into a page that stays readable offline.

        :return: ``{"code", "qr", "bars"}``: the card's code, and data URIs of its QR code and of
            its bar code; empty for a person without a card, images ``None`` where the
            code cannot be drawn
        """
        self.ensure_one()
        company = self._supermarket_cooperative()
        code = self.with_company(company).barcode if company else self.barcode
        if not code:
            return {}
        return {
            "code": code,
            "qr": self._supermarket_draw_code(
                "QR", code, width=300, height=300, quiet=False
            ),
            "bars": self._supermarket_draw_code("auto", code, width=600, height=120),
        }

    def _supermarket_draw_code(self, barcode_type, code, **options):
        try:
            png = self.env["ir.actions.report"].barcode(barcode_type, code, **options)
        except (
            ValueError
        ):  # a code with letters no symbology knows is still shown in full
            return None
        return image_data_uri(base64.b64encode(png))

    @api.model
    def _supermarket_clean_photo(self, content):
        """Re-encode a photo sent by its subject: no format that runs code, no metadata, no excess.

        :param bytes content: what was uploaded
        :return: a JPEG, base64-encoded, of at most 1024 pixels a side
        :raise UserError: it is no JPEG or PNG picture, or has too many pixels
        """
        process = ImageProcess(content, verify_resolution=True)
        try:
            process.resize(PHOTO_PIXELS, PHOTO_PIXELS)
            jpeg = process.image and process.image_quality(
                quality=85, output_format="JPEG"
            )
        except OSError:  # a picture cut short
            jpeg = None
        if not jpeg:  # SVG and WebP pass the processor unread
            raise UserError(
                self.env._("This photo cannot be read: choose a JPEG or PNG picture.")
            )
        return base64.b64encode(jpeg)
