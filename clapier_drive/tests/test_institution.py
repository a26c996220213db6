from datetime import date, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.http import Request
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .producer_common import ProducerCommon

HOME = "/my/drive/institution"


class InstitutionCommon(ProducerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.canteen = cls._create_company_partner("Canteen")
        cls.nursery = cls._create_company_partner("Nursery")
        (cls.canteen | cls.nursery).drive_is_institution = True
        cls.cook = cls._create_portal_user("cook", cls.canteen)
        cls.nurse = cls._create_portal_user("nurse", cls.nursery)

    def _order(self, cycle, user=None, **quantities):
        """Order as an institution does: ``quantities`` is {o: text} by number of offer."""
        offers = cycle.offer_ids.sorted("id")
        user = user or self.cook
        return (
            self.env["sale.order"]
            .with_user(user)
            ._institution_save(
                user.partner_id._drive_institution(),
                cycle.sudo(),
                {
                    offers[int(number[1:])].id: text
                    for number, text in quantities.items()
                },
            )
        )


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestInstitution(InstitutionCommon):
    def _create_institution_cycle(self, **vals):
        cycle = self._create_cycle(public="institution", **vals)
        self._create_offer(cycle, producer=self.farm)
        self._create_offer(cycle, producer=self.farm, quantity_max=10, price=5)
        self._create_offer(cycle, producer=self.dairy, quantity_min=2, step=2)
        return cycle

    def test_an_order_is_typed_and_changed_until_the_cut_off(self):
        cycle = self._create_institution_cycle()
        basket, errors = self._order(cycle, o0="2,5", o1="4")
        self.assertIn(cycle.offer_ids.sorted("id")[0].id, errors)
        basket, errors = self._order(cycle, o0="3", o1="4", o2="")
        self.assertFalse(errors)
        self.assertEqual(basket.partner_id, self.canteen)
        self.assertEqual(basket.state, "sale")
        self.assertEqual(sum(basket.order_line.mapped("product_uom_qty")), 7)
        again, errors = self._order(cycle, o0="3", o1="4", o2="")
        self.assertEqual((again, errors), (basket, {}))
        self._order(cycle, o0="", o1="6", o2="2")
        self.assertEqual(
            sorted(basket._quantities_by_product().values()),
            [2, 6],
        )
        self.assertEqual(cycle.offer_ids.sorted("id")[1].quantity_held, 6)
        with freeze_time("2027-03-09 21:00:00"):
            cycle.invalidate_recordset(["is_open"])
            with self.assertRaises(UserError):
                self._order(cycle, o0="1")

    @mute_logger("odoo.sql_db")
    def test_what_is_refused_is_said_on_its_line(self):
        cycle = self._create_institution_cycle()
        offers = cycle.offer_ids.sorted("id")
        self._order(cycle, self.nurse, o1="8")
        basket, errors = self._order(cycle, o0="3", o1="4", o2="2")
        self.assertEqual(set(errors), {offers[1].id})
        self.assertEqual(
            basket._quantities_by_product(),
            {offers[0].product_id.id: 3, offers[2].product_id.id: 2},
        )
        self.assertEqual(offers[1].quantity_held, 8)
        for text in ("-1", "nan", "1e9", "x"):
            with self.subTest(text=text):
                _basket, errors = self._order(cycle, o0=text)
                self.assertEqual(set(errors), {offers[0].id})
        self.assertEqual(basket._quantities_by_product()[offers[0].product_id.id], 3)

    @mute_logger("odoo.sql_db")
    def test_nothing_is_ordered_by_ordering_nothing(self):
        cycle = self._create_institution_cycle()
        basket, errors = self._order(cycle, o0="", o1="0")
        self.assertFalse(basket or errors)
        basket, _errors = self._order(cycle, o1="4")
        self._order(cycle, o1="0")
        self.assertEqual(basket.state, "cancel")
        self.assertEqual(cycle.offer_ids.sorted("id")[1].quantity_held, 0)
        other, _errors = self._order(cycle, o1="5")
        self.assertNotEqual(other, basket)
        self.env.flush_all()
        # Somebody else's, which this transaction could not see when it looked
        with self.assertRaises(UserError):
            self.env["sale.order"]._institution_create(
                self.canteen, cycle, cycle.point_ids
            )

    def test_last_time_is_proposed(self):
        first = self._create_institution_cycle()
        basket, _errors = self._order(first, o0="3")
        second = first.copy()
        orders = self.env["sale.order"].sudo()
        rows = orders._institution_rows(second, orders, basket)
        self.assertEqual([row["shown"] for row in rows if row["shown"]], [3])
        self.assertEqual([row["quantity"] for row in rows if row["quantity"]], [])
        with freeze_time("2027-03-12 08:00:00"):
            newer, _errors = self._order(second.sudo(), o0="5")
        self.assertEqual(
            orders._institution_baskets(self.canteen), newer + basket, "newest first"
        )

    def test_staff_enters_an_order_at_the_prices_of_the_cycle(self):
        cycle = self._create_institution_cycle()
        offer = cycle.offer_ids.sorted("id")[1]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.nursery.id,
                "company_id": self.organisation.id,
                "drive_cycle_id": cycle.id,
                "drive_cycle_point_id": cycle.point_ids.id,
                "order_line": [
                    Command.create(
                        {"product_id": offer.product_id.id, "product_uom_qty": 2}
                    )
                ],
            }
        )
        self.assertEqual(order.order_line.price_unit, 5)
        order.action_confirm()
        self.assertEqual(
            order._institution_basket(self.nursery, cycle),
            order,
            "the nursery finds on its portal what staff entered",
        )
        _basket, errors = self._order(cycle, self.nurse, o1="3")
        self.assertFalse(errors)
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_only_institutions_order(self):
        self.assertFalse(self.farmer.partner_id._drive_institution())
        self.assertEqual(self.cook.partner_id._drive_institution(), self.canteen)

    # --- Delivered and invoiced

    def _deliver(self, cycle, short=0):
        cycle._close()
        if short:
            reception = cycle.reception_ids.filtered(
                lambda item: item.offer_id == cycle.offer_ids.sorted("id")[0]
            )
            reception.quantity_received = reception.quantity_ordered - short
        cycle.action_share()
        cycle.action_validate()

    def _load_accounts(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.organisation, install_demo=False
        )

    def test_a_month_is_invoiced_once_from_what_was_delivered(self):
        self._load_accounts()
        cycle = self._create_institution_cycle()
        basket, _errors = self._order(cycle, o0="3", o1="4")
        self._order(cycle, self.nurse, o1="2")
        later = self._create_institution_cycle(date_pickup="2027-04-01")
        self._order(later, o0="1")
        orders = self.env["sale.order"]
        self.assertFalse(
            orders._drive_invoice_month(self.organisation, date(2027, 3, 31))
        )
        self._deliver(cycle, short=1)
        self.assertFalse(
            self.env["drive.credit"].search([("cycle_id", "=", cycle.id)]),
            "what is short is not paid, so not credited",
        )
        moves = orders._drive_invoice_month(self.organisation, date(2027, 3, 31))
        self.assertEqual(moves.partner_id, self.canteen | self.nursery)
        move = moves.filtered(lambda item: item.partner_id == self.canteen)
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.amount_total, 2 * 3 + 4 * 5)
        self.assertEqual(basket.drive_invoice_id, move)
        self.assertEqual(
            basket.order_line.invoice_lines.move_id, move, "Odoo knows it is invoiced"
        )
        self.assertFalse(
            orders._drive_invoice_month(self.organisation, date(2027, 3, 31))
        )
        move.button_cancel()
        again = orders._drive_invoice_month(self.organisation, date(2027, 3, 31))
        self.assertEqual(again.partner_id, self.canteen)
        self.assertEqual(again.amount_total, move.amount_total)

    def test_a_month_posted_leaves_the_rest_to_the_next(self):
        self._load_accounts()
        orders = self.env["sale.order"]
        totals = []
        for number, day in enumerate(("2027-03-11", "2027-03-12", "2027-03-13")):
            cycle = self._create_institution_cycle(date_pickup=day)
            self._order(cycle, o0=str(number + 1))
            self._deliver(cycle)
            moves = orders._drive_invoice_month(self.organisation, date(2027, 3, 1))
            totals.append(moves.amount_total)
            if number == 1:
                moves.action_post()
        # The second is added to the draft of the first; the third waits.
        self.assertEqual(totals, [3, 9, 0])
        moves = orders._drive_invoice_month(self.organisation, date(2027, 4, 1))
        self.assertEqual(moves.amount_total, 9)
        self.assertEqual(moves.drive_month, date(2027, 4, 1))

    def test_credits_are_deducted_once(self):
        self._load_accounts()
        cycle = self._create_institution_cycle()
        basket, _errors = self._order(cycle, o0="3")
        self._deliver(cycle)
        self.env["drive.credit"].create(
            {
                "partner_id": self.canteen.id,
                "company_id": self.organisation.id,
                "date": "2027-03-11",
                "kind": "weight",
                "amount": 1.5,
                "reference": "Lighter",
                "order_line_id": basket.order_line.id,
                "cycle_id": cycle.id,
            }
        )
        orders = self.env["sale.order"]
        move = orders._drive_invoice_month(self.organisation, date(2027, 3, 1))
        self.assertEqual(move.amount_total, 7.5)
        self.assertEqual(
            self.env["drive.credit"]._balance(self.canteen, self.organisation), 0
        )

    def test_wizard_and_cron_make_the_drafts(self):
        self._load_accounts()
        cycle = self._create_institution_cycle()
        self._order(cycle, o0="3")
        self._deliver(cycle)
        wizard = self.env["drive.institution.invoice"].with_user(self.user)
        with self.assertRaises(AccessError):
            other = self.env["res.company"].create({"name": "Other"})
            wizard.create({"company_id": other.id}).action_invoice()
        with freeze_time("2027-04-03 03:00:00"):
            form = Form(wizard.with_context(allowed_company_ids=self.organisation.ids))
            self.assertEqual(form.basket_count, 1)
            wizard = form.save()
            self.assertEqual(wizard.month, date(2027, 3, 1))
            action = wizard.action_invoice()
            self.assertEqual(self.env["account.move"].search_count(action["domain"]), 1)
            with self.assertRaises(UserError):
                wizard.action_invoice()

    def test_delivery_note_says_what_was_delivered(self):
        cycle = self._create_institution_cycle()
        basket, _errors = self._order(cycle, o0="3", o1="4")
        self._deliver(cycle, short=1)
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "clapier_drive.report_delivery_note", basket.ids
        )
        page = html.fromstring(content)
        cells = [
            [cell.text_content().split()[0] for cell in row.xpath("./td")[2:]]
            for row in page.xpath("//tbody/tr")
        ]
        self.assertEqual(cells, [["3", "2"], ["4", "4"]])


