from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import fields

from ..parsing import fold
from .supermarket_import_plan import PlannedLine

# column of the file: field of the partner
LINK_FIELDS = {
    "holder_number": "supermarket_holder_id",
    "representative_number": "supermarket_legal_representative_id",
}


class PeopleIndex:
    """The people a file may speak of, found without a query per line."""

    def __init__(self, people, company):
        self.company = company
        self.by_number = {}
        self.by_card = {}
        self.by_name = defaultdict(list)
        for person in people:
            if person.supermarket_member_number and self.is_ours(person):
                self.by_number[person.supermarket_member_number] = person
            if person.barcode:
                self.by_card[person.barcode] = person
            self.by_name[fold(person.name)].append(person)

    def is_ours(self, person):
        return person.supermarket_company_id == self.company

    def namesakes(self, data):
        """Return the people of this name whom nothing in ``data`` tells apart."""
        name = fold(data.get("name", ""))
        return [
            person
            for person in self.by_name.get(name, ())
            if self._may_be(person, data)
        ]

    def _may_be(self, person, data):
        pairs = (
            (data.get("member_number"), person.supermarket_member_number),
            (data.get("card"), person.barcode),
            (data.get("email"), person.email_normalized),
            (data.get("birth_date"), person.supermarket_birth_date),
            (
                data.get("holder_number"),
                person.supermarket_holder_id.supermarket_member_number,
            ),
        )
        if any(told and kept and told != kept for told, kept in pairs):
            return False
        return self.is_ours(person) or data.get("email") == person.email_normalized


class HouseholdPlan:
    """Who is attached to whom and represented by whom, among lines and people of the base.

    Judges as the constraints on people do, so that a dry run foretells them.
    """

    def __init__(self, env, company, lines, index):
        self.env = env
        self.lines = lines
        self.index = index
        policy = env["supermarket.policy"]._policy_for(company)
        self.most_attached = policy.attached_adult_max
        today = fields.Date.context_today(env["supermarket.policy"])
        self.last_adult_birth = today - relativedelta(years=policy.majority_age)

    def plan(self):
        """Add links to the lines' values, and errors to the lines that cannot be so."""
        self._link()
        for line in self.lines:
            self._judge_holder(line)
            self._judge_representative(line)
        self._judge_crowded()

    def _link(self):
        """Resolve the numbers of holders and representatives, in the base or in the file."""
        in_file = {
            line.data["member_number"]: line
            for line in reversed(self.lines)
            if line.data.get("member_number")
        }
        for line in self.lines:
            for column, field in LINK_FIELDS.items():
                number = line.data.get(column)
                if not number:
                    continue
                target = self.index.by_number.get(number) or in_file.get(number)
                itself = line if isinstance(target, PlannedLine) else line.record
                if not target or target == itself:
                    line.errors.append(
                        self.env._("Nobody else has the member number %s.", number)
                    )
                elif isinstance(target, PlannedLine):
                    line.vals[field] = target
                elif line.record[field] != target:
                    line.vals[field] = target.id

    def _judge_holder(self, line):
        holder = self._linked(line, "supermarket_holder_id")
        if not holder:
            return
        if self._linked(holder, "supermarket_holder_id"):
            line.errors.append(
                self.env._(
                    "The member it is attached to is attached to somebody else: attach "
                    "both to the same member."
                )
            )
        if line.data.get("shares") or line.record.supermarket_is_member:
            line.errors.append(
                self.env._("Who holds shares is a member, and attached to nobody.")
            )

    def _judge_representative(self, line):
        if not self._is_minor(line):
            return
        holder = self._linked(line, "supermarket_holder_id")
        shops = holder or line.data.get("shares") or line.record.supermarket_is_member
        representative = (
            self._linked(line, "supermarket_legal_representative_id") or holder
        )
        if shops and (not representative or self._is_minor(representative)):
            line.errors.append(
                self.env._("A minor needs an adult as legal representative.")
            )

    def _judge_crowded(self):
        """Refuse the attached adults beyond what the policy allows to one member."""
        places = {}
        for line in self.lines:
            holder = line.vals.get("supermarket_holder_id")
            if not holder or line.errors or self._is_minor(line):
                continue
            if holder not in places:
                partner = self._linked(line, "supermarket_holder_id")
                taken = (
                    0
                    if isinstance(partner, PlannedLine)
                    else partner.supermarket_attached_adult_count
                )
                places[holder] = self.most_attached - taken
            places[holder] -= 1
            if places[holder] < 0:
                line.errors.append(
                    self.env._(
                        "This member would have more than %s attached adults.",
                        self.most_attached,
                    )
                )

    def spread_errors(self):
        """A line that refers to a bad line which would have been created is bad too."""
        refers = defaultdict(list)
        for line in self.lines:
            for value in line.vals.values():
                if isinstance(value, PlannedLine):
                    refers[value].append(line)
        bad = [line for line in refers if line.errors]
        while bad:
            cause = bad.pop()
            for line in refers[cause]:
                if not line.errors:
                    bad.append(line)
                    line.errors.append(
                        self.env._(
                            "It refers to line %s, which is bad itself.", cause.number
                        )
                    )

    def _linked(self, person, field):
        """Return the line or partner that a line or partner will be linked to."""
        if not isinstance(person, PlannedLine):
            return person[field]
        if field not in person.vals:
            return person.record[field]
        target = person.vals[field]
        if isinstance(target, PlannedLine):
            return target
        return self.env["res.partner"].browse(target)

    def _is_minor(self, person):
        """Tell whether a line or partner is a minor, as far as known."""
        if isinstance(person, PlannedLine):
            birth = (
                person.data.get("birth_date") or person.record.supermarket_birth_date
            )
        else:
            birth = person.supermarket_birth_date
        return bool(birth) and birth > self.last_adult_birth
