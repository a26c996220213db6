import math
from collections import defaultdict

from odoo import models
from odoo.fields import Datetime
from odoo.tools import SQL

from odoo.addons.clapier_supermarket.models.supermarket_shift_kiosk_scan import _moment

EPSILON = 0.0005
CONTENTS = """
    SELECT content.id, content.offer_id, crate.number, crate.cycle_point_id,
        content.quantity, content.packed_qty, COALESCE(content.weight, 0)
      FROM drive_crate_line content
      JOIN drive_crate crate ON crate.id = content.crate_id
     WHERE content.cycle_id = %(cycle)s AND content.id = ANY(%(ids)s)
"""
# Rows are met in the order of their ids; a row that another phone changed meanwhile makes
# the whole be taken again. The checks of both tables say the last word.
PACK = """
    WITH locked AS (
        SELECT id FROM drive_crate_line WHERE id = ANY(%(ids)s) ORDER BY id
        FOR NO KEY UPDATE
    ), content AS (
        UPDATE drive_crate_line content
           SET packed_qty = content.packed_qty + moved.quantity,
               weight = COALESCE(content.weight, 0) + moved.weight,
               is_packed = content.packed_qty + moved.quantity > content.quantity - 0.0005,
               packer_id = %(packer)s, packed_at = %(now)s,
               claimed_by_id = NULL, claimed_until = NULL
          FROM unnest(%(ids)s::int[], %(quantities)s::float[], %(weights)s::float[])
                   AS moved(id, quantity, weight), locked
         WHERE content.id = moved.id AND locked.id = content.id
     RETURNING content.order_line_id, moved.quantity, moved.weight
    ), total AS (
        SELECT order_line_id, SUM(quantity) AS quantity, SUM(weight) AS weight
          FROM content GROUP BY order_line_id
    )
    UPDATE sale_order_line line
       SET drive_packed_qty = COALESCE(line.drive_packed_qty, 0) + total.quantity,
           drive_weight = COALESCE(line.drive_weight, 0) + total.weight::numeric
      FROM total
     WHERE line.id = total.order_line_id
"""
BEGIN = """
    UPDATE drive_cycle SET preparation_started_at = %(now)s
     WHERE id = %(cycle)s AND preparation_started_at IS NULL
"""


