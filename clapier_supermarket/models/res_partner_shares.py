from odoo import api, fields, models
from odoo.tools import format_date

# What this file overrides must be extended first.
from . import res_partner_verdict  # noqa: F401


class ResPartner(models.Model):
    _inherit = "res.partner"

    supermarket_shareholding_ids = fields.One2many(
        "supermarket.shareholding",
        "partner_id",
        "Shareholdings",
        groups="clapier_supermarket.group_supermarket_user,base.group_portal",
    )
    supermarket_share_request_ids = fields.One2many(
        "supermarket.share.request",
        "partner_id",
        "Share Requests",
        groups="clapier_supermarket.group_supermarket_user,base.group_portal",
    )

    def action_supermarket_subscribe(self):
        """Open a new subscription of shares by this person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subscribe to Shares"),
            "res_model": "supermarket.share.request",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.id,
                "default_kind": "subscription",
            },
        }

    def action_supermarket_share_certificate(self):
        """Open the dialog that asks the date of the certificate of shares."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificate of Shares"),
            "res_model": "supermarket.share.certificate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }

    def action_supermarket_share_movements(self):
        """Open the movements that this person gave or received."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_share_movement_action"
        )
        domain = [
            "|",
            ("from_partner_id", "=", self.id),
            ("to_partner_id", "=", self.id),
        ]
        return {**action, "domain": domain, "context": {}}

    def _supermarket_shares_at(self, date):
        """Return what the person held at the end of ``date``, by the register.

        :param date: a date
        :return: {supermarket.share.type record: number of shares}, types held only
        """
        self.ensure_one()
        Movement = self.env["supermarket.share.movement"]
        held = {}
        for column, sign in (("to_partner_id", 1), ("from_partner_id", -1)):
            for share_type, quantity in Movement._read_group(
                [(column, "=", self.id), ("date", "<=", date)],
                ["type_id"],
                ["quantity:sum"],
            ):
                held[share_type] = held.get(share_type, 0) + sign * quantity
        types = self.env["supermarket.share.type"].union(*held).sorted()
        return {
            share_type: held[share_type] for share_type in types if held[share_type]
        }

    def _supermarket_hold_shares(self, company, date):
        """Make members of those who now hold a membership share of ``company``, and no
        longer of those who hold none.

        :param company: the cooperative whose register moved
        :param date: the day it did
        """
        mine = self.filtered(
            lambda p: p.supermarket_company_id.id in (company.id, False)
        )
        holders = (
            self.env["supermarket.shareholding"]
            .search(
                [
                    ("partner_id", "in", mine.ids),
                    ("company_id", "=", company.id),
                    ("type_id.gives_membership", "=", True),
                    ("quantity", ">", 0),
                ]
            )
            .partner_id
        )
        joining = holders.filtered(lambda p: not p.supermarket_is_member)
        joining.write(
            {
                "supermarket_company_id": company.id,
                "supermarket_is_member": True,
                "supermarket_member_since": date,
                "supermarket_member_until": False,
            }
        )
        joining._supermarket_assign_number()
        leaving = (mine - holders).filtered("supermarket_is_member")
        leaving.write(
            {"supermarket_is_member": False, "supermarket_member_until": date}
        )

    @api.model
    def _supermarket_verdict_triggers(self):
        """Override of the members' hook: the state of share requests matters."""
        return [
            *super()._supermarket_verdict_triggers(),
            "supermarket_share_request_ids.state",
        ]

    def _supermarket_pending_shares(self):
        """Override of the members' hook: who subscribed and has not paid all yet."""
        pending = super()._supermarket_pending_shares()
        requests_sudo = (
            self.env["supermarket.share.request"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "=", "to_pay"),
                    ("type_id.gives_membership", "=", True),
                ]
            )
        )
        for request_sudo in requests_sudo:
            if request_sudo.partner_id.supermarket_is_member:
                continue
            # No amount: the till shows the reason, and a small one tells a low income.
            pending[request_sudo.partner_id.sudo(self.env.su)] = (
                "refused",
                self.env._(
                    "The shares subscribed on %s are not paid in full: pay what remains "
                    "at the desk to become a member.",
                    format_date(self.env, request_sudo.date),
                ),
            )
        return pending
