from odoo import api, fields, models
from odoo.fields import Domain


class SupermarketLowIncome(models.Model):
    """Who may subscribe at the low-income minimum: sensitive, so kept apart.

    No chatter, no field on the person: whoever lacks the group sees no trace of it.
    """

    _name = "supermarket.low.income"
    _description = "Low-Income Right"
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_start = fields.Date(
        "Starts On", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        "Until", help="The last day of the right; empty: no end known."
    )
    note = fields.Text(
        help="What was shown to the office. Keep no copy of a certificate and no amount."
    )
    is_current = fields.Boolean(
        "Current", compute="_compute_is_current", search="_search_is_current"
    )

    _end_after_start = models.Constraint(
        "CHECK (date_end >= date_start)",
        "The right ends before it starts: check the two dates.",
    )

    @api.depends("date_start", "date_end")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for right in self:
            right.is_current = right in right.filtered_domain(self._domain_on(today))

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = self._domain_on(fields.Date.context_today(self))
        return Domain.OR(current if wanted else ~current for wanted in value)

    @api.model
    def _domain_on(self, date):
        """Return the domain of the rights in force on ``date``."""
        return Domain("date_start", "<=", date) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", date)
        )

    @api.model
    def _entitled(self, partners, company, date=None):
        """Return who of ``partners`` may subscribe at the low-income minimum.

        The caller must not show nor store the answer: it goes through ``sudo`` so that the
        office can subscribe for somebody without reading their record.

        :param partners: res.partner records
        :param company: the cooperative
        :param date: the day of the subscription, today by default
        :return: res.partner records, a part of ``partners``
        """
        date = date or fields.Date.context_today(self)
        rights_sudo = self.sudo().search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", company.id)
            & self._domain_on(date)
        )
        return partners & rights_sudo.partner_id.sudo(False)
