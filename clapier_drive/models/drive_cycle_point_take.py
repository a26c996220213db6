import base64
import binascii
import hmac
import math
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_process

from odoo.addons.clapier_supermarket.models.supermarket_shift_kiosk_scan import _moment

from .sale_order_handover import FETCHABLE

SIGNATURE_MAX = 200_000
PHOTO_MAX = 3_000_000
PNG = b"\x89PNG\r\n"
JPEG = b"\xff\xd8\xff"
CODE_TRIES = 5
KINDS = ("arrived", "handed", "undone", "paid", "unpaid", "problem")


class DriveCyclePoint(models.Model):
    """What a host's phone sends, whenever it sends it: each thing counts once."""

    _inherit = "drive.cycle.point"

    def _host_take(self, events, clock=None):
        """Take what a phone has kept.

        :param events: dicts with ``key``, ``kind`` and ``at`` (ISO 8601), and what the
            kind asks for
        :param clock: what the phone's clock shows now: its error is taken off each ``at``
        :return: one dict per event, in their order
        """
        self.ensure_one()
        now = fields.Datetime.now()
        # The first statement locks the row: the second of two phones, or of two sendings,
        # is tried again after the other, and finds what that has done.
        self.last_seen = now
        self.flush_recordset(["last_seen"])
        shown = _moment(clock)
        error = now - shown if shown else timedelta()
        arrived = {
            row.key: row
            for row in self.env["drive.handover"].search(
                [
                    ("cycle_point_id", "=", self.id),
                    ("key", "in", [event["key"] for event in events]),
                ]
            )
        }
        moments = {}
        for event in events:
            moments[event["key"]] = _shifted(_moment(event.get("at")), error, now)
        orders = self._host_orders(events)
        for event in sorted(events, key=lambda event: moments[event["key"]]):
            if event["key"] not in arrived:
                arrived[event["key"]] = self._take_event(
                    event,
                    orders.get(str(event.get("order_id")), self.env["sale.order"]),
                    moments[event["key"]],
                )
        return [arrived[event["key"]]._answer() for event in events]

    def _host_orders(self, events):
        """Return the baskets of this point that events name: {id as text: order}."""
        ids = {
            event["order_id"]
            for event in events
            if isinstance(event.get("order_id"), int) and event["order_id"] < 2**31
        }
        orders = self.env["sale.order"].search(
            self._handover_domain() & fields.Domain("id", "in", list(ids))
        )
        return {str(order.id): order for order in orders}

    def _take_event(self, event, order, moment):
        """Do one thing, and return its row."""
        kind = event.get("kind")
        if kind == "arrived":
            vals = self._take_arrived(moment)
        elif not order or kind not in KINDS:
            vals = {
                "result": "refused",
                "message": self.env._("This basket is not at this point."),
            }
        else:
            try:
                with self.env.cr.savepoint():
                    vals = getattr(self, f"_take_{kind}")(event, order, moment)
            except UserError as error:
                # Answered as well: what fails is not to hold up all that comes after it.
                vals = {"result": "refused", "message": str(error)}
        return self.env["drive.handover"].create(
            {
                "company_id": self.company_id.id,
                "cycle_point_id": self.id,
                "order_id": order.id,
                "key": event["key"],
                "kind": kind if kind in KINDS else "problem",
                "moment": moment,
                "received_at": fields.Datetime.now(),
                **vals,
            }
        )

    def _take_arrived(self, moment):
        if self.arrived_at:
            return {"result": "already"}
        self.arrived_at = moment
        return {}

    # --- Hand-over

    def _take_handed(self, event, order, moment):
        if order.drive_handover_state == "handed":
            return {
                "result": "already",
                "message": self.env._(
                    "Already handed over at %s.", self._hour(order.drive_handed_at)
                ),
            }
        if order.drive_handover_state not in FETCHABLE:
            return {
                "result": "refused",
                "message": self.env._("This basket was given away: tell the drive."),
            }
        signature = _picture(event.get("signature"), PNG, SIGNATURE_MAX)
        proof = self._proof_of(event, order, signature)
        order.write(
            {
                "drive_handover_state": "handed",
                "drive_handed_at": moment,
                "drive_handover_proof": proof,
                "drive_keep_until": False,
            }
        )
        crates = event.get("crates")
        return {
            "proof": proof,
            "signature": signature and base64.b64encode(signature),
            "crates": _text(", ".join(str(crate)[:16] for crate in crates[:50]), 200)
            if isinstance(crates, list)
            else False,
        }

    def _proof_of(self, event, order, signature):
        """Return what shows that the basket went to its family."""
        if _same(event.get("scan"), order.drive_handover_token):
            return "scan"
        if signature:
            return "signature"
        if event.get("code"):
            # Too many tries prove nothing, even with the right one among them.
            right = self._check_code(order, event["code"])
            return "code" if right else "doubtful"
        return "word"

    def _check_code(self, order, code):
        """Tell whether four digits are those of a basket; after some tries none is."""
        if order.drive_code_tries >= CODE_TRIES:
            return False
        if _same(code, order.drive_handover_code):
            return True
        order.drive_code_tries += 1
        return False

    def _take_undone(self, event, order, moment):
        if order.drive_handover_state != "handed":
            return {"result": "already"}
        order.write(
            {
                "drive_handover_state": (
                    "transferred" if order.drive_handover_point_id else "waiting"
                ),
                "drive_handed_at": False,
                "drive_handover_proof": False,
            }
        )
        return {}

    # --- Payment

    def _take_paid(self, event, order, moment):
        """Note that the family paid what was due; the amount is ours, not the phone's."""
        method = event.get("method")
        due, credit = order._drive_dues().get(order, (0.0, 0.0))
        if not due:
            return {
                "result": "already",
                "message": self.env._("It is paid already: give the money back."),
            }
        cash = self._to_take((due, credit))
        if method not in ("cash", "card"):
            if cash:
                return {
                    "result": "refused",
                    "message": self.env._(
                        "The credit is not enough: %s is to pay.",
                        self.company_id.currency_id.format(cash),
                    ),
                }
            method = "credit"
        if credit:
            self._use_credit(order, credit, event["key"])
        shown = event.get("shown")
        told = ""
        if (
            isinstance(shown, int | float)
            and math.isfinite(shown)
            and self.company_id.currency_id.compare_amounts(shown, cash)
        ):
            told = self.env._(
                "The phone showed %(shown)s, %(due)s was due: see with the drive.",
                shown=self.company_id.currency_id.format(shown),
                due=self.company_id.currency_id.format(cash),
            )
        return {
            "method": method,
            "amount": cash,
            "amount_credit": credit,
            "message": told,
        }

    def _use_credit(self, order, amount, key):
        """Take what a family has to its credit to pay a basket, once under a key."""
        self.env["drive.credit"].create(
            {
                "partner_id": order.partner_id.id,
                "company_id": order.company_id.id,
                "date": order.company_id._drive_today(),
                "kind": "payment",
                "amount": -amount,
                "reference": order.name,
                "order_id": order.id,
                "cycle_id": order.drive_cycle_id.id,
                "handover_key": f"paid,{self.id},{key}",
            }
        )

    def _take_unpaid(self, event, order, moment):
        """Take a payment back: a row that is its contrary."""
        rows = self.env["drive.handover"].search(
            [
                ("order_id", "=", order.id),
                ("cycle_point_id", "=", self.id),
                ("kind", "in", ("paid", "unpaid")),
                ("result", "=", "done"),
            ],
            order="id",
        )
        amount = sum(rows.mapped("amount"))
        credit = sum(rows.mapped("amount_credit"))
        if not amount and not credit:
            return {"result": "already"}
        if credit:
            self.env["drive.credit"].create(
                {
                    "partner_id": order.partner_id.id,
                    "company_id": order.company_id.id,
                    "date": order.company_id._drive_today(),
                    "kind": "payment",
                    "amount": credit,
                    "reference": self.env._("Payment undone: %s", order.name),
                    "order_id": order.id,
                    "cycle_id": order.drive_cycle_id.id,
                    "handover_key": f"unpaid,{self.id},{event['key']}",
                }
            )
        return {
            "method": rows[-1].method,
            "amount": -amount,
            "amount_credit": -credit,
        }

    # --- Problems

    def _take_problem(self, event, order, moment):
        line = order.drive_line_ids.filtered(
            lambda line: line.id == event.get("line_id")
        )
        vals = self.env["drive.problem"]._prepare_report(
            line,
            event.get("problem"),
            event.get("quantity"),
            _text(event.get("note"), 200),
        )
        if not vals:
            return {
                "result": "refused",
                "message": self.env._("Choose the product and what is wrong with it."),
            }
        photo = _photo(_picture(event.get("photo"), JPEG, PHOTO_MAX))
        self.env["drive.problem"].create(
            {
                **vals,
                "source": "host",
                "reported_at": moment,
                "photo": photo and base64.b64encode(photo),
            }
        )
        return {}


def _shifted(moment, error, now):
    """Return when something happened, by our clock, and never later than now."""
    try:
        return min(now, moment + error) if moment else now
    except OverflowError:
        return now


def _text(value, length):
    """Return what was typed as the database takes it; nothing where it is no text."""
    return value.replace("\0", "").strip()[:length] if isinstance(value, str) else ""


def _same(given, expected):
    """Compare what was typed or scanned in the same time, right or wrong."""
    return (
        isinstance(given, str)
        and bool(expected)
        and hmac.compare_digest(given.encode(), expected.encode())
    )


def _picture(text, beginning, size_max):
    """Return the bytes of a picture in a data URL; None if it is none, or too large."""
    if not isinstance(text, str) or len(text) > size_max * 1.4:
        return None
    try:
        content = base64.b64decode(text.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if content.startswith(beginning) else None


def _photo(content):
    """Return the bytes of a photo, not too large; None if they are no picture."""
    try:
        return content and image_process(content, size=(1600, 1600))
    except UserError:
        return None
