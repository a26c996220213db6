from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from .res_partner_producer import STORY_MAX


class ProductProduct(models.Model):
    """What a producer says of a product on the portal."""

    _inherit = "product.product"

    def _drive_name(self):
        """Return the name of this product as families read it: without its reference."""
        self.ensure_one()
        return self.with_context(display_default_code=False).display_name or ""

    def _drive_text(self):
        """Return the description of the shop as plain text."""
        self.ensure_one()
        return html2plaintext(self.description_ecommerce or "").strip()

    def _drive_save_text(self, text, photo=None):
        """Write the description and photo of a product, and nothing else.

        :param text: plain text
        :param photo: bytes uploaded, if any
        :raise UserError: the text is too long, the photo is no picture
        """
        self.ensure_one()
        text = text.replace("\r\n", "\n").strip()
        if len(text) > STORY_MAX:
            raise UserError(
                self.env._("This text is too long: keep it below %s signs.", STORY_MAX)
            )
        vals = {}
        if text != self._drive_text():
            vals["description_ecommerce"] = plaintext2html(text) if text else False
        if photo:
            vals["image_1920"] = self.env["res.partner"]._supermarket_clean_photo(photo)
        if vals:
            self.product_tmpl_id.write(vals)
            self.product_tmpl_id.message_post(
                body=self.env._(
                    "The producer changed its text or photo on the portal."
                ),
                author_id=self.env.user.partner_id.id,
            )
