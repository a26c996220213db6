import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time, get_lang

from odoo.addons.clapier_supermarket.models.supermarket_shift_kiosk import _short_name

from .sale_order_handover import FETCHABLE

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# What a phone without network has kept is still taken so long after the point closes.
TAKES_FOR = timedelta(days=14)


class DriveCyclePoint(models.Model):
    """The page of a host: by its link alone, and no more of a family than it takes."""

    _inherit = "drive.cycle.point"

    last_seen = fields.Datetime("Page Seen", readonly=True, copy=False)
    arrived_at = fields.Datetime("Crates Arrived", readonly=True, copy=False)
    link = fields.Char(
        "Host's Page",
        compute="_compute_link",
        compute_sudo=True,
        groups="clapier_drive.group_drive_manager",
        help="Whoever has it may hand baskets over: keep it to the host.",
    )
    basket_count = fields.Integer("Baskets Expected", compute="_compute_basket_count")
    handed_count = fields.Integer("Handed Over", compute="_compute_basket_count")
    handed_rate = fields.Float("Handed Over, %", compute="_compute_basket_count")

    @api.depends("token")
    def _compute_link(self):
        for point in self:
            point.link = f"{point.get_base_url()}/drive/host/{point.token}"

    @api.depends("order_ids.drive_handover_state", "order_ids.state")
    def _compute_basket_count(self):
        counts = {}
        for point, moved, state, count in self.env["sale.order"]._read_group(
            self._handover_domain(),
            ["drive_cycle_point_id", "drive_handover_point_id", "drive_handover_state"],
            ["__count"],
        ):
            total = counts.setdefault(moved or point, [0, 0])
            total[0] += count
            total[1] += count if state == "handed" else 0
        for point in self:
            point.basket_count, point.handed_count = counts.get(point._origin, (0, 0))
            point.handed_rate = 100 * point.handed_count / (point.basket_count or 1)

    def _handover_domain(self):
        """Return what finds the baskets to be fetched at these points, moved ones too."""
        return Domain("state", "=", "sale") & (
            Domain("drive_handover_point_id", "in", self.ids)
            | (
                Domain("drive_handover_point_id", "=", False)
                & Domain("drive_cycle_point_id", "in", self.ids)
            )
        )

    def action_renew_token(self):
        """Give these points new links; the old ones no longer work."""
        self.check_access("write")
        for point in self.sudo():
            point.token = secrets.token_urlsafe(32)

    # --- What the page asks

    @api.model
    def _for_token(self, token):
        """Return the point of a token, as superuser and in its language; empty if none."""
        point_sudo = self.sudo()
        if TOKEN.fullmatch(token):
            point_sudo = point_sudo.search([("token", "=", token)], limit=1)
        company = point_sudo.company_id
        lang = get_lang(self.env, company.partner_id.lang).code
        return point_sudo.with_company(company).with_context(
            lang=lang, tz=company._supermarket_tz() if company else None
        )

    def _host_is_early(self):
        """Tell whether the orders of this point may still change."""
        self.ensure_one()
        return self.cycle_id.state == "planned"

    def _host_is_over(self):
        """Tell whether the names of this point's families are hidden again."""
        self.ensure_one()
        hours = (
            self.env["drive.policy"]
            ._policy_for(self.company_id, self.cycle_id.date_pickup)
            .host_page_hours
        )
        return (
            self.cycle_id.state == "cancelled"
            or self.stop + timedelta(hours=hours) < fields.Datetime.now()
        )

    def _host_takes(self):
        """Tell whether what a phone has kept is still taken."""
        self.ensure_one()
        return (
            self.cycle_id.state not in ("planned", "cancelled")
            and fields.Datetime.now() <= self.stop + TAKES_FOR
        )

    def _host_list(self):
        """Return what the page shows: the keys are an allow-list, nothing else leaves."""
        self.ensure_one()
        orders = self.env["sale.order"].search(
            self._handover_domain(), order="name, id"
        )
        dues = orders._drive_dues()
        crates = orders._drive_crates_shown()
        taken = self._paid_here(orders)
        return {
            "arrived": bool(self.arrived_at),
            "over": fields.Datetime.now() > self.stop,
            "baskets": [
                {
                    "id": order.id,
                    "number": order.name,
                    "who": _short_name(order.partner_id.name),
                    "state": (
                        "waiting"
                        if order.drive_handover_state in FETCHABLE
                        else order.drive_handover_state
                    ),
                    "at": self._hour(order.drive_handed_at),
                    "qr": _print_of(order.drive_handover_token),
                    "cold": any(is_cold for _key, _name, is_cold in crates[order])
                    or (not order.drive_crate_ids and order.drive_held_cold > 0),
                    "crates": [
                        {"key": key, "name": name, "cold": is_cold}
                        for key, name, is_cold in crates[order]
                    ],
                    "due": self._to_take(dues.get(order)),
                    "credit": dues.get(order, (0.0, 0.0))[1],
                    "paid": order in dues and not dues[order][0],
                    "own": order in taken,
                    "lines": [
                        {
                            "id": line.id,
                            "name": line.product_id.name,
                            "quantity": line._drive_quantity_given(),
                        }
                        for line in order.drive_line_ids
                        if line._drive_quantity_given() > 0
                    ],
                    "problems": len(order.drive_problem_ids),
                }
                for order in orders
            ],
        }

    def _paid_here(self, orders):
        """Return the baskets that were paid at this point."""
        rows = self.env["drive.handover"]._read_group(
            [
                ("cycle_point_id", "=", self.id),
                ("order_id", "in", orders.ids),
                ("kind", "in", ("paid", "unpaid")),
                ("result", "=", "done"),
            ],
            ["order_id"],
            ["amount:sum", "amount_credit:sum"],
        )
        return {order for order, amount, credit in rows if amount or credit}

    def _to_take(self, due):
        """Return what the host takes of a basket: what is due less the family's credit."""
        total, credit = due or (0.0, 0.0)
        return self.company_id.currency_id.round(total - credit)

    def _hour(self, moment):
        if not moment:
            return ""
        return format_time(
            self.env, moment, tz=self.company_id._supermarket_tz(), time_format="HH:mm"
        )

    def _host_heading(self):
        """Return the day and hours of this point, as its company writes them."""
        self.ensure_one()
        day = self.company_id._supermarket_local(self.start).date()
        return {
            "day": format_date(self.env, day, date_format="EEEE d MMMM"),
            "hours": f"{self._hour(self.start)} – {self._hour(self.stop)}",
        }

    def _host_words(self):
        """Return what the page says by itself, in the language of the drive."""
        return {
            "online": self.env._("Connected"),
            "offline": self.env._("No network: everything is kept here"),
            "dead": self.env._(
                "This link no longer works: ask the drive for a new one."
            ),
            "waiting": self.env._("%s waiting to be sent"),
            "listFrom": self.env._("List of %s"),
            "toHand": self.env._("To hand over"),
            "handed": self.env._("Handed over"),
            "given": self.env._("Given"),
            "crateOne": self.env._("%s crate"),
            "crateMany": self.env._("%s crates"),
            "cold": self.env._("Cold"),
            "due": self.env._("To pay: %s"),
            "credit": self.env._("%s from credit"),
            "paid": self.env._("Paid"),
            "toSend": self.env._("To be sent"),
            "allHanded": self.env._("Every basket has been handed over. Thank you!"),
            "none": self.env._("No basket is expected here."),
            "noMatch": self.env._("No basket matches."),
            "unknown": self.env._("This basket is not at this point."),
            "scanned": self.env._("Code scanned"),
            "codeRight": self.env._("The code is right"),
            "codeWrong": self.env._("Wrong code: ask for a signature"),
            "codeLater": self.env._("Checked once there is network"),
            "signed": self.env._("Signed"),
            "cratesLeftOne": self.env._(
                "%s crate is not ticked: hand over all the same?"
            ),
            "cratesLeftMany": self.env._(
                "%s crates are not ticked: hand over all the same?"
            ),
            "dueLeft": self.env._("%s is not paid: hand over all the same?"),
            "reported": self.env._("Reported, thank you"),
            "noCamera": self.env._(
                "The camera does not open: search the name or the number instead."
            ),
            "problemOne": self.env._("%s problem reported"),
            "problemMany": self.env._("%s problems reported"),
        }


def _print_of(token):
    """Return what a scanned code is compared with, without the network; not the code."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
