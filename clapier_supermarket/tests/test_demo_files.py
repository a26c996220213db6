import csv
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open, file_path

from ..parsing import has_wrong_check_digit


@tagged("post_install", "-at_install")
class TestDemoFiles(BaseCase):
    @staticmethod
    def _rows(name):
        with file_open(f"clapier_supermarket/demo/{name}") as file:
            return list(csv.DictReader(file))

    def test_the_barcodes_of_products_and_cards_are_valid_and_unique(self):
        for name in (
            "product.product.csv",
            "res.partner-members.csv",
            "res.partner-attached.csv",
        ):
            codes = [row["barcode"] for row in self._rows(name) if row["barcode"]]
            self.assertEqual(
                [], [code for code in codes if has_wrong_check_digit(code)]
            )
            self.assertEqual({13}, set(map(len, codes)))
            self.assertEqual(len(codes), len(set(codes)))

    def test_a_weighed_product_has_an_in_store_barcode_with_room_for_its_weight(self):
        for row in self._rows("product.product.csv"):
            weighed = row["uom_id/id"] == "uom.product_uom_kgm"
            self.assertEqual(row["to_weight"], str(int(weighed)), row["id"])
            if weighed:
                self.assertRegex(row["barcode"], r"^21\d{5}00000\d$")

    def test_every_product_is_offered_by_a_producer_and_drawn(self):
        offered = {
            row["product_tmpl_id/id"] for row in self._rows("product.supplierinfo.csv")
        }
        for row in self._rows("product.product.csv"):
            self.assertIn(f"{row['id']}_product_template", offered)
            file_path(f"clapier_supermarket/demo/images/{row['id']}.png")

    def test_the_drawn_pictures_stay_small(self):
        folder = Path(file_path("clapier_supermarket/demo/images"))
        large = [
            path.name for path in folder.glob("*.png") if path.stat().st_size > 6144
        ]
        self.assertEqual(large, [])
