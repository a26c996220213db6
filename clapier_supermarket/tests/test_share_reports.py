import re
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .share_common import ShareCommon

# Whatever the decimal mark of the reader's language.
HUNDRED = r"\b100[.,]00"
HUNDRED_FIFTY = r"\b150[.,]00"


@tagged("post_install", "-at_install")
class TestShareReports(ShareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.Movement)
        cls.holder = cls._create_person("Camille Faure")
        cls._record(
            "subscription", 10, taker=cls.holder, date=cls.today - timedelta(days=30)
        )
        cls._record(
            "subscription", 5, taker=cls.holder, date=cls.today - timedelta(days=10)
        )

    def _render(self, report, records, **data):
        reports = self.env["ir.actions.report"]
        html, _type = reports._render_qweb_html(
            f"clapier_supermarket.{report}", records.ids, data=data
        )
        return html.decode()

    def test_the_certificate_tells_the_shares_at_its_date(self):
        date = self.today - timedelta(days=20)
        html = self._render(
            "supermarket_share_certificate",
            self.holder,
            certificate_date=fields.Date.to_string(date),
        )
        self.assertIn("Camille Faure", html)
        self.assertRegex(html, HUNDRED)
        self.assertNotRegex(html, HUNDRED_FIFTY)

    def test_the_certificate_takes_its_date_from_the_context_too(self):
        date = fields.Date.to_string(self.today - timedelta(days=20))
        html, _type = (
            self.env["ir.actions.report"]
            .with_context(certificate_date=date)
            ._render_qweb_html(
                "clapier_supermarket.supermarket_share_certificate", self.holder.ids
            )
        )
        self.assertNotRegex(html.decode(), HUNDRED_FIFTY)

    def test_the_certificate_is_of_today_without_a_date(self):
        html = self._render("supermarket_share_certificate", self.holder)
        self.assertRegex(html, HUNDRED_FIFTY)

    def test_a_certificate_without_share_says_so(self):
        stranger = self._create_person("Ana", lang="en_US")
        html = self._render("supermarket_share_certificate", stranger)
        self.assertIn("no share.", html)

    def test_the_dialog_prints_each_holder_at_the_date(self):
        wizard = (
            self.env["supermarket.share.certificate.wizard"]
            .with_context(
                active_model="res.partner",
                active_ids=self.holder.ids,
                discard_logo_check=True,
            )
            .create({"date": self.today - timedelta(days=20)})
        )
        action = wizard.action_print()
        self.assertEqual(
            action["data"]["certificate_date"],
            fields.Date.to_string(self.today - timedelta(days=20)),
        )
        # As the web client sends it: data and context, no ids in the address.
        values = self.env[
            "report.clapier_supermarket.supermarket_share_certificate"
        ]._get_report_values(None, {**action["data"], "context": action["context"]})
        self.assertEqual(values["docs"], self.holder)
        self.assertEqual(values["certificates"][0]["total"], 100)

    def test_the_register_prints_every_movement_in_order(self):
        html = self._render("supermarket_share_register_sheet", self.register)
        self.assertIn("Register of share movements", html)
        numbers = re.findall(r"<td><span>(\d+)</span></td>", html)
        self.assertEqual(numbers, ["1", "2"])
        self.assertEqual(html.count("Camille Faure"), 2)


@tagged("post_install", "-at_install")
class TestVoters(ShareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.Movement)
        cls.ana = cls._create_person("Ana Roche")
        cls.bruno = cls._create_person("Bruno Saby")
        cls.zoe = cls._create_person(
            "Zoé Saby",
            supermarket_birth_date=cls.today - timedelta(days=15 * 365),
            supermarket_legal_representative_id=cls.bruno.id,
        )
        for person, quantity, days in ((cls.ana, 500, 30), (cls.bruno, 10, 20)):
            cls._record(
                "subscription", quantity, taker=person, date=cls.today - timedelta(days)
            )
        cls._record("subscription", 10, taker=cls.zoe)

    def _voters(self, days=0, **vals):
        voter_list = self.env["supermarket.voter.list"].create(
            {
                "company_id": self.company.id,
                "date": self.today - timedelta(days),
                **vals,
            }
        )
        return voter_list, voter_list._get_voters()

    def test_each_member_has_one_vote_whatever_their_shares(self):
        voter_list, voters = self._voters()
        self.assertEqual(
            [v.name for v, _r in voters], ["Ana Roche", "Bruno Saby", "Zoé Saby"]
        )
        self.assertEqual(voter_list.voter_count, 3)

    def test_a_minor_votes_through_their_representative(self):
        _list, voters = self._voters()
        representatives = dict(voters)
        self.assertEqual(representatives[self.zoe], self.bruno)
        self.assertFalse(representatives[self.ana])

    def test_voters_are_those_of_the_date(self):
        self.assertEqual([v for v, _r in self._voters(25)[1]], [self.ana])
        self._record("transfer", 10, self.bruno, self.ana)
        self.assertNotIn(self.bruno, dict(self._voters()[1]))
        self.assertIn(self.bruno, dict(self._voters(1)[1]))

    def test_supporters_do_not_vote(self):
        supporter = self._create_person("Soutien")
        self._record("subscription", 100, taker=supporter, type_id=self.type_b.id)
        self.assertNotIn(supporter, dict(self._voters()[1]))

    def test_the_voters_cost_one_query(self):
        voter_list = self._voters()[0]
        self.env["supermarket.policy"]._policy_for(self.company, voter_list.date)
        self.env.flush_all()
        with self.assertQueryCount(2):  # the policy of the day, then the voters
            voter_list._get_voters()

    def test_the_sheet_has_a_line_to_sign_for_each_voter(self):
        voter_list = self._voters()[0]
        reports = self.env["ir.actions.report"]
        html, _type = reports._render_qweb_html(
            "clapier_supermarket.supermarket_voter_sheet", voter_list.ids
        )
        self.assertEqual(html.decode().count('class="o_supermarket_signature_row"'), 3)
        self.assertIn("Minor, by", html.decode())

    def test_the_list_on_screen_shows_the_voters(self):
        action = self._voters()[0].action_open_voters()
        people = self.env["res.partner"].search(action["domain"])
        self.assertEqual(people, self.ana | self.bruno | self.zoe)
