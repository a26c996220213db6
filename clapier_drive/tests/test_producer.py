from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .producer_common import ProducerCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestProducer(ProducerCommon):
    def _save(self, offers, user=None, **rows):
        """Save as a producer does; ``rows`` is {number of the offer: row}."""
        self.env.flush_all()
        model = self.env["drive.offer"].with_user(user or self.farmer)
        return model._portal_offers((user or self.farmer).partner_id)._portal_save(
            {offers[int(number[1:])].id: row for number, row in rows.items()}
        )

    # --- Offers

    def test_limits_are_kept_line_by_line(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle)
        self._create_basket(cycle, [(offers[0], 4), (offers[1], 2)])
        errors, changed = self._save(
            offers,
            o0=self._row(offers[0], "3"),
            o1=self._row(offers[1], "12,5"),
            o2=self._row(offers[2], "-1"),
        )
        self.assertEqual(set(errors), {offers[0].id, offers[2].id})
        self.assertEqual(changed, 1)
        self.assertEqual(offers.mapped("quantity_max"), [0, 12.5, 0])

    @mute_logger("odoo.sql_db")
    def test_a_limit_counts_what_baskets_took_without_one(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 1)
        basket = self._create_basket(cycle, [(offers, 4)])
        self.assertEqual(offers.quantity_held, 0)
        self._save(offers, o0=self._row(offers, "5"))
        self.assertEqual(offers.quantity_held, 4)
        other = self._create_basket(cycle, [(offers, 2)], confirm=False)
        with self.assertRaises(UserError):
            other.action_confirm()
        basket._action_cancel()
        self.assertEqual(offers.quantity_held, 0)
        other.action_confirm()
        self.assertEqual(offers.quantity_held, 2)

    @mute_logger("odoo.sql_db")
    def test_office_cannot_limit_below_what_is_ordered(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 2)
        self._create_basket(cycle, [(offers[0], 4)])
        with self.assertRaises(UserError):
            offers.quantity_max = 3
        self.assertEqual(offers.mapped("quantity_max"), [0, 0])

    def test_bad_quantities_are_refused(self):
        offers = self._offers(self._create_cycle(), 1, quantity_max=7)
        for text in ("-1", "nan", "inf", "1e9", "ten", "1;2", "1 000 000"):
            with self.subTest(text=text):
                errors, changed = self._save(offers, o0=self._row(offers, text))
                self.assertIn(offers.id, errors)
                self.assertEqual((changed, offers.quantity_max), (0, 7))

    def test_two_people_do_not_undo_each_other(self):
        offers = self._offers(self._create_cycle(), 2, quantity_max=7)
        old = self._row(offers[0])
        self._save(offers, self.helper, o0=self._row(offers[0], "9"))
        self._save(offers, o0=old, o1=self._row(offers[1], "8"))
        self.assertEqual(offers.mapped("quantity_max"), [9, 8])

    def test_what_is_no_longer_offered_comes_back(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 1)
        self._save(offers, o0=self._row(offers, offered=False))
        self.assertFalse(offers.active)
        basket = self._create_basket(cycle, confirm=False)
        with self.assertRaises(UserError):
            basket._drive_add(offers, 1)
        self._save(offers, o0=self._row(offers, offered=True))
        self.assertTrue(offers.active)

    def test_office_reads_what_changed(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 2)
        before = cycle.message_ids
        self._save(
            offers,
            o0=self._row(offers[0], "5"),
            o1=self._row(offers[1], offered=False),
        )
        message = cycle.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, self.farmer.partner_id)
        self.assertIn("Vegetable 0", message.body)
        self.assertIn("Vegetable 1", message.body)
        self._save(offers, o0=self._row(offers[0], "5"))
        self.assertEqual(cycle.message_ids - before, message)

    def test_only_own_offers_that_can_change(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 1)
        foreign = self._create_offer(cycle, producer=self.dairy)
        closed = self._offers(self._create_cycle(date_pickup="2027-03-18"), 1)
        closed.cycle_id.state = "closed"
        model = self.env["drive.offer"].with_user(self.farmer)
        found = model._portal_offers(self.farmer.partner_id)
        self.assertEqual(found, offers)
        self.assertFalse(found & (foreign | closed))
        with freeze_time("2027-03-09 21:00:00"):
            self.assertFalse(model._portal_offers(self.farmer.partner_id))
        self.assertFalse(
            model.with_user(self.nobody)._portal_offers(self.nobody.partner_id)
        )

    # --- Prices

    def test_a_price_reaches_cycles_that_have_not_opened(self):
        schedule = self.env["drive.schedule"].create(
            {
                "name": "Thursdays",
                "company_id": self.organisation.id,
                "date_start": "2027-03-11",
                "point_ids": self._create_points().ids,
            }
        )
        [first] = schedule._generate(date(2027, 3, 11))
        offer = self._create_offer(first, producer=self.farm)
        schedule._generate(date(2027, 3, 25))
        second, third = (schedule.cycle_ids - first).sorted("date_pickup")
        self.assertTrue(first.is_open)
        price_model = self.env["drive.price"].with_user(self.farmer)
        errors, count = price_model._portal_save_prices(
            self.farmer.partner_id, "2027-03-10", {offer.id: "2.20"}
        )
        # The row of a product is the offer of its next cycle, whatever its id.
        self.assertEqual((errors, count), ({}, 1))
        self.env.invalidate_all()
        self.assertEqual(
            (offer.purchase_price, offer.price), (2.0, 3.0), "frozen: it is open"
        )
        for cycle in second, third:
            self.assertAlmostEqual(cycle.offer_ids.purchase_price, 2.2)
            self.assertAlmostEqual(cycle.offer_ids.price, 3.3)
        price_model._portal_save_prices(
            self.farmer.partner_id, "2027-03-25", {offer.id: "2.40"}
        )
        self.env.invalidate_all()
        self.assertAlmostEqual(second.offer_ids.purchase_price, 2.2)
        self.assertAlmostEqual(third.offer_ids.purchase_price, 2.4)

    def test_cycles_made_later_take_the_price(self):
        source = self._create_cycle()
        offer = self._create_offer(source, producer=self.farm)
        self._create_offer(source, producer=self.dairy)
        self.env["drive.price"].create(
            {
                "company_id": self.organisation.id,
                "producer_id": self.farm.id,
                "product_id": offer.product_id.id,
                "date_start": "2027-03-11",
                "purchase_price": 2.5,
                "price": 4.0,
            }
        )
        second = self._create_cycle(
            date_pickup="2027-03-18",
            open_at=datetime(2027, 3, 11, 19),
            cutoff_at=datetime(2027, 3, 16, 21),
            preparation_at=datetime(2027, 3, 18, 12),
        )
        second._clone_offers(source)
        cloned = second.offer_ids.filtered(lambda item: item.producer_id == self.farm)
        self.assertEqual((cloned.purchase_price, cloned.price), (2.5, 4.0))
        other = second.offer_ids - cloned
        self.assertEqual((other.purchase_price, other.price), (2.0, 3.0))
        self.assertEqual(offer.price, 3.0)
        # What the office decided for one cycle goes on: the price is in it already.
        cloned.price = 4.2
        third = self._create_cycle(date_pickup="2027-03-25")
        third._clone_offers(second)
        self.assertIn(4.2, third.offer_ids.mapped("price"))

    def test_institutions_keep_their_margin(self):
        cycle = self._create_cycle(
            public="institution", open_at=datetime(2027, 3, 6, 19)
        )
        offer = self._create_offer(cycle, producer=self.farm, price=2.6)
        self.env["drive.price"].create(
            {
                "company_id": self.organisation.id,
                "producer_id": self.farm.id,
                "product_id": offer.product_id.id,
                "date_start": "2027-03-08",
                "purchase_price": 2.5,
                "price": 4.0,
            }
        )
        self.assertEqual((offer.purchase_price, offer.price), (2.5, 3.25))

    def test_prices_are_bounded_and_said_per_line(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle)
        model = self.env["drive.price"].with_user(self.farmer)
        texts = dict(zip(offers.ids, ("20", "2.1", "minus"), strict=True))
        errors, count = model._portal_save_prices(
            self.farmer.partner_id, "2027-03-12", texts
        )
        self.assertEqual(set(errors), {offers[0].id, offers[2].id})
        self.assertEqual(count, 1)
        # Sent twice, kept once
        model._portal_save_prices(self.farmer.partner_id, "2027-03-12", texts)
        self.assertEqual(
            self.env["drive.price"].search_count([("producer_id", "=", self.farm.id)]),
            1,
        )
        for day in ("2027-03-01", "soon", ""):
            with self.subTest(day=day), self.assertRaises(UserError):
                model._portal_save_prices(self.farmer.partner_id, day, texts)

    # --- Absences

    def test_absence_empties_cycles_to_come_and_gives_them_back(self):
        open_cycle = self._create_cycle()
        kept = self._create_offer(open_cycle, producer=self.farm)
        later = self._create_cycle(
            date_pickup="2027-03-18",
            open_at=datetime(2027, 3, 11, 19),
            cutoff_at=datetime(2027, 3, 16, 21),
            preparation_at=datetime(2027, 3, 18, 12),
        )
        offer = self._create_offer(later, producer=self.farm)
        other = self._create_offer(later, producer=self.dairy)
        rare = self._create_offer(
            later, producer=self.farm, frequency=2, phase=1, active=False
        )
        model = self.env["drive.absence"].with_user(self.farmer)
        partner = self.farmer.partner_id
        absence = model._portal_add(partner, "2027-03-10", "2027-03-20")
        again = model._portal_add(partner, "2027-03-10", "2027-03-20")
        self.assertEqual(absence, again)
        self.assertEqual((offer | other | kept).mapped("active"), [False, True, True])
        self.assertEqual(absence._portal_expected(), open_cycle)
        self.assertTrue(self.farm.message_ids.filtered("author_id"))
        absence._portal_remove()
        self.assertTrue(offer.active)
        self.assertFalse(rare.active)
        for days in (
            ("2027-03-20", "2027-03-10"),
            ("2027-02-01", "2027-02-05"),
            ("2027-03-20", "2030-03-10"),
            ("", "x"),
        ):
            with self.subTest(days=days), self.assertRaises(UserError):
                model._portal_add(partner, *days)

    # --- Orders

    def test_orders_are_totals_of_products_and_crates(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 2)
        foreign = self._create_offer(cycle, producer=self.dairy)
        offers.product_id.write({"volume": 0.03, "weight": 1})
        for quantity in (1, 2):
            self._create_basket(cycle, [(offers[0], quantity), (foreign, 1)])
        self.env["drive.cycle.producer"].create(
            {"cycle_id": cycle.id, "partner_id": self.farm.id}
        )
        orders = self.env["drive.cycle.producer"].with_user(self.farmer)
        order = orders._portal_orders(self.farmer.partner_id)
        [line] = order._portal_lines()
        self.assertEqual((line["product"], line["quantity"]), (offers[0].product_id, 3))
        self.assertEqual(order._portal_crates([line]), (3, 0))
        cycle._close()
        self.assertEqual(
            orders._portal_orders(self.farmer.partner_id).partner_id, self.farm
        )
        [line] = order._portal_lines()
        self.assertEqual(line["quantity"], 3)
        self.assertFalse(orders._portal_claims(self.farmer.partner_id))

    # --- Refusals

    def test_portal_reads_nothing_by_itself(self):
        cycle = self._create_cycle()
        offer = self._offers(cycle, 1)
        basket = self._create_basket(cycle, [(offer, 1)])
        price = self.env["drive.price"].create(
            {
                "company_id": self.organisation.id,
                "producer_id": self.farm.id,
                "product_id": offer.product_id.id,
                "purchase_price": 2,
            }
        )
        for record in (
            offer,
            cycle,
            basket,
            basket.partner_id,
            basket.order_line,
            price,
            self.env["drive.claim"],
            self.env["drive.cycle.producer"],
            self.env["drive.absence"],
            self.env["drive.sale"],
        ):
            with self.subTest(model=record._name):
                self.env.flush_all()
                self.env.invalidate_all()
                as_farmer = record.with_user(self.farmer)
                with self.assertRaises(AccessError):
                    as_farmer.check_access("read")
                    as_farmer.search([]).read([])
                with self.assertRaises(AccessError):
                    as_farmer.check_access("write")

    def test_prices_of_other_organisations_are_out_of_reach(self):
        offer = self._offers(self._create_cycle(), 1)
        price = self.env["drive.price"].create(
            {
                "company_id": self.organisation.id,
                "producer_id": self.farm.id,
                "product_id": offer.product_id.id,
                "purchase_price": 2,
            }
        )
        self.assertTrue(price.with_user(self.user).has_access("write"))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.user.copy(
            {"login": "stranger", "company_id": other.id, "company_ids": other.ids}
        )
        for user in (stranger, self.outsider):
            companies = user.company_ids.ids
            as_user = price.with_user(user).with_context(allowed_company_ids=companies)
            with self.subTest(user=user.login):
                self.assertFalse(as_user.has_access("read"))

    def test_profile_is_text_and_a_real_photo(self):
        self._offers(self._create_cycle(), 1)
        farm = self.farmer.partner_id._drive_producers().with_user(self.farmer).sudo()
        farm._drive_save_profile("<b>We</b> grow\r\nvegetables")
        self.assertEqual(self.farm.drive_story, "<b>We</b> grow\nvegetables")
        for photo in (b"<svg/>", b"not a picture"):
            with self.subTest(photo=photo), self.assertRaises(UserError):
                farm._drive_save_profile("Text", photo)
        with self.assertRaises(UserError):
            farm._drive_save_profile("x" * 5000)
        self.assertTrue(
            self.farm.message_ids.filtered(
                lambda item: item.author_id == self.farmer.partner_id
            )
        )

    def test_products_of_two_producers_are_changed_by_none(self):
        cycle = self._create_cycle()
        offers = self._offers(cycle, 2)
        other = self._create_cycle(date_pickup="2027-03-18")
        self._create_offer(other, offers[1].product_id, self.dairy)
        products = self.farmer.partner_id._drive_producers()._drive_products()
        self.assertEqual(products, offers[0].product_id)
        product = products.with_user(self.farmer).sudo()
        product._drive_save_text("Sweet & <i>orange</i>")
        self.assertEqual(product._drive_text(), "Sweet & <i>orange</i>")
        self.assertNotIn("<i>", str(product.description_ecommerce))
