from unittest.mock import MagicMock, patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..drive_labels import qr_path
from .test_packing import PackingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestPrepareSheets(PackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.baskets = cls._begin(
            [(cls.dry, 4), (cls.cold, 1)], [(cls.dry, 2), (cls.chicken, 1)]
        )
        cls.point = cls.cycle.point_ids[0]

    def _html(self, name, records):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html(f"clapier_drive.{name}", records.ids)
        )
        return html.decode()

    def test_by_product_then_by_crate(self):
        sheet = {
            product["name"]: (product["total"], product["crates"], product["by_weight"])
            for _producer, products in self.cycle._sheet_by_product()
            for product in products
        }
        self.assertEqual(
            sheet,
            {
                "Pumpkin": ("6", [(1, "3"), (2, "1"), (4, "2")], False),
                "Yogurt": ("1", [(3, "1")], False),
                "Chicken": ("1", [(4, "1")], True),
            },
        )
        self.assertIn("Pumpkin", self._html("drive_product_sheet", self.cycle))

    def test_by_crate(self):
        self.baskets[0].partner_id.name = "Zoé Anne Ouistiti"
        first, *_others = self.cycle._sheet_by_basket()
        self.assertEqual((first["number"], first["cold"]), (1, False))
        self.assertEqual(first["lines"], [("3", "Pumpkin", False)])
        html = self._html("drive_basket_sheet", self.cycle)
        self.assertIn("Zoé O.", html)
        self.assertNotIn("Ouistiti", html)

    def test_loading_list_of_a_point(self):
        loading = self.point._loading_list()
        self.assertEqual((loading["dry"], loading["cold"]), (3, 1))
        self.assertEqual(
            [(basket["dry"], basket["cold"]) for basket in loading["baskets"]],
            [([1, 2], [3]), ([4], [])],
        )
        self.assertIn(
            self.baskets[0].name, self._html("drive_loading_list", self.point)
        )

    def test_labels(self):
        labels = self.point._crate_labels()
        self.assertEqual([label["number"] for label in labels], [1, 2, 3, 4])
        self.assertEqual(
            {label["token"] for label in labels},
            set(self.cycle.crate_ids.mapped("token")),
        )
        html = self._html("drive_crate_label_sheet", self.point)
        self.assertEqual(html.count("o_drive_label"), 4 + 1)
        html = self._html("drive_basket_label_sheet", self.point)
        self.assertEqual(html.count('class="o_drive_label"'), 2)
        self.assertIn("1, 2, 3", html)

    def test_qr_codes_hold_a_token(self):
        side, path = qr_path("x" * 22)
        self.assertEqual(side, 25)
        # The three squares of a QR code
        for square in ("M0 0h7v1h-7z", "M18 0h7v1h-7z", "M0 18h7v1h-7z"):
            self.assertIn(square, path)

    def test_one_statement_for_a_sheet(self):
        for name, record in (
            ("_sheet_by_product", self.cycle),
            ("_sheet_by_basket", self.cycle),
            ("_loading_list", self.point),
        ):
            self.env.flush_all()
            with self.subTest(sheet=name), self.assertQueryCount(1):
                getattr(record, name)()

    def test_buttons_of_the_office(self):
        cycle = self.cycle.with_user(self.user)
        for action in (
            cycle.action_view_crates(),
            cycle.action_view_packings(),
            cycle.action_view_board(),
            cycle.action_print_loading(),
            cycle.action_print_labels(),
            cycle.action_print_basket_labels(),
            cycle.action_open_prepare_page(),
        ):
            self.assertTrue(action["type"])
        self.assertEqual((cycle.crate_total, cycle.crate_ready), (4, 0))
        self.assertIn(cycle.prepare_token, cycle.prepare_link)
        self.assertTrue(cycle.prepare_qr)


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestBoard(PackingCommon):
    def test_board_of_the_hall(self):
        one, _other = self._begin([(self.dry, 2)], [(self.dry, 3), (self.cold, 1)])
        self._take(
            {**self._scan(self._content(one, self.dry)), "at": "2027-03-05T07:55:00Z"}
        )
        board = self.cycle.with_user(self.user).get_prepare_board()
        self.assertEqual(board["cycle_id"], self.cycle.id)
        point = self.cycle.point_ids[0]
        self.assertCountEqual(
            board["cells"],
            [[self.dry.id, point.id, 5, 2], [self.cold.id, point.id, 1, 0]],
        )
        self.assertEqual((board["lines"], board["lines_packed"]), (3, 1))
        self.assertEqual(board["volunteers"], 1)
        # One line in five minutes, two are left.
        self.assertEqual(board["pace"], 0.2)
        self.assertEqual(board["ready_at"], "2027-03-05 08:10:00")

    def test_nothing_moves_nothing_is_forecast(self):
        self._begin([(self.dry, 2)])
        board = self.cycle.get_prepare_board(self.cycle.id)
        self.assertEqual((board["pace"], board["ready_at"]), (0, False))

    def test_those_who_may_read_the_cycle_follow_it(self):
        basket = self._begin([(self.dry, 2)])
        channel = f"clapier_drive.board_{self.cycle.id}"

        def channels(user):
            request = MagicMock()
            request.session.uid = user.id
            with patch("odoo.addons.bus.models.ir_websocket.wsrequest", new=request):
                found = (
                    self.env["ir.websocket"]
                    .with_user(user)
                    ._build_bus_channel_list([channel])
                )
            return {str(item) for item in found}

        self.assertIn(str(self.cycle), channels(self.user))
        followed = channels(self.outsider)
        self.assertNotIn(str(self.cycle), followed)
        self.assertNotIn(channel, followed)
        self.env["bus.bus"].search([]).unlink()
        self._take(self._scan(self._content(basket, self.dry)))
        self.env.cr.precommit.run()
        [message] = self.env["bus.bus"].search([]).mapped("message")
        self.assertIn(f"[{self.dry.id},{self.cycle.point_ids[0].id},2.0]", message)

    def test_board_of_others_is_refused(self):
        self._begin([(self.dry, 2)])
        stranger = new_test_user(
            self.env,
            login="elsewhere",
            groups="clapier_drive.group_drive_user",
            company_id=self.env.ref("base.main_company").id,
            company_ids=self.env.ref("base.main_company").ids,
        )
        Cycle = self.env["drive.cycle"].with_context(allowed_company_ids=[])
        with self.assertRaises(AccessError):
            Cycle.with_user(stranger).get_prepare_board(self.cycle.id)
        with self.assertRaises(AccessError):
            Cycle.with_user(self.outsider).get_prepare_board(self.cycle.id)
        for model in (
            "drive.crate",
            "drive.crate.line",
            "drive.packing",
            "drive.packer",
        ):
            records = (
                self.env[model]
                .with_user(stranger)
                .with_context(allowed_company_ids=stranger.company_ids.ids)
            )
            self.assertFalse(records.search([("cycle_id", "=", self.cycle.id)]), model)
            for method in ("write", "unlink"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(self.user).check_access(method)
