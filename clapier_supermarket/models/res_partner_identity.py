import re
import secrets
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, remove_accents

from ..utils import age_on, born_by, ean13

# The nomenclature of the till takes what begins so for a customer's card.
CARD_PREFIX = "042"
CARD_DIGITS = 9


def _card_taken_message(env, diagnostics):
    """Say whose card it is, archived people included."""
    key = re.search(
        r"=\((\d+), (.+)\)", getattr(diagnostics, "message_detail", "") or ""
    )
    if not key:
        return env._("This card belongs to somebody else: scan another card.")
    company_id, card = key.groups()
    owner_sudo = (
        env["res.partner"]
        .sudo()
        .with_company(int(company_id))
        .with_context(active_test=False)
        .search(
            [("supermarket_company_id", "=", int(company_id)), ("barcode", "=", card)]
        )
    )
    return env._(
        "Card %(card)s belongs to %(name)s: scan another card, or take it off %(name)s "
        "first.",
        card=card,
        name=owner_sudo.name,
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_birth_date = fields.Date(
        "Birth Date",
        copy=False,
        index="btree_not_null",
        groups="clapier_supermarket.group_supermarket_user",
    )
    supermarket_age = fields.Integer(
        "Age",
        compute="_compute_supermarket_age",
        search="_search_supermarket_age",
        groups="clapier_supermarket.group_supermarket_user",
    )
    supermarket_is_minor = fields.Boolean(
        "Minor",
        compute="_compute_supermarket_age",
        search="_search_supermarket_is_minor",
        groups="clapier_supermarket.group_supermarket_user",
    )
    supermarket_duplicate_ids = fields.Many2many(
        "res.partner",
        string="Perhaps Already Known",
        compute="_compute_supermarket_duplicate_ids",
        groups="clapier_supermarket.group_supermarket_user",
    )

    _supermarket_one_card = models.UniqueIndex(
        "(supermarket_company_id, (barcode ->> supermarket_company_id::text))"
        " WHERE supermarket_company_id IS NOT NULL",
        _card_taken_message,
    )

    @api.depends("supermarket_birth_date", "supermarket_company_id")
    @api.depends_context("company")
    def _compute_supermarket_age(self):
        today = fields.Date.context_today(self)
        minors = self._supermarket_minors()
        for partner in self:
            birth = partner.supermarket_birth_date
            partner.supermarket_age = age_on(birth, today) if birth else 0
            partner.supermarket_is_minor = partner in minors

    def _search_supermarket_age(self, operator, value):
        today = fields.Date.context_today(self)
        known = Domain("supermarket_birth_date", "!=", False)
        if operator == "in":
            return known & Domain.OR(
                Domain("supermarket_birth_date", "<=", born_by(today, age))
                & Domain("supermarket_birth_date", ">", born_by(today, age + 1))
                for age in value
            )
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        side = "<=" if operator in (">=", ">") else ">"
        bound = born_by(today, value if operator in (">=", "<") else value + 1)
        return known & Domain("supermarket_birth_date", side, bound)

    def _search_supermarket_is_minor(self, operator, value):
        if operator != "in":
            return NotImplemented
        policy = self.env["supermarket.policy"]._policy_for(self.env.company)
        bound = born_by(fields.Date.context_today(self), policy.majority_age)
        minor = Domain("supermarket_birth_date", ">", bound)
        adult = Domain("supermarket_birth_date", "=", False) | Domain(
            "supermarket_birth_date", "<=", bound
        )
        return Domain.OR(minor if wanted else adult for wanted in value)

    @api.depends("name", "email", "supermarket_birth_date", "supermarket_household_ids")
    def _compute_supermarket_duplicate_ids(self):
        emails = {email_normalize(partner.email) for partner in self}
        births = set(self.mapped("supermarket_birth_date"))
        known = self.search(
            Domain("supermarket_company_id", "!=", False)
            & (
                Domain("email_normalized", "in", emails - {False})
                | Domain("supermarket_birth_date", "in", births - {False})
            )
        )
        by_clue = defaultdict(self.browse)
        for partner in known:
            for clue in partner._supermarket_clues():
                by_clue[clue] |= partner
        for partner in self:
            found = self.browse().union(
                *(by_clue[clue] for clue in partner._supermarket_clues())
            )
            family = partner._origin | partner.supermarket_household_ids._origin
            partner.supermarket_duplicate_ids = found - family

    @api.constrains("barcode")
    def _check_barcode_unicity(self):
        """Override of base: the index answers for the cards of one's own cooperative."""
        others = self.filtered(
            lambda partner: partner.supermarket_company_id != self.env.company
        )
        return super(ResPartner, others)._check_barcode_unicity()

    def action_supermarket_new_card(self):
        """Give each person a new card number; the old card stops working."""
        self.check_access("write")
        self._supermarket_draw_cards()

    def _supermarket_minors(self):
        """Return the people of ``self`` who need a legal representative today."""
        today = fields.Date.context_today(self)
        policies = self._supermarket_policies()
        return self.filtered(
            lambda partner: (
                partner.supermarket_birth_date
                and age_on(partner.supermarket_birth_date, today)
                < policies[partner].majority_age
            )
        )

    def _supermarket_clues(self):
        """Return what tells two records for one person: e-mail; name with birth date."""
        self.ensure_one()
        clues = []
        if email := email_normalize(self.email):
            clues.append(email)
        if self.name and self.supermarket_birth_date:
            name = frozenset(remove_accents(self.name).casefold().split())
            clues.append((name, self.supermarket_birth_date))
        return clues

    def _supermarket_draw_cards(self):
        """Give each person an unused card number, at random: nobody guesses another's."""
        for company, partners in self.grouped(
            lambda partner: partner._supermarket_company()
        ).items():
            partners = partners.with_company(company)
            cards = partners._supermarket_unused_cards()
            for partner, card in zip(partners, cards, strict=True):
                partner.barcode = card

    def _supermarket_unused_cards(self):
        """Return as many unused EAN-13 card numbers as there are people in ``self``."""
        everybody_sudo = self.sudo().with_context(active_test=False)
        cards = set()
        while len(cards) < len(self):
            for _missing in range(len(self) - len(cards)):
                number = secrets.randbelow(10**CARD_DIGITS)
                cards.add(ean13(f"{CARD_PREFIX}{number:0{CARD_DIGITS}}"))
            taken = everybody_sudo.search([("barcode", "in", list(cards))])
            cards -= set(taken.mapped("barcode"))
        return list(cards)
