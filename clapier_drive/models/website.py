from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL, lazy

# Sold out products are shown as well: families see that they came too late.
TEMPLATES = """
    SELECT DISTINCT product.product_tmpl_id
      FROM drive_offer offer
      JOIN product_product product ON product.id = offer.product_id
     WHERE offer.cycle_id = %(cycle)s AND offer.active
"""


class Website(models.Model):
    """A website that sells the order cycles of its company, at the prices of their offers."""

    _inherit = "website"

    drive_is_shop = fields.Boolean(
        "Sells Order Cycles",
        help="Sells what the open cycles of its company offer, and nothing else.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of website_sale to call the step of the address by what it is."""
        websites = super().create(vals_list)
        websites.filtered("drive_is_shop")._drive_name_steps()
        return websites

    def write(self, vals):
        """Override of website to call the step of the address by what it is."""
        result = super().write(vals)
        if vals.get("drive_is_shop"):
            self._drive_name_steps()
        return result

    def _drive_name_steps(self):
        """Call the second step of the checkout the choice of the point, in each language."""
        steps_sudo = self.env["website.checkout.step"].sudo()
        steps_sudo = steps_sudo.search(
            [("website_id", "in", self.ids), ("step_href", "=", "/shop/checkout")]
        )
        for code, _name in self.env["res.lang"].get_installed():
            told = self.with_context(lang=code).env
            steps_sudo.with_context(lang=code).write(
                {
                    "name": told._("Pick-up point"),
                    "main_button_label": told._("Choose the point"),
                    "back_button_label": told._("Back to the point"),
                }
            )

    def _drive_open_cycles(self):
        """Return the cycles in which families can order now, the next cut-off first."""
        self.ensure_one()
        cycle_sudo = self.env["drive.cycle"].sudo()
        return cycle_sudo.search(
            [
                ("company_id", "=", self.company_id.id),
                ("public", "=", "family"),
                ("is_open", "=", True),
            ],
            order="cutoff_at, id",
        )

    def _drive_next_cycle(self):
        """Return the cycle that opens next, for when none is open."""
        self.ensure_one()
        cycle_sudo = self.env["drive.cycle"].sudo()
        return cycle_sudo.search(
            [
                ("company_id", "=", self.company_id.id),
                ("public", "=", "family"),
                ("state", "=", "planned"),
                ("open_at", ">", fields.Datetime.now()),
            ],
            order="open_at, id",
            limit=1,
        )

    def _drive_shop(self):
        """Return what the pages of this request need about cycles, read once."""
        if not hasattr(request, "drive_shop"):
            cycles = self._drive_open_cycles()
            chosen = request.session.get("drive_cycle_id")
            cycle = cycles.filtered(lambda item: item.id == chosen) or cycles[:1]
            request.drive_shop = {
                "cycles": cycles,
                "cycle": cycle,
                "next": lazy(self._drive_next_cycle),
                "offers": {},
                "templates": lazy(lambda: self._drive_template_ids(cycle)),
                "factor": lazy(
                    lambda: self.env["drive.solidarity"]._factor(
                        self.env.user.partner_id, self.company_id
                    )
                ),
                "basket": lazy(self._drive_basket),
            }
        return request.drive_shop

    def _drive_template_ids(self, cycle):
        """Return the ids of the product templates that a cycle offers: one statement."""
        if not cycle:
            return []
        rows = self.env.execute_query(SQL(TEMPLATES, cycle=cycle.id))
        return [template_id for (template_id,) in rows]

    def _drive_basket(self):
        """Return the basket that the shop fills: one being changed, else the cart; in sudo."""
        basket_id = request.session.get("drive_basket_id")
        if basket_id and not self.env.user._is_public():
            order_sudo = self.env["sale.order"].sudo()
            basket_sudo = order_sudo.search(
                [
                    ("id", "=", basket_id),
                    ("partner_id", "=", self.env.user.partner_id.id),
                    ("state", "=", "sale"),
                    ("drive_cycle_id.is_open", "=", True),
                ]
            )
            if basket_sudo:
                return basket_sudo
            request.session.pop("drive_basket_id")
        return request.cart

    def _drive_offers(self, templates):
        """Return the offers of templates in the cycle shown: {template id: drive.offer}.

        One search for all that were not asked for before in this request.
        """
        shop = self._drive_shop()
        known = shop["offers"]
        if missing := set(templates.ids) - known.keys():
            offer_sudo = self.env["drive.offer"].sudo()
            found = offer_sudo.search(
                [
                    ("cycle_id", "=", shop["cycle"].id),
                    ("product_id.product_tmpl_id", "in", list(missing)),
                ]
            )
            grouped = found.grouped(lambda offer: offer.product_id.product_tmpl_id.id)
            for template_id in missing:
                known[template_id] = grouped.get(template_id, offer_sudo)
        return known

    def sale_product_domain(self):
        """Override of website_sale: only what the open cycle offers is sold."""
        domain = super().sale_product_domain()
        website = self.get_current_website()
        if not (website.drive_is_shop and request):
            return domain
        template_ids = list(website._drive_shop()["templates"])
        return Domain(domain) & Domain("id", "in", template_ids)

    def _prepare_sale_order_values(self, partner_sudo):
        """Override of website_sale: a cart is a basket of the cycle that is shown."""
        values = super()._prepare_sale_order_values(partner_sudo)
        if self.drive_is_shop:
            values["drive_cycle_id"] = self._drive_shop()["cycle"].id
        return values