@tagged("post_install", "-at_install")
class TestInstitutionPortal(HttpCase, InstitutionCommon):
    def setUp(self):
        super().setUp()
        now = Datetime.now()
        self.cycle = self._create_cycle(
            public="institution",
            date_pickup=now.date() + timedelta(days=5),
            open_at=now - timedelta(days=1),
            cutoff_at=now + timedelta(minutes=30),
            preparation_at=now + timedelta(days=5),
        )
        self.offers = self._offers(self.cycle, 2)
        self.family_cycle = self._create_cycle(
            open_at=now - timedelta(days=1),
            cutoff_at=now + timedelta(days=3),
            preparation_at=now + timedelta(days=5),
        )
        self.family_offer = self._create_offer(self.family_cycle)

    def _post(self, cycle=None, **data):
        return self.url_open(
            f"{HOME}?cycle={(cycle or self.cycle).id}",
            data={"csrf_token": Request.csrf_token(self), **data},
        )

    def test_orders_from_a_table(self):
        self.authenticate("cook", "cook")
        first, second = self.offers
        form = {f"quantity_{first.id}": "4", f"quantity_{second.id}": "x"}
        page = html.fromstring(self._post(**form).text)
        self.assertEqual(len(page.xpath("//tr[contains(@class, 'table-danger')]")), 1)
        order = self.env["sale.order"]._institution_basket(self.canteen, self.cycle)
        self.assertEqual(order.order_line.product_uom_qty, 4)
        form[f"quantity_{second.id}"] = "2"
        for _time in range(2):
            page = html.fromstring(self._post(**form).text)
            self.assertTrue(page.xpath("//div[contains(@class, 'o_drive_done')]"))
        self.env.invalidate_all()
        self.assertEqual(
            self.env["sale.order"].search_count([("partner_id", "=", self.canteen.id)]),
            1,
        )
        self.assertEqual(sum(order.order_line.mapped("product_uom_qty")), 6)
        note = self.url_open(f"{HOME}/{order.id}/note", allow_redirects=False)
        self.assertEqual(note.status_code, 200)

    def test_others_are_out_of_reach(self):
        self._order(self.cycle, self.nurse, o0="3")
        order = self.env["sale.order"]._institution_basket(self.nursery, self.cycle)
        self.authenticate("cook", "cook")
        answer = self.url_open(f"{HOME}/{order.id}/note", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn(order.name, self.url_open(HOME).text)
        # An offer of families, and a cycle of theirs
        self._post(**{f"quantity_{self.family_offer.id}": "4"})
        self._post(self.family_cycle, **{f"quantity_{self.family_offer.id}": "4"})
        self.assertFalse(
            self.env["sale.order"].search([("partner_id", "=", self.canteen.id)])
        )
        self.authenticate("farmer", "farmer")
        answer = self.url_open(HOME, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self._post(**{f"quantity_{self.offers[0].id}": "4"})
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(len(self.cycle.order_ids), 1)
