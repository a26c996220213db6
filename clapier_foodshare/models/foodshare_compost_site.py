import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..foodshare_compost import monday

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class FoodshareCompostSite(models.Model):
    """A place with shared composters: who answers for it, and what it has taken."""

    _name = "foodshare.compost.site"
    _description = "Composting Site"
    _inherit = ["mail.thread"]
    _order = "company_id, name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    operator_id = fields.Many2one(
        "res.partner", help="Who answers for the site, by law.", tracking=True
    )
    trained_partner_id = fields.Many2one(
        "res.partner",
        "Trained Person",
        help="Has learned to lead a shared composter.",
        tracking=True,
    )
    address = fields.Char()
    opening = fields.Char(
        "Opening Hours",
        translate=True,
        help="Shown to the neighbourhood, e.g. Wednesday 18:00 to 19:00.",
    )
    is_public = fields.Boolean(
        "Shown to the Public",
        default=True,
        help="Address, opening and weights are on the public page.",
    )
    access_token = fields.Char(
        "Token of the Phone Page",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_foodshare.group_foodshare_user",
    )
    link = fields.Char(
        "Phone Page",
        compute="_compute_link",
        groups="clapier_foodshare.group_foodshare_user",
        help="Whoever has this address can note visits: print it inside the shed.",
    )
    record_count = fields.Integer(
        "Rows Noted by Phone", readonly=True, copy=False, default=0
    )
    bin_ids = fields.One2many("foodshare.compost.bin", "site_id", "Bins")
    visit_ids = fields.One2many("foodshare.compost.visit", "site_id", "Visits")
    flow_ids = fields.One2many("foodshare.compost.flow", "site_id", "Browns, Compost")
    kg_week = fields.Float(
        "kg This Week", compute="_compute_weights", help="Kitchen waste, since Monday."
    )
    kg_year = fields.Float(
        "kg This Year", compute="_compute_weights", help="Kitchen waste."
    )
    kg_limit = fields.Float("kg a Week at Most", compute="_compute_weights")
    kg_out = fields.Float("kg of Compost Given This Year", compute="_compute_weights")
    visitor_year = fields.Integer("Visitors This Year", compute="_compute_weights")
    limit_percent = fields.Float("Week in % of the Limit", compute="_compute_weights")
    problem = fields.Char(compute="_compute_problem")

    _token_unique = models.UniqueIndex("(access_token)", "This page exists already.")

    @api.depends("access_token")
    def _compute_link(self):
        for site in self:
            site.link = f"{site.get_base_url()}/compost/{site.access_token}"

    @api.depends("visit_ids.kg", "flow_ids.kg", "company_id")
    def _compute_weights(self):
        sums = self._compost_sums()
        for site in self:
            limit = site.company_id._foodshare_policy().compost_week_limit
            week, year, out, visitors = sums.get(site._origin.id, (0.0, 0.0, 0.0, 0))
            site.update(
                {
                    "kg_week": week,
                    "kg_year": year,
                    "kg_out": out,
                    "visitor_year": visitors,
                    "kg_limit": limit,
                    "limit_percent": 100 * week / limit,
                }
            )

    @api.depends("operator_id", "trained_partner_id")
    @api.depends_context("lang")
    def _compute_problem(self):
        for site in self:
            problems = []
            if not site.operator_id:
                problems.append(self.env._("No operator is named."))
            if not site.trained_partner_id:
                problems.append(self.env._("No trained person is named."))
            if site.kg_week > site.kg_limit:
                problems.append(
                    self.env._(
                        "%(weight).0f kg this week: the law allows %(limit).0f kg.",
                        weight=site.kg_week,
                        limit=site.kg_limit,
                    )
                )
            site.problem = " ".join(problems)

    @api.constrains("company_id")
    def _check_company_kept(self):
        for site in self:
            site_sudo = site.sudo()
            if (site_sudo.visit_ids.company_id | site_sudo.flow_ids.company_id) - (
                site.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "This site has rows already and stays with its company: make a "
                        "new site."
                    )
                )

    def _compost_sums(self):
        """Return what these sites took and gave, corrections counted: one statement.

        :return: {site id: (kg this week, kg this year, kg of compost given this year,
            visitors this year)}
        """
        ids = self._origin.ids
        if not ids:
            return {}
        today = self.env.company._coworking_today()
        self.env["foodshare.compost.visit"].flush_model()
        self.env["foodshare.compost.flow"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT site_id,
                       COALESCE(SUM(kg) FILTER (WHERE waste AND date >= %(monday)s), 0),
                       COALESCE(SUM(kg) FILTER (WHERE waste AND date >= %(year)s), 0),
                       COALESCE(SUM(kg) FILTER (WHERE given AND date >= %(year)s), 0),
                       COALESCE(SUM(visitors) FILTER (WHERE date >= %(year)s), 0)
                  FROM (
                        SELECT site_id, date, kg, TRUE AS waste, FALSE AS given,
                               visitor_count AS visitors
                          FROM foodshare_compost_visit
                         WHERE site_id = ANY(%(ids)s) AND date >= %(first)s
                         UNION ALL
                        SELECT site_id, date, kg, kind = 'kitchen', kind = 'out', 0
                          FROM foodshare_compost_flow
                         WHERE site_id = ANY(%(ids)s) AND date >= %(first)s
                       ) AS row
                 GROUP BY site_id
                """,
                ids=ids,
                monday=monday(today),
                year=today.replace(month=1, day=1),
                first=min(monday(today), today.replace(month=1, day=1)),
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _for_phone(self, token):
        """Return the site whose phone page has this token, in sudo; none if unknown."""
        sites_sudo = self.sudo()
        if not TOKEN.fullmatch(token):
            return sites_sudo.browse()
        site_sudo = sites_sudo.search([("access_token", "=", token)])
        return site_sudo.with_company(site_sudo.company_id)

    def _note_once(self, model, key, vals):
        """Add a row that comes from a phone; the same key again returns the same row.

        The site's row is updated first: of two that arrive in the same instant, the second
        is tried again and finds what the first has written.

        :param model: foodshare.compost.visit or foodshare.compost.flow
        :param key: idempotency key, made with the page
        :raise ValidationError: what was typed cannot be
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE foodshare_compost_site SET record_count = record_count + 1 "
                "WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["record_count"])
        rows = self.env[model]
        known = rows.search([("site_id", "=", self.id), ("request_key", "=", key)])
        return known or rows.create({**vals, "site_id": self.id, "request_key": key})

    def action_renew_link(self):
        """Give these sites new phone pages; the old addresses no longer work."""
        self.check_access("write")
        for site in self:
            site.access_token = secrets.token_urlsafe(32)
