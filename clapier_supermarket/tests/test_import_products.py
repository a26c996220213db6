import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.barcode import get_barcode_check_digit

from .import_common import ImportCommon

HEADER = "Libellé;Code-barres;Réf. interne;Rayon;Prix TTC;TVA;Unité;Fournisseur;Prix d'achat HT\n"


@tagged("post_install", "-at_install")
class TestImportProducts(ImportCommon):
    kind = "products"
    encoding = "iso-8859-15"

    @classmethod
    def _file(cls, *lines, header=HEADER):
        return (header + "\n".join(lines)).encode()

    def _product(self, name):
        return self.env["product.template"].search([("name", "=", name)])

    def test_a_shop_export_in_latin_letters_and_semicolons_becomes_products(self):
        wizard = self._import("products_caisse.csv")
        self.assertEqual(wizard.state, "done", wizard.message)
        self.assertEqual(wizard.create_count, 4)
        self.assertEqual(wizard.unused_headers, "Stock")

        pasta = self._product("Pâtes complètes à l'épeautre 500 g")
        self.assertEqual(pasta.barcode, "3760000000017")
        self.assertEqual(pasta.list_price, 2.95)
        self.assertEqual(pasta.standard_price, 1.9)
        self.assertEqual(pasta.weight, 0.5)
        self.assertEqual(pasta.categ_id.complete_name, "Épicerie / Pâtes et céréales")
        self.assertTrue(pasta.is_storable and pasta.available_in_pos)
        seller = pasta.seller_ids
        self.assertEqual(seller.partner_id.name, "Moulin de la Teyssonne")
        self.assertEqual((seller.product_code, seller.price), ("PAT-EP-500", 1.9))

        apple = self._product("Pommes du Pilat")
        self.assertEqual(apple.uom_id, self.env.ref("uom.product_uom_kgm"))
        self.assertTrue(apple.to_weight)

        yoghurt = self._product("Yaourt nature brebis 125 g")
        self.assertEqual(yoghurt.tracking, "lot")
        self.assertTrue(yoghurt.use_expiration_date)
        self.assertEqual(yoghurt.expiration_time, 21)

    def test_each_rate_gets_the_french_taxes_price_included_at_sale_only(self):
        self._import("products_caisse.csv")
        chart = self.env["account.chart.template"].with_company(self.company)
        for name, sale, purchase in (
            ("Pommes du Pilat", "tva_reduite_ttc", "tva_acq_reduite"),
            ("Sirop de verveine 50 cl", "tva_normale_ttc", "tva_acq_normale"),
        ):
            product = self._product(name)
            self.assertEqual(product.taxes_id, chart.ref(sale))
            self.assertTrue(product.taxes_id.active)
            self.assertEqual(product.supplier_taxes_id, chart.ref(purchase))
        self._import(self._file("Salade;;SAL;Traiteur;4,40;10;pièce;;"))
        salad = self._product("Salade")
        self.assertEqual(salad.taxes_id, chart.ref("tva_intermediaire_ttc"))
        self.assertEqual(salad.supplier_taxes_id, chart.ref("tva_acq_intermediaire"))

    def test_a_second_import_of_the_same_file_changes_nothing(self):
        self._import("products_caisse.csv")
        again = self._import("products_caisse.csv")
        self.assertEqual(set(again.line_ids.mapped("status")), {"unchanged"})
        self.assertEqual(again.unchanged_count, 4)
        self.assertEqual(len(self._product("Pommes du Pilat")), 1)

    def test_the_dry_run_writes_nothing(self):
        before = self.env["product.template"].search_count([])
        wizard = self._wizard("products_caisse.csv")
        wizard.action_check()
        self.assertEqual(wizard.state, "checked")
        self.assertEqual(wizard.create_count, 4)
        self.assertEqual(self.env["product.template"].search_count([]), before)

    def test_every_bad_line_is_reported_by_its_number_and_a_reason(self):
        self.env["product.template"].create(
            [{"name": "Here", "barcode": "3760000000024", "default_code": "HERE"}]
        )
        wizard = self._wizard(
            self._file(
                ";3760000000017;;;1,00;5,5;;;",
                "Wrong sum;3760000000018;;;1,00;5,5;;;",
                "Damaged;3,76E+12;;;1,00;5,5;;;",
                "Negative;;N1;;-1,00;5,5;;;",
                "Rate;;R1;;1,00;7;;;",
                "Unit;;U1;;1,00;5,5;botte;;",
                "Twice;3760000000031;;;1,00;5,5;;;",
                "Twice again;3760000000031;;;1,00;5,5;;;",
                "Other reference;3760000000024;ELSE;;1,00;5,5;;;",
                "No price;;P1;;;5,5;;;",
                "No rate;;P2;;1,00;;;;",
                "No supplier;;P3;;1,00;5,5;;;2,00",
                "Good;;P4;;1,00;5,5;;;",
            )
        )
        wizard.action_check()
        reasons = self._reasons(wizard)
        for number, words in {
            2: "name is missing",
            3: "last digit of barcode 3760000000018",
            4: "shortened the barcode to 3,76E+12",
            5: "“-1,00” is not an amount",
            6: "VAT rate 7 % is unknown",
            7: "“botte” is unknown",
            9: "stands on line 8 already",
            11: "needs a sale price",
            12: "needs a VAT rate",
            13: "needs the name of its supplier",
        }.items():
            self.assertIn(words, reasons.get(number, ""), number)
        self.assertEqual(self._statuses(wizard)[8], "create")
        self.assertEqual(self._statuses(wizard)[14], "create")

    def test_a_barcode_of_another_product_is_refused(self):
        self.env["product.template"].create(
            [
                {"name": "Here", "barcode": "3760000000024"},
                {"name": "There", "default_code": "THERE"},
            ]
        )
        wizard = self._wizard(self._file("There;3760000000024;THERE;;1,00;5,5;;;"))
        wizard.action_check()
        self.assertIn("belongs to Here", self._reasons(wizard)[2])

    def test_nothing_is_imported_while_a_line_is_bad(self):
        content = self._file("Good;;G1;;1,00;5,5;;;", "Bad;;B1;;abc;5,5;;;")
        wizard = self._import(content)
        self.assertEqual(wizard.state, "checked")
        self.assertIn("Nothing was imported", wizard.message)
        self.assertFalse(self._product("Good"))

    def test_bad_lines_can_be_left_out_and_their_report_stays(self):
        content = self._file("Good;;G1;;1,00;5,5;;;", "Bad;;B1;;abc;5,5;;;")
        wizard = self._import(content, leave_out_bad=True)
        self.assertEqual(wizard.state, "done")
        self.assertTrue(self._product("Good"))
        self.assertFalse(self._product("Bad"))
        report = wizard.with_context(bin_size=False).report
        self.assertIn("abc", self._decoded(report))

    @staticmethod
    def _decoded(report):
        return base64.b64decode(report).decode("utf-8-sig")

    def test_a_second_click_imports_nothing_more(self):
        wizard = self._import(self._file("Once;;;;1,00;5,5;;;"))
        wizard.action_import()
        wizard.action_check()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(len(self._product("Once")), 1)

    def test_an_empty_cell_leaves_what_is_known(self):
        self._import(
            self._file("Kept;3760000000017;K1;Crèmerie;2,00;5,5;kg;Ferme;1,10")
        )
        wizard = self._import(self._file(";3760000000017;;;2,20;;;;"))
        self.assertEqual(wizard.update_count, 1)
        self.assertEqual(
            wizard.line_ids.reason.replace("\xa0", " "), "Sales Price: 2.0 → 2.2"
        )
        product = self._product("Kept")
        self.assertEqual(product.list_price, 2.2)
        self.assertEqual(product.default_code, "K1")
        self.assertEqual(product.seller_ids.price, 1.1)

    def test_a_new_purchase_price_updates_the_offer_of_the_same_supplier(self):
        self._import(self._file("Kept;;K1;;2,00;5,5;;Ferme du Bas;1,10"))
        self._import(self._file("Kept;;K1;;2,00;5,5;;FERME DU BAS;1,20"))
        self.assertEqual(self._product("Kept").seller_ids.mapped("price"), [1.2])

    def test_the_member_office_alone_cannot_import(self):
        user = self._create_user("office", "clapier_supermarket.group_supermarket_user")
        wizard = self._wizard("products_caisse.csv")
        with self.assertRaises(AccessError):
            wizard.with_user(user).action_check()

    def test_a_manager_imports_without_other_rights_than_theirs(self):
        user = self._create_user(
            "manager",
            "clapier_supermarket.group_supermarket_manager",
            "product.group_product_manager",
            "base.group_partner_manager",
        )
        wizard = self._wizard("products_caisse.csv").with_user(user)
        wizard.action_import()
        self.assertEqual(wizard.state, "done", wizard.message)

    def test_a_file_without_known_columns_is_refused_in_one_sentence(self):
        with self.assertRaisesRegex(UserError, "names known columns"):
            self._wizard(b"foo;bar\n1;2\n").action_check()

    def test_a_word_added_by_the_shop_names_a_column(self):
        self.env["supermarket.import.header"].create(
            {"kind": "products", "column": "product_name", "name": "Denrée"}
        )
        self._import(self._file("Lentilles;2,00;5,5", header="DENREE;PV TTC;TVA\n"))
        self.assertTrue(self._product("Lentilles"))

    def test_the_cost_of_a_plan_does_not_grow_with_the_file(self):
        def lines(count, offset):
            for number in range(offset, offset + count):
                body = f"37612{number:07}"
                digit = get_barcode_check_digit(body + "0")
                yield f"P{number};{body}{digit};R{number};Cat;1,00;5,5;kg;Ferme;0,50"

        self._import(self._file(*lines(2, 0)))

        def queries(count):
            wizard = self._wizard(self._file(*lines(count, 0)))
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            wizard._plan()
            return self.env.cr.sql_log_count - start

        small = queries(20)
        self.assertLessEqual(queries(200), small + 2)