class DriveCycle(models.Model):
    """What phones send of the preparation: whenever they send it, it counts once."""

    _inherit = "drive.cycle"

    def _take(self, packer_key, scans, clock=None):
        """Take what one phone has kept, in the order in which it was done.

        :param packer_key: what the phone calls itself
        :param scans: dicts with ``key``, ``at`` (ISO 8601) and ``kind``: ``pack`` with
            ``content``, ``quantity`` and ``weight`` (grams) where it is weighed; ``undo``
            with ``undoes``, the key of what is taken back; ``receive`` with ``reception``,
            ``received``, ``damaged`` and ``note``
        :param clock: what the phone's clock shows now: its error is taken off each ``at``
        :return: one dict per scan, in their order
        """
        self.ensure_one()
        # The phone's row is locked: a batch sent twice at once is taken one after another.
        packer_id = self._see_packer(packer_key)
        now = Datetime.now()
        shown = _moment(clock)
        known = self._known_packings([scan["key"] for scan in scans])
        new = {}
        for scan in scans:
            if scan["key"] not in known:
                at = _moment(scan.get("at"))
                moment = at + (now - shown) if at and shown else at
                new.setdefault(scan["key"], {**scan, "moment": min(moment or now, now)})
        ordered = sorted(new.values(), key=lambda scan: scan["moment"])
        rows = self._take_packs(
            packer_id,
            [scan for scan in ordered if scan.get("kind") in ("pack", "undo")],
        )
        rows += self._take_receptions(
            [scan for scan in ordered if scan.get("kind") == "receive"]
        )
        packings = self.env["drive.packing"].create(
            [
                {
                    "cycle_id": self.id,
                    "packer_id": packer_id,
                    "key": scan["key"],
                    "kind": scan["kind"],
                    "at": scan["moment"],
                    "received_at": now,
                    **values,
                }
                for scan, values in rows
            ]
        )
        known.update((packing.key, packing) for packing in packings)
        answers = {key: packing._answer()[0] for key, packing in known.items()}
        unknown = self.env._("This page is out of date: load it again.")
        return [
            answers.get(scan["key"])
            or {
                "key": scan["key"],
                "kind": "",
                "result": "refused",
                "message": unknown,
                "content": False,
            }
            for scan in scans
        ]

    def _known_packings(self, keys):
        packings = self.env["drive.packing"].search(
            [("cycle_id", "=", self.id), ("key", "in", keys)]
        )
        return {packing.key: packing for packing in packings}

    def _take_packs(self, packer_id, scans):
        """Judge what was put in and taken out, and move the counters in one statement.

        :return: list of (scan, values of its drive.packing)
        """
        undone = self._known_packings(
            [str(scan.get("undoes")) for scan in scans if scan["kind"] == "undo"]
        )
        ids = {scan["content"] for scan in scans if _is_id(scan.get("content"))} | {
            packing.crate_line_id.id for packing in undone.values()
        }
        contents = self._read_contents([item for item in ids if item])
        before = {key: (row["packed"], row["weight"]) for key, row in contents.items()}
        taken_back = set(
            self.env["drive.packing"]
            .search(
                [
                    ("cycle_id", "=", self.id),
                    ("undoes_key", "in", list(undone)),
                    ("result", "=", "undone"),
                ]
            )
            .mapped("undoes_key")
        )
        policy = self._prepare_policy()
        rows, done = [], {}
        for scan in scans:
            if scan["kind"] == "pack":
                values = self._judge_pack(scan, contents, policy)
                if values["result"] == "packed":
                    done[scan["key"]] = values
            else:
                key = str(scan.get("undoes"))
                packing = undone.get(key)
                if packing and packing.result == "packed":
                    done.setdefault(
                        key,
                        {
                            "crate_line_id": packing.crate_line_id.id,
                            "quantity": packing.quantity,
                            "weight": packing.weight,
                        },
                    )
                values = self._judge_undo(key, done, taken_back, contents)
            rows.append((scan, values))
        self._move_packed(
            packer_id,
            {
                key: (row["packed"] - before[key][0], row["weight"] - before[key][1])
                for key, row in contents.items()
                if (row["packed"], row["weight"]) != before[key]
            },
        )
        self._tell_board(
            contents.values(),
            {key: row["packed"] - before[key][0] for key, row in contents.items()},
        )
        return rows

    def _read_contents(self, ids):
        """Return contents of this cycle by id, as dicts that follow what is judged."""
        packable = set(self._packable_offers().ids)
        rows = self.env.execute_query(SQL(CONTENTS, cycle=self.id, ids=ids))
        offers = self.env["drive.offer"].browse({row[1] for row in rows})
        by_id = {offer.id: offer for offer in offers}
        return {
            content_id: {
                "id": content_id,
                "offer": by_id[offer_id],
                "crate": crate,
                "point": point_id,
                "quantity": quantity,
                "packed": packed,
                "weight": weight,
                "is_open": offer_id in packable,
            }
            for content_id, offer_id, crate, point_id, quantity, packed, weight in rows
        }

    def _judge_pack(self, scan, contents, policy):
        """Return the values of what was put in, and move its content."""
        content = (
            contents.get(scan.get("content")) if _is_id(scan.get("content")) else None
        )
        if not content:
            return {
                "result": "refused",
                "message": self.env._("This crate is not in this preparation."),
            }
        rest = content["quantity"] - content["packed"]
        quantity = scan.get("quantity", rest)
        values = {"crate_line_id": content["id"], "result": "refused"}
        if not content["is_open"]:
            values["message"] = self.env._(
                "“%s” cannot be packed now: it is not counted yet, or all is finished.",
                content["offer"].product_id.display_name,
            )
        elif rest < EPSILON:
            values["result"] = "already"
            values["message"] = self.env._(
                "Crate %s has its share already: take yours out again.",
                content["crate"],
            )
        elif not _is_number(quantity) or quantity <= 0 or quantity > rest + EPSILON:
            values["message"] = self.env._(
                "Crate %(crate)s takes %(quantity)g more: put that in, no more.",
                crate=content["crate"],
                quantity=rest,
            )
        else:
            weight = 0.0
            if content["offer"].by_weight:
                weight, values["message"] = self._judge_weight(
                    scan.get("weight"),
                    content["offer"].weight_expected * quantity,
                    policy,
                )
                if not weight:
                    return values
            content["packed"] += quantity
            content["weight"] += weight
            values.update(result="packed", quantity=quantity, weight=weight)
        return values

    def _judge_weight(self, grams, expected, policy):
        """Return a weight in kilograms and why it is refused: one of them is empty.

        :param expected: kilograms
        """
        low, high = (
            expected * rate / 100
            for rate in (policy.weight_min_rate, policy.weight_max_rate)
        )
        if not _is_number(grams) or grams <= 0:
            return 0.0, self.env._("Weigh it and enter the grams.")
        if not low <= grams / 1000 <= high:
            return 0.0, self.env._(
                "%(grams)s g is not between %(low)s and %(high)s g: weigh it again.",
                grams=f"{grams:g}",
                low=round(low * 1000),
                high=round(high * 1000),
            )
        return grams / 1000, False

    def _judge_undo(self, key, done, taken_back, contents):
        """Return the values of what was taken out, and move its content."""
        packed = done.get(key)
        content = packed and contents.get(packed["crate_line_id"])
        if not content or key in taken_back or self.prepared_at:
            return {
                "result": "refused",
                "message": self.env._("There is nothing to take out."),
            }
        taken_back.add(key)
        content["packed"] = max(content["packed"] - packed["quantity"], 0.0)
        content["weight"] = max(content["weight"] - packed["weight"], 0.0)
        return {
            "result": "undone",
            "crate_line_id": content["id"],
            "undoes_key": key,
            "quantity": -packed["quantity"],
            "weight": -packed["weight"],
        }

    def _move_packed(self, packer_id, moves):
        """Move what contents and lines hold: {content id: (quantity, kilograms)}."""
        if not moves:
            return
        self.env.flush_all()
        now = Datetime.now()
        self.env.cr.execute(
            SQL(
                PACK,
                ids=list(moves),
                quantities=[move[0] for move in moves.values()],
                weights=[move[1] for move in moves.values()],
                packer=packer_id,
                now=now,
            )
        )
        if not self.preparation_started_at:
            self.env.cr.execute(SQL(BEGIN, cycle=self.id, now=now))
            self.invalidate_recordset(["preparation_started_at"])
        self.env["drive.crate.line"].invalidate_model()
        self.env["drive.crate"].invalidate_model(["state", "progress"])
        self.env["sale.order.line"].invalidate_model(
            ["drive_packed_qty", "drive_weight"]
        )

    def _tell_board(self, contents, moved):
        """Tell the boards that are open how much was packed of what, and where."""
        totals = defaultdict(float)
        for content in contents:
            if moved[content["id"]]:
                totals[content["offer"].id, content["point"]] += moved[content["id"]]
        if totals:
            self._bus_send(
                "clapier_drive/packed",
                {
                    "cycle_id": self.id,
                    "moves": [[*key, quantity] for key, quantity in totals.items()],
                },
            )


def _is_id(value):
    return type(value) is int and 0 < value < 2**31


def _is_number(value):
    return type(value) in (int, float) and math.isfinite(value) and abs(value) < 1e6
