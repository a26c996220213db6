from operator import itemgetter

from odoo import fields, models
from odoo.tools import SQL, groupby

from odoo.addons.clapier_supermarket.models.supermarket_shift_kiosk import _short_name

from ..drive_labels import qr_path

CRATES = """
    SELECT crate.cycle_point_id, crate.number, crate.is_cold, crate.rank, crate.token,
        crate.weight, basket.id, basket.name, family.name,
        COUNT(*) OVER (PARTITION BY crate.order_id)
      FROM drive_crate crate
      JOIN sale_order basket ON basket.id = crate.order_id
      JOIN res_partner family ON family.id = basket.partner_id
     WHERE crate.cycle_point_id = ANY(%(points)s)
     ORDER BY MIN(crate.number) OVER (PARTITION BY crate.order_id), crate.number
"""


class DriveCyclePoint(models.Model):
    """What is printed for one point: its loading list and its labels."""

    _inherit = "drive.cycle.point"

    crate_ids = fields.One2many("drive.crate", "cycle_point_id", "Crates")

    def _crates_to_print(self):
        """Return the crates of these points: {point id: list of dicts}, one statement."""
        found = {point.id: [] for point in self}
        for row in self.env.execute_query(SQL(CRATES, points=self.ids)):
            (
                point_id,
                number,
                cold,
                rank,
                token,
                weight,
                basket_id,
                basket,
                family,
                count,
            ) = row
            found[point_id].append(
                {
                    "number": number,
                    "cold": cold,
                    "rank": rank,
                    "token": token,
                    "weight": weight,
                    "basket_id": basket_id,
                    "basket": basket,
                    "family": _short_name(family),
                    "count": count,
                }
            )
        return found

    def _loading_list(self):
        """Return what is loaded for one point, basket after basket."""
        self.ensure_one()
        crates = self._crates_to_print()[self.id]
        baskets = [
            {
                "basket": items[0]["basket"],
                "family": items[0]["family"],
                "dry": [item["number"] for item in items if not item["cold"]],
                "cold": [item["number"] for item in items if item["cold"]],
            }
            for _basket, items in groupby(crates, itemgetter("basket_id"))
        ]
        return {
            "baskets": baskets,
            "dry": sum(not crate["cold"] for crate in crates),
            "cold": sum(crate["cold"] for crate in crates),
            "weight": round(sum(crate["weight"] or 0.0 for crate in crates)),
        }

    def _crate_labels(self):
        """Return the labels of the crates of these points, with their QR codes."""
        found = self._crates_to_print()
        return [
            {**crate, "point": point.point_id.name, "qr": qr_path(crate["token"])}
            for point in self
            for crate in found[point.id]
        ]

    def _basket_labels(self):
        """Return one label for each basket of these points, with the QR of its number."""
        found = self._crates_to_print()
        labels = []
        for point in self:
            for _basket, crates in groupby(found[point.id], itemgetter("basket_id")):
                labels.append(
                    {
                        **crates[0],
                        "point": point.point_id.name,
                        "numbers": ", ".join(str(crate["number"]) for crate in crates),
                        "qr": qr_path(crates[0]["basket"]),
                    }
                )
        return labels
