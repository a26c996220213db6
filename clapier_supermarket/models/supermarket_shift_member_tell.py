from odoo import models

from ..shift_rules import MAY_SHOP

# What this file overrides must be defined first.
from . import supermarket_shift_member_status  # noqa: F401

TOLD = {"alert", "extended", "suspended", "unsubscribed"}


class SupermarketShiftMember(models.Model):
    _inherit = "supermarket.shift.member"

    def _status_changed(self, former):
        """Override of the status: members are told what changed, and why."""
        result = super()._status_changed(former)
        rows = []
        for company, members in self.grouped("company_id").items():
            today = company._supermarket_today()
            policy = self.env["supermarket.policy"]._policy_for(company, today)
            if not policy.shift_required:
                continue
            for member in members:
                kind = member._kind_of_change(former.get(member.id))
                if kind:
                    # A status may come back with the same first day, after an extension.
                    key = f"status:{member.id}:{member.status}:{today}"
                    rows.append({"member_id": member.id, "kind": kind, "key": key})
        self.env["supermarket.shift.message"]._queue(rows)
        return result

    def _kind_of_change(self, former):
        """Return the kind of message that a change of status asks for, or None.

        :param former: status before, None where it did not change
        """
        self.ensure_one()
        if not former or former == self.status:
            return None
        if self.status in TOLD:
            return self.status
        if former not in MAY_SHOP and self.status in MAY_SHOP:
            return "restored"
        return None

    def _may_be_invited(self):
        """Return whether one member may book at all."""
        self.ensure_one()
        return self.status not in ("unsubscribed", "blocked")
