from odoo import models
from odoo.tools import SQL

from .drive_cycle_pack import EPSILON, _is_id, _is_number

PACKED = """
    SELECT offer_id, SUM(packed_qty) FROM drive_crate_line
     WHERE cycle_id = %s GROUP BY offer_id
"""
RECEIVE = """
    UPDATE drive_reception reception
       SET quantity_received = counted.received, quantity_damaged = counted.damaged,
           quantity_given = counted.received - counted.damaged,
           difference = counted.received - counted.damaged - reception.quantity_ordered,
           is_counted = TRUE, note = COALESCE(NULLIF(counted.note, ''), reception.note)
      FROM unnest(%(ids)s::int[], %(received)s::float[], %(damaged)s::float[],
                  %(notes)s::text[]) AS counted(id, received, damaged, note)
     WHERE reception.id = counted.id
"""


class DriveCycle(models.Model):
    """What volunteers count of what has come, on their phones."""

    _inherit = "drive.cycle"

    def _receptions_to_count(self):
        """Return what phones show of the receptions; nothing once it is shared out."""
        self.ensure_one()
        if self.state not in ("closed", "received"):
            return []
        return [
            {
                "id": item.id,
                "product": item.product_id.display_name,
                "producer": item.producer_id.name,
                "barcode": item.product_id.barcode or "",
                "uom": item.uom_id.name,
                "ordered": round(item.quantity_ordered, 3),
                "received": round(item.quantity_received, 3),
                "damaged": round(item.quantity_damaged, 3),
                "counted": item.is_counted,
                "note": item.note or "",
                "photo": bool(item.photo),
            }
            for item in self.reception_ids
        ]

    def _take_receptions(self, scans):
        """Take what was counted, the last count of each product, in one statement.

        :return: list of (scan, values of its drive.packing)
        """
        if not scans:
            return []
        self.env.flush_all()
        packed = dict(self.env.execute_query(SQL(PACKED, self.id)))
        receptions = {item.id: item for item in self.reception_ids}
        rows, counted = [], {}
        for scan in scans:
            reception = receptions.get(
                scan["reception"] if _is_id(scan.get("reception")) else None
            )
            problem = self._problem_with_count(scan, reception, packed)
            rows.append(
                (
                    scan,
                    {
                        "reception_id": reception and reception.id,
                        "result": "refused" if problem else "received",
                        "message": problem,
                        "quantity": 0.0 if problem else scan["received"],
                    },
                )
            )
            if not problem:
                counted[reception.id] = (
                    scan["received"],
                    scan["damaged"],
                    str(scan.get("note") or "").strip()[:200],
                )
        if counted:
            received, damaged, notes = zip(*counted.values(), strict=True)
            self.env.cr.execute(
                SQL(
                    RECEIVE,
                    ids=list(counted),
                    received=list(received),
                    damaged=list(damaged),
                    notes=list(notes),
                )
            )
            self.env["drive.reception"].invalidate_model()
        return rows

    def _problem_with_count(self, scan, reception, packed):
        """Return the sentence that refuses a count; False if it is fine."""
        received, damaged = scan.get("received"), scan.get("damaged")
        if not reception:
            return self.env._("This product is not expected here: see the office.")
        if self.state not in ("closed", "received"):
            return self.env._("The goods are shared out already: tell the office.")
        if (
            not _is_number(received)
            or not _is_number(damaged)
            or not 0 <= damaged <= received
        ):
            return self.env._(
                "What is damaged is a part of what has come: count again."
            )
        if received - damaged < packed.get(reception.offer_id.id, 0.0) - EPSILON:
            return self.env._(
                "More of “%s” is packed already: count again, or take it out of the "
                "crates.",
                reception.product_id.display_name,
            )
        over = received - damaged - reception.quantity_ordered
        if reception.quantity_substituted > max(over, 0.0) + EPSILON:
            return self.env._(
                "Some of “%s” is given instead of another product: tell the office.",
                reception.product_id.display_name,
            )
        return False

    def _receive_photo(self, reception_id, image):
        """Keep the photo of what has come of one product.

        :param image: base64
        :return: whether there is such a product here
        """
        reception = self.reception_ids.filtered(lambda item: item.id == reception_id)
        if not reception or self.state not in ("closed", "received"):
            return False
        reception.photo = image
        return True
