from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestOffice(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="drive manager",
            groups="clapier_drive.group_drive_manager,base.group_partner_manager",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(
            cls.env,
            login="other drive",
            groups="clapier_drive.group_drive_manager",
            company_id=cls.elsewhere.id,
            company_ids=cls.elsewhere.ids,
        )
        cls.family = cls.env["res.partner"].create({"name": "Family"})

    def _short_cycle(self):
        """Return a cycle whose family misses 2 of 4, worth 3 each."""
        cycle = self._create_cycle()
        offer = self._create_offer(cycle)
        self._create_basket(cycle, [(offer, 4)], partner=self.family)
        cycle.action_close()
        cycle.reception_ids.quantity_received = 2
        return cycle

    def _validated_cycle(self):
        cycle = self._short_cycle()
        cycle.action_share()
        cycle.action_validate()
        return cycle

    def _as_stranger(self, records):
        """Return records as the office of another drive sees them."""
        return records.with_user(self.stranger).with_context(
            allowed_company_ids=self.elsewhere.ids
        )

    # --- The cycle

    def test_office_goes_through_a_cycle(self):
        cycle = self._create_cycle().with_user(self.user)
        with Form(cycle) as form, form.offer_ids.new() as line:
            line.product_id = self._create_product("Leeks")
            line.producer_id = self._create_producer("Farm")
            line.price = 3
        self._create_basket(
            cycle.sudo(), [(cycle.offer_ids.sudo(), 4)], partner=self.family
        )
        self.assertEqual((cycle.order_count, cycle.order_amount), (1, 12))
        self.assertEqual(cycle.cutoff_progress, 11)
        cycle.action_close()
        self.assertEqual(cycle.cutoff_progress, 100)
        self.assertEqual((cycle.purchase_count, cycle.reception_count), (1, 1))
        with self.assertRaises(UserError):
            cycle.producer_ids.unlink()
        with Form(cycle) as form, form.reception_ids.edit(0) as line:
            line.quantity_received = 3
        self.assertEqual((cycle.short_count, cycle.counted_count), (1, 1))
        cycle.action_share()
        cycle.action_validate()
        self.assertEqual(cycle.credit_amount, 3)
        cycle.claim_ids.action_send()
        cycle.claim_ids.action_accept()
        self.assertEqual(cycle.claim_ids.state, "accepted")

    def test_buttons_lead_to_what_belongs_to_the_cycle(self):
        cycle = self._validated_cycle().with_user(self.user)
        other = self._create_cycle(date_pickup="2027-03-18")
        offer = self._create_offer(other)
        self._create_basket(other, [(offer, 1)], partner=self.family)
        for action in (
            cycle.action_view_baskets(),
            cycle.action_view_purchases(),
            cycle.action_view_credits(),
            cycle.action_view_receptions(),
            cycle.action_view_shares(),
            cycle.reception_ids.action_view_shares(),
        ):
            with self.subTest(action=action["name"]):
                model = self.env[action["res_model"]].with_user(self.user)
                self.assertEqual(len(model.search(action["domain"])), 1)

    def test_kanban_costs_the_same_for_more_cycles(self):
        cycles = self.env["drive.cycle"].union(
            *(self._create_cycle(date_pickup=f"2027-03-{11 + n}") for n in range(6))
        )
        names = ["order_count", "short_count", "purchase_count", "credit_amount"]
        counts = []
        for some in (cycles[:1], cycles):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_decision_in_the_basket(self):
        cycle = self._short_cycle()
        order = cycle.order_ids.with_user(self.user)
        with Form(order) as form, form.drive_line_ids.edit(0) as line:
            line.drive_is_overridden = True
            line.drive_override_qty = 1
        cycle.action_share()
        line = order.order_line
        self.assertEqual((line.drive_given_qty, line.drive_missing_qty), (1, 3))
        self.assertEqual(line.drive_rule, "override")

    def test_office_orders_for_a_family(self):
        cycle = self._create_cycle()
        limited = self._create_offer(cycle, quantity_max=5)
        chicken = self._create_offer(cycle, by_weight=True, weight_expected=2, price=10)
        other = self._create_product("Not offered", list_price=7)
        with Form(self.env["sale.order"].with_user(self.user)) as form:
            form.partner_id = self.family
            form.drive_cycle_id = cycle
            form.drive_cycle_point_id = cycle.point_ids
            for product in (limited.product_id, chicken.product_id, other):
                with form.order_line.new() as line:
                    line.product_id = product
                    line.product_uom_qty = 2
        lines = form.record.order_line
        self.assertEqual(
            [line.drive_offer_id for line in lines][:2], [limited, chicken]
        )
        self.assertFalse(lines[2].drive_offer_id)
        self.assertEqual(lines.mapped("price_unit"), [3, 20, 7])
        form.record.action_confirm()
        self.assertEqual(limited.quantity_held, 2)

    def test_all_has_come(self):
        cycle = self._short_cycle().with_user(self.user)
        cycle.reception_ids.action_complete()
        self.assertTrue(cycle.reception_ids.is_counted)
        self.assertEqual(cycle.reception_ids.quantity_received, 2)

    def test_forms_open(self):
        point = self._create_points()
        environment = self.env(user=self.manager)
        with Form(environment["drive.schedule"]) as form:
            form.name = "Thursdays"
            form.date_start = "2027-03-11"
            form.point_ids.add(point)
            with form.pause_ids.new() as pause:
                pause.name = "Holidays"
                pause.date_start = "2027-03-18"
                pause.date_stop = "2027-03-18"
        form.record._generate()
        days = [str(day) for day in form.record.cycle_ids.mapped("date_pickup")]
        self.assertNotIn("2027-03-18", days)
        self.assertIn("2027-03-11", days)
        with Form(environment["drive.point"]) as form:
            form.name = "Bakery"
            form.partner_id = self.organisation.partner_id
        with Form(environment["drive.policy"]) as form:
            form.crate_volume = 30
        with Form(environment["drive.absence"]) as form:
            form.partner_id = self.family
            form.date_start = "2027-03-11"
            form.date_stop = "2027-03-12"
        with Form(self.family.with_user(self.manager)) as form:
            form.name = "Other"
        self.assertEqual(self.family.drive_absence_ids.date_stop.day, 12)

    # --- Credits

    def _correct(self, credit, right, user=None):
        wizard = Form(
            self.env["drive.credit.correction"]
            .with_user(user or self.manager)
            .with_context(default_credit_id=credit.id)
        )
        wizard.amount_right = right
        wizard.reason = "Found in the van"
        wizard.save().action_correct()

    def test_credit_is_corrected_by_another_row(self):
        self._validated_cycle()
        credits = self.env["drive.credit"]
        credit = credits.search([("partner_id", "=", self.family.id)])
        self.assertEqual(credit.amount, 6)
        self.assertEqual(
            credit.action_correct()["context"]["default_credit_id"], credit.id
        )
        self._correct(credit, 2)
        self.assertEqual(credits._balance(self.family, self.organisation), 2)
        row = credit.reversed_by_ids
        self.assertEqual((row.amount, row.kind), (-4, "correction"))
        self.assertEqual(row.reference, "Found in the van")
        with self.assertRaises(UserError):
            self._correct(credit, 0)
        with self.assertRaises(UserError):
            self._correct(row, 0)

    def test_correction_changes_something(self):
        self._validated_cycle()
        credit = self.env["drive.credit"].search([("partner_id", "=", self.family.id)])
        with self.assertRaises(UserError):
            self._correct(credit, 6)

    def test_only_administrators_correct_credits(self):
        self._validated_cycle()
        credit = self.env["drive.credit"].search([("partner_id", "=", self.family.id)])
        with self.assertRaises(AccessError):
            self._correct(credit, 0, self.user)
        with self.assertRaises(AccessError):
            self._as_stranger(
                self.env["drive.credit.correction"]
                .with_user(self.stranger)
                .create({"credit_id": credit.id, "reason": "No"})
            ).action_correct()

    def test_partner_shows_its_credit_and_offers(self):
        cycle = self._validated_cycle()
        family = self.family.with_user(self.user)
        self.assertEqual((family.drive_credit, family.drive_credit_count), (6, 1))
        producer = cycle.offer_ids.producer_id.with_user(self.user)
        self.assertEqual(producer.drive_offer_count, 1)
        self.assertEqual(
            self.env["drive.offer"].search(producer.action_drive_offers()["domain"]),
            cycle.offer_ids,
        )
        self.assertEqual(
            len(
                self.env["drive.credit"].search(family.action_drive_credits()["domain"])
            ),
            1,
        )

    # --- Sales

    def test_sales_say_what_was_given_and_missing(self):
        cycle = self._validated_cycle()
        sale = self.env["drive.sale"].search([("cycle_id", "=", cycle.id)])
        self.assertEqual(
            (sale.quantity, sale.quantity_given, sale.quantity_missing), (4, 2, 2)
        )
        self.assertEqual(
            (sale.amount_ordered, sale.amount, sale.amount_missing, sale.cost),
            (12, 6, 6, 4),
        )
        self.assertEqual(sale.point_id, cycle.point_ids.point_id)
        [(producer, amount)] = self.env["drive.sale"]._read_group(
            [("cycle_id", "=", cycle.id)], ["producer_id"], ["amount:sum"]
        )
        self.assertEqual((producer, amount), (cycle.offer_ids.producer_id, 6))

    def test_sales_before_the_sharing_count_what_is_ordered(self):
        cycle = self._create_cycle()
        self._create_basket(
            cycle, [(self._create_offer(cycle), 4)], partner=self.family
        )
        self.env.flush_all()
        sale = self.env["drive.sale"].search([("cycle_id", "=", cycle.id)])
        self.assertEqual((sale.amount, sale.amount_missing), (12, 0))

    # --- Rights

    def test_user_runs_cycles_and_does_not_set_up(self):
        cycle = self._create_cycle().with_user(self.user)
        cycle.cutoff_at = "2027-03-09 20:00:00"
        for record in (
            cycle.point_ids.point_id,
            self.env["drive.policy"].create({"company_id": self.organisation.id}),
            self.env["drive.schedule"].create(
                {
                    "name": "Thursdays",
                    "company_id": self.organisation.id,
                    "date_start": "2027-03-11",
                    "point_ids": [Command.set(cycle.point_ids.point_id.ids)],
                }
            ),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.user).write({"company_id": self.organisation.id})

    def test_nobody_writes_what_only_the_rules_write(self):
        self._validated_cycle()
        credit = self.env["drive.credit"].search([("partner_id", "=", self.family.id)])
        notice = self.env["drive.notice"].search([("partner_id", "=", self.family.id)])
        for user in (self.user, self.manager):
            for model in (
                "drive.credit",
                "drive.notice",
                "drive.reception",
                "drive.sale",
            ):
                with self.subTest(model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).check_access("create")
        with self.assertRaises(AccessError):
            notice.with_user(self.user).action_queue_again()
        with self.assertRaises(UserError):
            credit.with_user(self.manager).amount = 1

    def test_other_drives_and_others_see_nothing(self):
        cycle = self._validated_cycle()
        for records in (
            cycle,
            cycle.offer_ids,
            cycle.point_ids,
            cycle.producer_ids,
            cycle.reception_ids,
            cycle.claim_ids,
            self.env["drive.credit"].search([("cycle_id", "=", cycle.id)]),
            self.env["drive.notice"].search([("cycle_id", "=", cycle.id)]),
            self.env["drive.sale"].search([("cycle_id", "=", cycle.id)]),
        ):
            with self.subTest(model=records._name):
                self.assertTrue(records)
                self.assertFalse(
                    self._as_stranger(self.env[records._name]).search(
                        [("id", "in", records.ids)]
                    )
                )
                with self.assertRaises(AccessError):
                    records.with_user(self.outsider).check_access("read")
        with self.assertRaises(AccessError):
            self._as_stranger(cycle).action_share()
        with self.assertRaises(AccessError):
            cycle.with_user(self.outsider).action_close()
        with self.assertRaises(AccessError):
            self._as_stranger(cycle.reception_ids).action_complete()
        self.assertFalse(self._as_stranger(self.family).drive_credit)
        with self.assertRaises(AccessError):
            self.family.with_user(self.outsider).read(["drive_credit"])

    def test_decision_by_a_stranger_is_refused(self):
        cycle = self._short_cycle()
        line = cycle.order_ids.order_line
        with self.assertRaises(AccessError):
            self._as_stranger(line).drive_override_qty = 1
        with self.assertRaises(ValidationError):
            line.with_user(self.user).write(
                {"drive_is_overridden": True, "drive_override_qty": 9}
            )
