from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..parsing import clean, fold, local_phone, parse_date, parse_integer
from .supermarket_import_households import LINK_FIELDS, HouseholdPlan, PeopleIndex
from .supermarket_import_plan import find_repeats

# column of the file: field of the partner, for what is written as it is read
PLAIN_FIELDS = {
    "name": "name",
    "member_number": "supermarket_member_number",
    "email": "email",
    "phone": "phone",
    "birth_date": "supermarket_birth_date",
    "card": "barcode",
    "street": "street",
    "street2": "street2",
    "zip": "zip",
    "city": "city",
}

DEFAULT_PADDING = 5


class SupermarketImport(models.TransientModel):
    _inherit = "supermarket.import"

    # -- plan

    def _plan_members(self, lines):
        """Decide for each line of a members' file; see ``_plan``."""
        padding = self._member_number_padding()
        for line in lines:
            self._parse_member(line, padding)
        index = PeopleIndex(self._members_in_base(lines), self.company_id)
        for line in lines:
            self._match_member(line, index)
        self._refuse_repeated_members(lines)
        france = self.env.ref("base.fr")
        for line in lines:
            line.vals = self._member_vals(line, france)
        households = HouseholdPlan(self.env, self.company_id, lines, index)
        households.plan()
        self._plan_shares(lines)
        households.spread_errors()
        for line in lines:
            shares = line.extra.get("shares")
            told = [self._describe_changes(line) if line.record else ""]
            told.append(self.env._("Shares: %s", shares) if shares else "")
            line.changes = ", ".join(filter(None, told))

    def _member_number_padding(self):
        """Return how many digits member numbers have: the 42 of a file is 00042 here."""
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [
                    ("code", "=", "supermarket.member"),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        return sequence.padding or DEFAULT_PADDING

    def _parse_member(self, line, padding):
        cells = line.cells
        names = (clean(cells.get(column, "")) for column in ("first_name", "name"))
        line.data["name"] = " ".join(filter(None, names))
        for column in ("card", "street", "street2", "city"):
            line.parse(column, clean, "")
        for column in ("member_number", *LINK_FIELDS):
            line.parse(column, lambda text: _pad(clean(text), padding), "")
        line.parse("phone", local_phone, "")
        # a spreadsheet drops the first digit of 01000
        line.parse("zip", lambda text: _pad(clean(text), 5), "")
        line.parse("email", self._parse_email, self._cell_sentence(line, "email"))
        line.parse(
            "birth_date", self._parse_past, self._cell_sentence(line, "birth_date")
        )
        line.parse("shares", self._parse_count, self._cell_sentence(line, "shares"))
        line.label = line.data["name"] or line.data.get("member_number", "")

    def _cell_sentence(self, line, column):
        text = clean(line.cells.get(column, ""))
        if column == "email":
            return self.env._("“%s” is not one e-mail address.", text)
        if column == "birth_date":
            return self.env._("“%s” is not a past day written as 31/12/1980.", text)
        return self.env._("“%s” is not a number of shares.", text)

    def _parse_email(self, text):
        email = email_normalize(clean(text))
        if not email:
            raise ValueError(text)
        return email

    def _parse_past(self, text):
        day = parse_date(text)
        if not day.year >= 1900 or day > fields.Date.context_today(self):
            raise ValueError(text)
        return day

    def _parse_count(self, text):
        count = parse_integer(text)
        if count < 0:
            raise ValueError(text)
        return count

    def _members_in_base(self, lines):
        """Return everybody whom the lines may be about, in one query."""

        def told(column):
            return list({line.data[column] for line in lines if line.data.get(column)})

        people = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search(
                Domain("supermarket_company_id", "=", self.company_id.id)
                | Domain("barcode", "in", told("card"))
                | Domain("email_normalized", "in", told("email"))
            )
        )
        people.fetch(
            [*PLAIN_FIELDS.values(), *LINK_FIELDS.values(), "email_normalized"]
        )
        return people

    def _match_member(self, line, index):
        """Set the partner whom the line is about: by number, card, or name and the rest."""
        data = line.data
        by_number = index.by_number.get(data.get("member_number"))
        by_card = index.by_card.get(data.get("card"))
        line.record = self.env["res.partner"]
        if by_card and by_number and by_card != by_number:
            line.errors.append(
                self.env._("Card %s belongs to another person.", data["card"])
            )
        elif by_number or by_card:
            line.record = by_number or by_card
            number = line.record.supermarket_member_number
            if number and data.get("member_number", number) != number:
                line.errors.append(
                    self.env._(
                        "Card %(card)s belongs to member %(number)s.",
                        card=data["card"],
                        number=number,
                    )
                )
        else:
            same = index.namesakes(data)
            if len(same) > 1:
                line.errors.append(
                    self.env._("Several people have this name: give the member number.")
                )
            elif same:
                line.record = same[0]
        if not line.record and not data["name"]:
            line.errors.append(self.env._("The name is missing."))

    def _refuse_repeated_members(self, lines):
        for column, sentence in (
            (
                "member_number",
                self.env._("This member number stands on line %s already."),
            ),
            ("card", self.env._("This card stands on line %s already.")),
        ):
            for line, earlier in find_repeats(
                lines, lambda line, column=column: line.data.get(column)
            ):
                line.errors.append(sentence % earlier.number)

        def person(line):
            data = line.data
            if line.record or data.get("member_number") or data.get("card"):
                return line.record
            rest = ("email", "birth_date", "holder_number")
            return fold(data["name"]), *(data.get(column) for column in rest)

        for line, earlier in find_repeats(lines, person):
            if not line.errors:
                line.errors.append(self._repeat_sentence(earlier))

    def _member_vals(self, line, country):
        vals = {
            field: line.data[column]
            for column, field in PLAIN_FIELDS.items()
            if line.data.get(column)
        }
        vals["supermarket_company_id"] = self.company_id.id
        person = line.record
        if not person:
            vals["country_id"] = country.id
            return vals
        if fold(vals.get("name", "")) == fold(person.name):
            vals.pop("name", None)
        if vals.get("email") == person.email_normalized:
            vals.pop("email", None)
        return self._only_changes(person, vals)

    def _only_changes(self, record, vals):
        """Return what of ``vals`` (simple values and ids) the record does not hold already."""
        return {
            name: value
            for name, value in vals.items()
            if value
            != (record[name].id if record._fields[name].relational else record[name])
        }

    def _plan_shares(self, lines):
        """Shares held become one opening movement; the register has the last word after."""
        held = self._shares_held([line.record.id for line in lines if line.record])
        for line in lines:
            shares = line.data.get("shares")
            if not shares:
                continue
            if line.record.id not in held:
                line.extra["shares"] = shares
            elif held[line.record.id] != shares:
                line.errors.append(
                    self.env._(
                        "The file says %(told)s shares, the register %(held)s: record a "
                        "share request instead.",
                        told=shares,
                        held=held[line.record.id],
                    )
                )

    def _shares_held(self, partner_ids):
        """Return {partner id: shares of the member's type}, of who is in the register."""
        groups = self.env["supermarket.shareholding"]._read_group(
            [
                ("partner_id", "in", partner_ids),
                ("company_id", "=", self.company_id.id),
                ("type_id.gives_membership", "=", True),
            ],
            ["partner_id"],
            ["quantity:sum"],
        )
        return {partner.id: quantity for partner, quantity in groups}

    # -- apply

    def _apply_members(self, lines):
        """Write people and households, take over their numbers, open the register."""
        people = self.env["res.partner"]
        numbers = {}
        for line in lines:
            line.extra["number"] = line.vals.pop("supermarket_member_number", None)
        self._apply_records(lines, people)
        for line in lines:
            if number := line.extra["number"]:
                numbers[line.record] = number
        people.concat(*numbers)._supermarket_adopt_numbers(numbers)
        self._record_opening_shares([line for line in lines if "shares" in line.extra])

    def _record_opening_shares(self, lines):
        """Enter the shares held in the register, in the order of the members' numbers."""
        if not lines:
            return
        share_type = self._member_share_type()
        lines.sort(key=lambda line: (line.extra["number"] or "~", line.number))
        self.env["supermarket.share.movement"]._record(
            [
                {
                    "type_id": share_type.id,
                    "kind": "subscription",
                    "quantity": line.extra["shares"],
                    "to_partner_id": line.record.id,
                    "date": self.opening_date,
                    "reason": self.env._(
                        "Opening balance, imported from %s", self.file_name
                    ),
                }
                for line in lines
            ]
        )

    def _member_share_type(self):
        """Return the type of shares that makes members.

        :raises UserError: the cooperative has none
        """
        share_type = self.env["supermarket.share.type"].search(
            [("company_id", "=", self.company_id.id), ("gives_membership", "=", True)],
            order="code",
            limit=1,
        )
        if not share_type:
            raise UserError(
                self.env._("Create the type of shares that makes members first.")
            )
        return share_type


def _pad(number, padding):
    return number.zfill(padding) if number.isdecimal() else number
