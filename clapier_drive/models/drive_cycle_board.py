from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

CYCLES_SHOWN = 8
BOARD = """
    SELECT content.offer_id, crate.cycle_point_id, SUM(content.quantity),
        SUM(content.packed_qty), COUNT(*), COUNT(*) FILTER (WHERE content.is_packed)
      FROM drive_crate_line content
      JOIN drive_crate crate ON crate.id = content.crate_id
     WHERE content.cycle_id = %(cycle)s AND content.quantity > 0
     GROUP BY content.offer_id, crate.cycle_point_id
"""
PACE = """
    SELECT COUNT(*) FILTER (WHERE kind = 'pack' AND at >= %(since)s),
        MIN(at) FILTER (WHERE kind = 'pack' AND at >= %(since)s),
        COUNT(DISTINCT packer_id) FILTER (WHERE received_at >= %(active)s)
      FROM drive_packing
     WHERE cycle_id = %(cycle)s AND result IN ('packed', 'undone', 'received')
       AND received_at >= %(oldest)s
"""


class DriveCycle(models.Model):
    """The board of the hall: what is packed of each product for each point."""

    _name = "drive.cycle"
    _inherit = ["drive.cycle", "bus.listener.mixin"]

    def action_view_board(self):
        """Show the board of the hall."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "clapier_drive.board",
            "name": self.display_name,
            "context": {"active_id": self.id},
            "params": {"cycle_id": self.id},
        }

    @api.model
    def get_prepare_board(self, cycle_id=False):
        """Return the board of a cycle: as many statements, whatever its size.

        :param cycle_id: whose; none: the preparation that comes next
        :return: dict of ``cycle_id`` (False if there is none), ``cycles`` to choose from,
            ``products``, ``points``, ``cells`` [offer, point, total, packed], ``lines`` and
            ``lines_packed``, ``volunteers`` at work, ``pace`` in lines per minute,
            ``ready_at`` (UTC, or False when nothing moves)
        """
        cycles = self.search(
            [
                ("state", "in", ("closed", "received", "allocated")),
                ("prepared_at", "=", False),
                ("crate_ids", "!=", False),
            ],
            order="date_pickup desc",
            limit=CYCLES_SHOWN,
        )
        cycle = self.browse(cycle_id).exists() if cycle_id else cycles[:1]
        values = {"cycles": [[item.id, item.display_name] for item in cycles | cycle]}
        if not cycle:
            return {**values, "cycle_id": False}
        cycle.check_access("read")
        return {
            **values,
            "cycle_id": cycle.id,
            **cycle.with_context(display_default_code=False)._board(),
        }

    def _board(self):
        """Return what the board shows of one cycle."""
        self.ensure_one()
        rows = self.env.execute_query(SQL(BOARD, cycle=self.id))
        offers = self.env["drive.offer"].browse({row[0] for row in rows})
        points = self.point_ids.filtered(
            lambda point: point.id in {row[1] for row in rows}
        )
        lines, lines_packed = sum(row[4] for row in rows), sum(row[5] for row in rows)
        pace, volunteers = self._pace()
        left = lines - lines_packed
        ready_at = (
            fields.Datetime.to_string(
                fields.Datetime.now() + timedelta(minutes=left / pace)
            )
            if pace and left
            else False
        )
        return {
            "name": self.display_name,
            "done": bool(self.prepared_at),
            "products": [
                {
                    "id": offer.id,
                    "name": offer.product_id.display_name,
                    "producer": offer.producer_id.name,
                    "uom": offer.uom_id.name,
                }
                for offer in offers.sorted(
                    lambda offer: (
                        offer.producer_id.name or "",
                        offer.product_id.display_name,
                    )
                )
            ],
            "points": [
                {
                    "id": point.id,
                    "name": point.point_id.name,
                    "start": fields.Datetime.to_string(point.start),
                }
                for point in points.sorted(
                    lambda point: (point.point_id.sequence, point.id)
                )
            ],
            "cells": [
                [row[0], row[1], round(row[2], 3), round(row[3], 3)] for row in rows
            ],
            "lines": lines,
            "lines_packed": lines_packed,
            "volunteers": volunteers,
            "pace": round(pace, 1),
            "ready_at": ready_at,
        }

    def _pace(self):
        """Return (lines packed per minute, volunteers at work) as the policy counts them."""
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)
        now = fields.Datetime.now()
        since = now - timedelta(minutes=policy.pace_minutes)
        active = now - timedelta(minutes=policy.active_minutes)
        [(count, first, volunteers)] = self.env.execute_query(
            SQL(
                PACE,
                cycle=self.id,
                since=since,
                active=active,
                oldest=min(since, active),
            )
        )
        # Right after the start, the pace is that of the minutes that were worked.
        worked = max((now - first).total_seconds() / 60, 1) if first else 1
        return count / worked, volunteers
