from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

NAME_MAX = 80


class CoworkingVisit(models.Model):
    """Guests of members: so many a month, by the policy."""

    _inherit = "coworking.visit"

    @api.model
    def _invite(self, host, space, day, half, name, email, key=None):
        """Invite a guest of a member for half a day or a day, in sudo.

        :return: coworking.visit record in sudo
        :raise UserError: one sentence why not
        """
        name, address = " ".join(name.split()), email_normalize(email)
        if not name or len(name) > NAME_MAX:
            raise UserError(
                self.env._("Say your guest's name, in %s letters.", NAME_MAX)
            )
        if not address:
            raise UserError(
                self.env._("Say your guest's e-mail address: the code is sent to it.")
            )
        visit_sudo = key and self.sudo().search([("key", "=", f"{host.id}:{key}")])
        if visit_sudo:
            return visit_sudo
        company = space.sudo().company_id
        if not host._coworking_may_invite(company):
            raise UserError(
                self.env._("Guests are invited by members: take a plan or a day pass.")
            )
        month = day.replace(day=1)
        return self._book(
            self.env["res.partner"],
            space,
            day,
            half,
            key=key,
            host_id=host.id,
            guest_name=name,
            guest_email=address,
            guest_month=month,
            guest_rank=self._guest_rank(host, company, day, month),
            paid_by="guest",
        )

    @api.model
    def _guest_rank(self, host, company, day, month):
        """Return the first free rank of a host's guests of a month: unique in the database."""
        limit = company._coworking_policy(day).guest_days_month
        ranks = self._guest_ranks(host, company, month)
        free = next((rank for rank in range(1, limit + 1) if rank not in ranks), None)
        if free is None:
            raise UserError(
                self.env._(
                    "You have invited %s guests that month, which is all a member may: "
                    "choose another month, or cancel one.",
                    limit,
                )
            )
        return free

    @api.model
    def _guest_ranks(self, host, company, month):
        """Return the ranks of a host's guests of a month."""
        return set(
            self.sudo()
            .search(
                [
                    ("host_id", "=", host.id),
                    ("company_id", "=", company.id),
                    ("guest_month", "=", month),
                    ("state", "!=", "cancelled"),
                ]
            )
            .mapped("guest_rank")
        )
