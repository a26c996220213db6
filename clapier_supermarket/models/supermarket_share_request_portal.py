import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

PORTAL_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
OLDEST_BIRTH_YEAR = 1900
# What a person may still take back: the register does not hold it.
PORTAL_CANCELLABLE = ("draft", "to_pay")


class SupermarketShareRequest(models.Model):
    _inherit = "supermarket.share.request"

    portal_key = fields.Char(
        readonly=True, copy=False, groups="base.group_system", string="Key of the Form"
    )

    _portal_key_unique = models.UniqueIndex(
        "(partner_id, portal_key) WHERE portal_key IS NOT NULL",
        "This form was already sent.",
    )

    @api.model
    def _portal_offers(self, person):
        """Return the shares that ``person`` may subscribe to on the portal.

        :param person: res.partner record
        :return: list of dicts ``{"type", "minimum"}``: a share type, in sudo, and the least
            number of its shares that this person may ask for now; those of the person's
            cooperative, of all cooperatives for a stranger
        """
        domain = [("portal_published", "=", True)]
        if company := person._supermarket_cooperative():
            domain.append(("company_id", "=", company.id))
        types_sudo = self.env["supermarket.share.type"].sudo().search(domain)
        Holding = self.env["supermarket.shareholding"]
        return [
            {
                "type": type_sudo,
                "minimum": 1
                if Holding._held(person, type_sudo)
                else type_sudo._minimum_for(person),
            }
            for type_sudo in types_sudo
        ]

    @api.model
    def _portal_asks_birth_date(self, person):
        """Tell whether ``person`` must say when they were born: what nobody knows yet."""
        return not (person.is_company or person.sudo().supermarket_birth_date)

    @api.model
    def _portal_subscribe(self, person, form):
        """Subscribe to shares for ``person`` from what they typed.

        The same form sent twice, even at the same time, makes one request: the update of the
        person's row fails the later one, Odoo runs it again, and it finds the first.

        :param person: res.partner record of the logged-in person
        :param form: dict of strings ``key, type_id, quantity, payment_term_id, birth_date,
            representative``; nothing else of it is read
        :return: the request, in sudo: confirmed, hence invoiced; a draft for a minor whose
            legal representative the member office must record first
        :raise UserError: one sentence saying what is wrong in the form
        """
        key = form["key"]
        if not PORTAL_KEY.fullmatch(key):
            raise UserError(
                self.env._(
                    "This form is out of date: reload the page and fill it again."
                )
            )
        # A collision is no error to log: Odoo runs the request again.
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id = %s",
                person.id,
            ),
            log_exceptions=False,
        )
        known_sudo = self.sudo().search(
            [("partner_id", "=", person.id), ("portal_key", "=", key)]
        )
        if known_sudo:
            return known_sudo
        vals = self._portal_prepare_vals(person, form)
        is_minor = self._portal_identify(person, form, vals["company_id"])
        request_sudo = (
            self.sudo()
            .with_company(vals["company_id"])
            .create({**vals, "portal_key": key})
        )
        if is_minor and not person.sudo().supermarket_legal_representative_id:
            request_sudo._check_first_shares(person)
            request_sudo.message_post(
                body=self.env._(
                    "Subscribed on the portal by a minor. Legal representative, as they "
                    "wrote: %s. Record who that is, then confirm.",
                    form["representative"],
                )
            )
        else:
            request_sudo.action_confirm()
        return request_sudo

    def _portal_prepare_vals(self, person, form):
        """Return the values of the request that ``form`` describes.

        :raise UserError: these shares or instalments are not offered, the number is wrong, or
            a request of these shares is still open
        """
        offers = {
            str(offer["type"].id): offer["type"]
            for offer in self._portal_offers(person)
        }
        type_sudo = offers.get(form["type_id"])
        if not type_sudo:
            raise UserError(
                self.env._(
                    "These shares are not offered to you: choose one of the list."
                )
            )
        quantity = form["quantity"].strip()
        if not (quantity.isascii() and quantity.isdigit() and int(quantity[:9]) > 0):
            raise UserError(
                self.env._("The number of shares must be a whole number above zero.")
            )
        if len(quantity) > 9 or int(quantity) > type_sudo.portal_maximum:
            raise UserError(
                self.env._(
                    "At most %s shares can be subscribed to here: ask the member office for "
                    "more.",
                    type_sudo.portal_maximum,
                )
            )
        terms = {str(term.id): term.id for term in type_sudo.portal_payment_term_ids}
        term = form["payment_term_id"]
        if term and term not in terms:
            raise UserError(
                self.env._("These instalments are not offered: choose one of the list.")
            )
        self._portal_check_none_open(person, type_sudo)
        return {
            "company_id": type_sudo.company_id.id,
            "kind": "subscription",
            "partner_id": person.id,
            "type_id": type_sudo.id,
            "quantity": int(quantity),
            "payment_term_id": terms.get(term, False),
        }

    def _portal_check_none_open(self, person, share_type):
        """Refuse a second request beside an open one: it would make a second invoice."""
        is_open = self.sudo().search_count(
            [
                ("partner_id", "=", person.id),
                ("type_id", "=", share_type.id),
                ("kind", "=", "subscription"),
                ("state", "in", PORTAL_CANCELLABLE),
            ],
            limit=1,
        )
        if is_open:
            raise UserError(
                self.env._(
                    "You already asked for shares of this type: pay that request or cancel "
                    "it first."
                )
            )

    def _portal_identify(self, person, form, company_id):
        """Record what the cooperative must know of somebody who joins, and nothing known already.

        :return: whether the person is a minor
        :raise UserError: the birth date is missing or wrong, or a minor names nobody
        """
        person_sudo = person.sudo()
        today = fields.Date.context_today(self)
        vals = {}
        if not person_sudo.supermarket_company_id:
            vals["supermarket_company_id"] = company_id
        if self._portal_asks_birth_date(person):
            vals["supermarket_birth_date"] = self._portal_parse_birth_date(
                form["birth_date"], today
            )
        if vals:
            person_sudo.write(vals)
        if not person_sudo.supermarket_is_minor:
            return False
        if (
            not person_sudo.supermarket_legal_representative_id
            and not form["representative"].strip()
        ):
            raise UserError(
                self.env._(
                    "You are a minor: give the name and phone number of your legal "
                    "representative."
                )
            )
        return True

    def _portal_parse_birth_date(self, text, today):
        try:
            birth_date = fields.Date.to_date(text)
        except ValueError:
            birth_date = None
        if not birth_date or birth_date.year < OLDEST_BIRTH_YEAR or birth_date >= today:
            raise UserError(
                self.env._("Give your birth date, in the past: day, month and year.")
            )
        return birth_date

    def _portal_cancel(self):
        """Cancel a person's own request, in sudo, and its invoice; once cancelled, stay so.

        :raise UserError: the register holds it, or a part is paid
        """
        self.ensure_one()
        if self.state == "cancelled":
            return
        if self.state not in PORTAL_CANCELLABLE:
            raise UserError(
                self.env._(
                    "This request can no longer be cancelled here: ask the member office."
                )
            )
        self.action_cancel()
