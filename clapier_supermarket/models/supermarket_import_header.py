from odoo import api, fields, models

from ..parsing import fold

MEMBER_COLUMNS = [
    ("member_number", "Member number"),
    ("name", "Name"),
    ("first_name", "First name"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("birth_date", "Birth date"),
    ("card", "Card"),
    ("street", "Street"),
    ("street2", "Street, second line"),
    ("zip", "ZIP"),
    ("city", "City"),
    ("shares", "Shares held"),
    ("holder_number", "Number of the member one is attached to"),
    ("representative_number", "Number of the legal representative"),
]
PRODUCT_COLUMNS = [
    ("product_name", "Product name"),
    ("barcode", "Barcode"),
    ("reference", "Internal reference"),
    ("category", "Category"),
    ("price", "Sale price incl. VAT"),
    ("cost", "Cost excl. VAT"),
    ("vat", "VAT rate"),
    ("unit", "Unit"),
    ("weight", "Weight in kg"),
    ("supplier", "Supplier"),
    ("supplier_code", "Supplier's code"),
    ("supplier_price", "Purchase price excl. VAT"),
    ("lot", "Tracked by lot"),
    ("use_by_days", "Use-by, days after receipt"),
]


class SupermarketImportHeader(models.Model):
    """One word that a file may use for a column, so that no program lists them."""

    _name = "supermarket.import.header"
    _description = "Column Name of Imported Files"
    _order = "kind, column, name, id"

    kind = fields.Selection(
        [("members", "Members"), ("products", "Products")], "File of", required=True
    )
    column = fields.Selection(MEMBER_COLUMNS + PRODUCT_COLUMNS, required=True)
    name = fields.Char(
        "Name in the File",
        required=True,
        help="Case, accents and punctuation do not matter.",
    )

    @api.model
    def _columns_by_header(self, kind):
        """Return {folded header: column}; a word added later wins over a shipped one.

        :param kind: "members" or "products"
        """
        headers = self.sudo().search([("kind", "=", kind)], order="id")
        return {fold(header.name): header.column for header in headers}
