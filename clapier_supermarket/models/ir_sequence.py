from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    _supermarket_one_per_company = models.UniqueIndex(
        "(company_id) WHERE code = 'supermarket.member'",
        "This company already has a sequence of member numbers: use that one.",
    )

    def _supermarket_member_sequence(self, company):
        """Return the sequence of member numbers of ``company``, made if there is none.

        No gap: the members' list is also the list of cooperators that the law asks for.
        """
        sequence = self.search(
            [("code", "=", "supermarket.member"), ("company_id", "=", company.id)]
        )
        return sequence or self.create(
            {
                "name": self.env._("Member number"),
                "code": "supermarket.member",
                "implementation": "no_gap",
                "padding": 5,
                "company_id": company.id,
            }
        )

    def _supermarket_draw(self, count):
        """Draw ``count`` numbers at once: one statement, no gap.

        :return: list of formatted numbers, in order
        """
        self.ensure_one()
        self.flush_recordset(["number_next", "number_increment"])
        [(first, step)] = self.env.execute_query(
            SQL(
                """ UPDATE ir_sequence
                       SET number_next = number_next + %(count)s * number_increment
                     WHERE id = %(id)s
                 RETURNING number_next - %(count)s * number_increment,
                           number_increment """,
                count=count,
                id=self.id,
            )
        )
        self.invalidate_recordset(["number_next"])
        return [self.get_next_char(first + rank * step) for rank in range(count)]

    def _supermarket_skip_past(self, numbers):
        """Go on after the highest of ``numbers``, member numbers given elsewhere."""
        self.ensure_one()
        digits = [int(number) for number in numbers if number.isdecimal()]
        if digits and max(digits) >= self.number_next:
            self.number_next = max(digits) + self.number_increment
