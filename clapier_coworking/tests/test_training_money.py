from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .training_common import TrainingCommon


@tagged("post_install", "-at_install")
class TestTrainingMoney(TrainingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Taxes and journals need a chart of accounts.
        cls.organisation = cls.env["res.company"].create({"name": "Body"})
        cls.env["account.chart.template"]._load("generic_coa", cls.organisation, False)
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": [cls.organisation.id, *cls.env.companies.ids],
            }
        )
        cls.organisation = cls.organisation.with_env(cls.env)
        cls.learner_user.write(
            {
                "company_ids": [Command.set(cls.organisation.ids)],
                "company_id": cls.organisation.id,
            }
        )
        cls.room = cls._create_space(name="Classroom")
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "VAT",
                "amount": 20,
                "company_id": cls.organisation.id,
                "country_id": cls.organisation.account_fiscal_country_id.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Seat",
                "type": "service",
                "service_tracking": "event",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.event = cls._create_course(
            tickets=({"name": "Seat", "product_id": cls.product.id, "price": 500},)
        )
        cls.ticket = cls.event.event_ticket_ids
        cls.registration = cls._register(
            cls.event, cls.learner, event_ticket_id=cls.ticket.id
        )
        cls.funder = cls.env["res.partner"].create({"name": "OPCO", "is_company": True})

    def _fund(self, amount=300, registrations=None, **vals):
        return self.env["coworking.funding"].create(
            {
                "event_id": self.event.id,
                "funder_id": self.funder.id,
                "registration_ids": [
                    Command.set((registrations or self.registration).ids)
                ],
                "number": "A-1",
                "hours": 7,
                "amount": amount,
                **vals,
            }
        )

    def _order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.learner.id,
                "company_id": self.organisation.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "event_id": self.event.id,
                            "event_ticket_id": self.ticket.id,
                        }
                    )
                ],
            }
        )

    def test_what_is_agreed_is_invoiced_to_the_body_the_rest_to_the_person(self):
        funding = self._fund()
        funding.action_ask()
        funding.action_agree()
        funding.action_invoice()
        self.assertEqual(funding.move_id.partner_id, self.funder)
        self.assertEqual(funding.move_id.amount_untaxed, 300)
        self.registration.action_coworking_invoice_rest()
        rest = self.registration.coworking_move_id
        self.assertEqual(rest.partner_id, self.learner)
        self.assertEqual(rest.amount_untaxed, 200)
        self.assertEqual(rest.amount_tax, 40)
        with self.assertRaisesRegex(UserError, "nothing left"):
            self.registration.action_coworking_invoice_rest()
        with self.assertRaises(UserError):
            funding.action_invoice()

    def test_what_is_funded_is_taken_off_an_order_once(self):
        order = self._order()
        order.action_confirm()
        seat = order.order_line.registration_ids
        seat.action_confirm()
        self._fund(registrations=seat).action_agree()
        for _twice in range(2):
            seat.action_coworking_invoice_rest()
        self.assertEqual(order.amount_untaxed, 200)

    def test_a_refused_agreement_takes_nothing_off(self):
        funding = self._fund()
        funding.action_refuse()
        self.registration.action_coworking_invoice_rest()
        self.assertEqual(self.registration.coworking_move_id.amount_untaxed, 500)

    def test_more_than_the_price_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "costs"):
            self._fund(amount=501).action_agree()

    def test_an_agreement_needs_its_number_and_people(self):
        for missing in ({"number": False}, {"amount": 0}):
            with self.assertRaises(UserError):
                self._fund(**missing).action_agree()

    def test_trainings_of_an_exempt_body_bear_no_vat_and_say_why(self):
        self.organisation.coworking_training_vat_exempt = True
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.price_incl, 500)
        order = self._order()
        self.assertFalse(order.order_line.tax_ids)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        self.assertEqual(invoice.amount_tax, 0)
        self.assertTrue(invoice._coworking_vat_mention())
        funding = self._fund()
        funding.action_agree()
        funding.action_invoice()
        self.assertFalse(funding.move_id.invoice_line_ids.tax_ids)
        funding.move_id.action_post()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", funding.move_id.ids
        )
        self.assertIn(b"o_coworking_vat_mention", html)

    def test_events_that_are_no_training_bear_vat(self):
        self.organisation.coworking_training_vat_exempt = True
        self.event.coworking_is_training = False
        self.assertEqual(self._order().order_line.tax_ids, self.tax)

    def test_a_price_is_for_its_public(self):
        association, members = (
            self.env.ref(f"clapier_coworking.public_{name}")
            for name in ("association", "member")
        )
        self.event.website_published = True
        tickets = self.env["event.event.ticket"].create(
            [
                {
                    "event_id": self.event.id,
                    "name": public.name,
                    "product_id": self.product.id,
                    "price": 100,
                    "coworking_public_id": public.id,
                }
                for public in (association, members)
            ]
        )
        self.learner.coworking_public_id = association
        mine = (
            self.env["event.event.ticket"]
            .with_user(self.learner_user)
            .with_context(allowed_company_ids=self.learner_user.company_ids.ids)
            .search([("event_id", "=", self.event.id)])
        )
        self.assertEqual(mine, self.ticket | tickets[0])
        visitor = self.env["website"].create(
            {"name": "Site", "company_id": self.organisation.id}
        )
        visitors = (
            self.env["event.event.ticket"]
            .with_user(visitor.user_id)
            .with_context(allowed_company_ids=self.organisation.ids)
            .search([("event_id", "=", self.event.id)])
        )
        self.assertEqual(visitors, self.ticket)
        self.assertFalse(tickets[1].with_user(self.learner_user)._coworking_is_mine())

    def test_the_yearly_report_counts_hours_and_revenue(self):
        self.registration.coworking_category = "employee"
        funding = self._fund()
        funding.action_agree()
        funding.action_invoice()
        for session in self.event.coworking_session_ids:
            self._sign(session, self.registration)
        year = self.event.date_begin.year
        funding.move_id.invoice_date = f"{year}-06-01"
        funding.move_id.action_post()
        self.registration.action_coworking_invoice_rest()
        rest = self.registration.coworking_move_id
        rest.invoice_date = f"{year}-06-01"
        rest.action_post()
        bpf = self.env["coworking.bpf"].create(
            {"company_id": self.organisation.id, "year": year}
        )
        self.env.flush_all()
        bpf.action_count()
        figures = {
            (line.section, line.name): (line.trainees, line.hours, line.amount)
            for line in bpf.line_ids
        }
        self.assertEqual(figures["trainees", "Employee"], (1, 7, 0))
        self.assertEqual(figures["total", "All the trainees"], (1, 7, 0))
        self.assertEqual(figures["funding", "Skills Operator (OPCO)"], (1, 7, 0))
        self.assertEqual(figures["revenue", "Skills Operator (OPCO)"], (0, 0, 300))
        own = figures["revenue", "People and companies themselves"]
        self.assertEqual(own, (0, 0, 200))
        for action in (bpf.action_xlsx, bpf.action_csv):
            self.assertIn("/web/content/", action()["url"])
            self.assertTrue(bpf.file)
