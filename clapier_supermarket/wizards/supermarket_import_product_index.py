"""What a file of products refers to, found once for all its lines."""

import re
from collections import defaultdict

from odoo.fields import Domain

from ..parsing import clean, fold

# words for a unit: the unit's xml id
UNITS = {
    "uom.product_uom_unit": ("u", "un", "unite", "unites", "unit", "units", "each")
    + ("piece", "pieces", "pce", "pces", "pc", "pcs"),
    "uom.product_uom_kgm": (
        "kg",
        "kilo",
        "kilos",
        "au kilo",
        "kilogramme",
        "kilogrammes",
    ),
    "uom.product_uom_gram": ("g", "gramme", "grammes", "gram", "grams"),
    "uom.product_uom_litre": ("l", "litre", "litres", "liter", "liters"),
    "uom.product_uom_milliliter": ("ml", "millilitre", "millilitres"),
}
UNIT_BY_WORD = {word: xmlid for xmlid, words in UNITS.items() for word in words}
WEIGHED_UNIT = "uom.product_uom_kgm"


class ProductIndex:
    """The products, suppliers and categories a file may speak of, without a query per line."""

    def __init__(self, env, company, lines):
        self.env = env
        self.company = company
        self.products = self._products(lines)
        self.by_barcode = self._by("barcode")
        self.by_reference = self._by("default_code")
        self.by_name = defaultdict(list)
        for product in self.products:
            self.by_name[fold(product.name)].append(product)
        self.categories = {
            self.path_key(category.complete_name): category
            for category in env["product.category"].search([], order="id desc")
        }
        self.suppliers = self._suppliers(lines)
        self.infos = {
            (info.product_tmpl_id, info.partner_id): info
            for info in reversed(self.products.product_tmpl_id.seller_ids)
        }
        self.taxes = self._taxes()
        self.units = {xmlid: env.ref(xmlid) for xmlid in UNITS}

    @staticmethod
    def path_names(path):
        """Return the names of a category's path, written with / or >."""
        return [clean(part) for part in re.split(r"\s+/\s+|>", path)]

    @classmethod
    def path_key(cls, path):
        """Return a category's path as a key."""
        return tuple(map(fold, cls.path_names(path)))

    def _by(self, name):
        # reversed: of two products with one reference, the oldest is meant
        return {
            product[name]: product
            for product in self.products.sorted("id", reverse=True)
            if product[name]
        }

    def _products(self, lines):
        def told(column):
            return list({line.data[column] for line in lines if line.data.get(column)})

        unnamed = [
            line.data["product_name"]
            for line in lines
            if not line.data.get("barcode") and not line.data.get("reference")
        ]
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search(
                Domain("company_id", "in", [self.company.id, False])
                & (
                    Domain("barcode", "in", told("barcode"))
                    | Domain("default_code", "in", told("reference"))
                    | Domain("name", "in", unnamed)
                )
            )
        )
        products.product_tmpl_id.fetch(["product_variant_count"])
        return products

    def _suppliers(self, lines):
        names = {line.data["supplier"] for line in lines if line.data.get("supplier")}
        partners = self.env["res.partner"].search(
            Domain("company_id", "in", [self.company.id, False])
            & Domain("parent_id", "=", False)
            & (Domain("name", "in", list(names)) | Domain("supplier_rank", ">", 0)),
            order="supplier_rank, id desc",
        )
        return {fold(partner.name): partner for partner in partners}

    def _taxes(self):
        """Return {(use, rate): tax}: the goods' VAT, in the sale price, beside the purchase's."""
        taxes = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(self.company),
                    ("amount_type", "=", "percent"),
                    ("tax_scope", "in", ["consu", False]),
                ],
                order="sequence, id",
            )
        )
        found = {}
        for tax in taxes.sorted(lambda tax: (tax.sequence, tax.id)):
            included = tax.type_tax_use == "sale" and bool(tax.amount)
            if tax.price_include == included:
                found.setdefault((tax.type_tax_use, tax.amount), tax)
        return found
