from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupermarketPolicy(models.Model):
    """The rules of one cooperative from a date on; an event is judged by the policy of its day."""

    _name = "supermarket.policy"
    _inherit = ["supermarket.dated.policy"]
    _description = "Supermarket Policy"

    # Members and households
    attached_adult_max = fields.Integer(
        "Attached Adults",
        default=2,
        required=True,
        help="How many adults may be attached to one member and share the right to shop. "
        "Minors do not count.",
    )
    majority_age = fields.Integer(
        default=18,
        required=True,
        help="Below this age, in years, a member needs a legal representative.",
    )
    # Adhesion dues
    dues_required = fields.Boolean(
        "Adhesion Dues",
        help="Members pay yearly dues besides their shares; who has not paid is warned, "
        "then refused.",
    )
    dues_product_id = fields.Many2one(
        "product.product",
        domain="[('membership', '=', True), ('company_id', 'in', (False, company_id))]",
        check_company=True,
        help="The membership product that the dues are invoiced with. Dues paid under "
        "earlier policies count until the end of their period.",
    )
    dues_grace_days = fields.Integer(
        "Days of Grace",
        default=30,
        required=True,
        help="How many days a member whose dues are missing is only warned.",
    )
    # Till
    sale_requires_member = fields.Boolean(
        "No Sale Without a Member",
        default=True,
        help="The till refuses a sale without a member.",
    )
    # Share capital
    capital_floor_ratio = fields.Float(
        "Legal Floor of the Capital",
        default=0.25,
        required=True,
        help="Refunds wait when they would take the capital below this part of the highest "
        "capital ever reached (a quarter in French law).",
    )

    _one_per_day = models.UniqueIndex(
        "(company_id, date_start)",
        "This company already has a policy from that date on: change that one, or choose "
        "another date.",
    )
    _attached_adult_max_positive = models.Constraint(
        "CHECK (attached_adult_max >= 0)",
        "The number of attached adults cannot be negative: write 0 to allow none.",
    )
    _majority_age_positive = models.Constraint(
        "CHECK (majority_age >= 0)", "The age of majority cannot be negative."
    )
    _dues_grace_days_positive = models.Constraint(
        "CHECK (dues_grace_days >= 0)",
        "The days of grace cannot be negative: write 0 to refuse from the first day.",
    )
    _capital_floor_ratio_is_part = models.Constraint(
        "CHECK (capital_floor_ratio BETWEEN 0 AND 1)",
        "The legal floor is a part of the capital: between 0 % and 100 %.",
    )

    @api.constrains("dues_required", "dues_product_id")
    def _check_dues_product(self):
        for policy in self:
            if policy.dues_required and not policy.dues_product_id:
                raise ValidationError(
                    self.env._(
                        "Adhesion dues need a product: choose the one they are invoiced "
                        "with, or do without dues."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to judge members by the new rules."""
        policies = super().create(vals_list)
        policies._refresh_verdicts(policies.company_id)
        return policies

    def write(self, vals):
        """Override of base to judge members by the changed rules."""
        companies = self.company_id
        result = super().write(vals)
        self._refresh_verdicts(companies | self.company_id)
        return result

    def unlink(self):
        """Override of base to judge members by the rules that remain."""
        companies = self.company_id
        result = super().unlink()
        self._refresh_verdicts(companies)
        return result

    def _refresh_verdicts(self, companies):
        """Judge again, in one go, everybody whom ``companies`` know."""
        everybody_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        everybody_sudo.search(
            [("supermarket_company_id", "in", companies.ids)]
        )._supermarket_refresh_verdict()

    @api.model
    def _next_start(self, company):
        """Return the first day after today on which another policy rules ``company``."""
        coming = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_start", ">", fields.Date.context_today(self)),
            ],
            order="date_start",
            limit=1,
        )
        return coming.date_start

    @api.model
    def _dues_history(self, company):
        """Tell since when dues are required without a break, and what has paid them.

        :return: (date, products of every policy of ``company`` so far)
        """
        policies = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_start", "<=", fields.Date.context_today(self)),
            ]
        )
        since = None
        for policy in policies:
            if not policy.dues_required:
                break
            since = policy.date_start
        return since, policies.dues_product_id
