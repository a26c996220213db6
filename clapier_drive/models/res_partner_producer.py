from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

OFFICE = "clapier_drive.group_drive_user"
STORY_MAX = 4000


class ResPartner(models.Model):
    """A producer on the website, and whoever manages their offers."""

    _inherit = "res.partner"

    drive_is_shown = fields.Boolean(
        "On the Drive's Website",
        groups=OFFICE,
        help="This producer has a page on the website of the drive.",
    )
    drive_story = fields.Text(
        "About This Producer",
        groups=OFFICE,
        help="What the producer's page says. Producers write it themselves.",
    )
    drive_distance_km = fields.Float(
        "Kilometres to the Drive",
        groups=OFFICE,
        help="By road, from the producer to the preparation hall.",
    )

    def _drive_producers_domain(self, name="producer_id"):
        """Return what finds the records of the producers this person works for."""
        self.ensure_one()
        return Domain(name, "child_of", self.commercial_partner_id.ids)

    def _drive_producers(self):
        """Return the producers whose offers this person manages, in sudo.

        Whoever belongs to the producer's company does, under whatever address.
        """
        self.ensure_one()
        offer_sudo = self.env["drive.offer"].sudo().with_context(active_test=False)
        found = offer_sudo._read_group(self._drive_producers_domain(), ["producer_id"])
        return self.sudo().browse([producer.id for (producer,) in found])

    def _drive_products(self):
        """Return the products that these producers alone offer, in sudo."""
        offer_sudo = self.env["drive.offer"].sudo().with_context(active_test=False)
        found = offer_sudo._read_group(
            [("producer_id", "in", self.ids)], ["product_id"]
        )
        products_sudo = (
            self.env["product.product"]
            .sudo()
            .browse([product.id for (product,) in found])
        )
        shared = offer_sudo._read_group(
            [
                ("product_id.product_tmpl_id", "in", products_sudo.product_tmpl_id.ids),
                ("producer_id", "not in", self.ids),
            ],
            ["product_id"],
        )
        others_sudo = products_sudo.browse([product.id for (product,) in shared])
        return products_sudo.filtered(
            lambda product: product.product_tmpl_id not in others_sudo.product_tmpl_id
        ).sorted(lambda product: product._drive_name())

    def _drive_save_profile(self, story, photo=None):
        """Write what a producer says of themselves, and nothing else.

        :param story: plain text
        :param photo: bytes uploaded, if any
        :raise UserError: the text is too long, the photo is no picture
        """
        self.ensure_one()
        story = story.replace("\r\n", "\n").strip()
        if len(story) > STORY_MAX:
            raise UserError(
                self.env._("This text is too long: keep it below %s signs.", STORY_MAX)
            )
        vals = {"drive_story": story}
        if photo:
            vals["image_1920"] = self._supermarket_clean_photo(photo)
        changed = story != (self.drive_story or "") or photo
        self.write(vals)
        if changed:
            self.message_post(
                body=self.env._("Changed their page of the drive on the portal."),
                author_id=self.env.user.partner_id.id,
            )

    def _drive_documents(self):
        """Hook: return what producers find under their statements, newest first.

        :return: list of {"name", "date", "amount", "currency", "url"}
        """
        return []

    def _drive_url(self):
        """Return the address of this producer's page."""
        self.ensure_one()
        return f"/producteurs/{self.env['ir.http']._slug(self)}"
