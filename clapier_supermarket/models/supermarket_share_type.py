from odoo import api, fields, models
from odoo.exceptions import UserError


class SupermarketShareType(models.Model):
    """A category of shares: its nominal value, its minimum and what it gives."""

    _name = "supermarket.share.type"
    _description = "Share Type"
    _order = "company_id, code"
    _rec_names_search = ("code", "name")
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(
        "Nominal Value",
        required=True,
        help="Price of one share. It cannot change once shares of the type exist.",
    )
    minimum = fields.Integer(
        default=1,
        required=True,
        help="Number of shares of a first subscription, and below which a holder cannot "
        "stay without giving all of them back.",
    )
    minimum_low_income = fields.Integer(
        "Low-Income Minimum",
        default=1,
        required=True,
        help="The same for the people entitled to the low-income minimum.",
    )
    gives_membership = fields.Boolean(
        help="Holders are members: they vote and their household may shop."
    )
    product_id = fields.Many2one(
        "product.product",
        "Invoiced As",
        check_company=True,
        copy=False,
        domain="[('type', '=', 'service')]",
        help="Product without VAT on the invoices of subscriptions and refunds.",
    )
    movement_ids = fields.One2many("supermarket.share.movement", "type_id", "Movements")

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "This company already has a share type of that code."
    )
    _price_positive = models.Constraint(
        "CHECK (price > 0)", "A share needs a nominal value above zero."
    )
    _minimum_positive = models.Constraint(
        "CHECK (minimum_low_income >= 1 AND minimum >= minimum_low_income)",
        "The minimum is at least one share, and the low-income minimum is not above it.",
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for share_type in self:
            share_type.display_name = (
                f"{share_type.code or ''} – {share_type.name or ''}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM to make the product on the invoices."""
        types = super().create(vals_list)
        # The right to create a type was checked: its product comes with it.
        for type_sudo in types.sudo().filtered(lambda t: not t.product_id):
            type_sudo.product_id = (
                self.env["product.product"]
                .sudo()
                .create(type_sudo._prepare_product_vals())
            )
        return types

    def write(self, vals):
        """Override of the ORM to keep the terms of shares that exist."""
        frozen = [name for name in ("price", "company_id") if name in vals]
        for share_type in self:
            if share_type.sudo().movement_ids and any(
                share_type._fields[name].convert_to_write(share_type[name], share_type)
                != vals[name]
                for name in frozen
            ):
                raise UserError(
                    self.env._(
                        "Shares of type “%s” exist: make a new type instead of changing "
                        "their nominal value or company.",
                        share_type.display_name,
                    )
                )
        return super().write(vals)

    def _prepare_product_vals(self):
        """Return the values of the product that stands for a share on invoices."""
        self.ensure_one()
        return {
            "name": self.env._("Share, type %s", self.code),
            "type": "service",
            "list_price": self.price,
            "sale_ok": False,
            "purchase_ok": False,
            "taxes_id": False,
            "supplier_taxes_id": False,
            "company_id": self.company_id.id,
        }

    def _minimum_for(self, partner, date=None):
        """Return the least number of shares that ``partner`` may hold, if any.

        :param partner: res.partner record
        :param date: the day to judge, today by default
        :return: number of shares
        """
        self.ensure_one()
        # Only the number leaves here: who is entitled is not shown to the caller.
        entitled = self.env["supermarket.low.income"]._entitled(
            partner, self.company_id, date
        )
        return self.minimum_low_income if entitled else self.minimum

    def _get_capital_account(self):
        """Return the account of the capital that is subscribed, called and paid.

        That is the equity account set on the product, else 1013 of the French chart, else
        the first account 10…, else the first equity account.

        :raise UserError: the company has no equity account
        """
        self.ensure_one()
        company = self.company_id
        account = self.product_id.with_company(company).property_account_income_id
        if account.account_type == "equity":
            return account
        accounts = (
            self.env["account.account"]
            .sudo()
            .with_company(company)
            .search(
                [
                    *self.env["account.account"]._check_company_domain(company),
                    ("account_type", "=", "equity"),
                ],
            )
        )
        ranked = accounts.sorted(
            lambda a: (
                not a.code.startswith("1013"),
                not a.code.startswith("10"),
                a.code,
            )
        )
        if not ranked:
            raise UserError(
                self.env._(
                    "%s has no equity account to receive share capital: install the "
                    "French chart of accounts, or create account 101300.",
                    company.name,
                )
            )
        return ranked[0]
