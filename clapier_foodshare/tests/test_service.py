from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FoodshareCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-20 09:00:00")
class TestService(FoodshareCommon):
    def _programme(self, **vals):
        return self.env["foodshare.programme"].create(
            {
                "name": "Mondays",
                "company_id": self.organisation.id,
                "weekday": "0",
                "date_start": "2027-02-20",
                "space_ids": [Command.set(self._create_space().ids)],
                **vals,
            }
        )

    def test_programme_makes_services_once(self):
        programme = self._programme()
        made = programme._generate(date(2027, 3, 8))
        self.assertEqual(
            made.sorted("date").mapped("date"),
            [date(2027, 2, 22), date(2027, 3, 1), date(2027, 3, 8)],
        )
        self.assertFalse(programme._generate(date(2027, 3, 8)))

    def test_service_claims_cooking_and_cleaning(self):
        service = self._programme()._generate(date(2027, 2, 22))
        claim = service.claim_ids
        self.assertEqual(claim.kind, "meal")
        self.assertEqual(claim.start, datetime(2027, 2, 22, 8, 30))
        self.assertEqual(claim.stop, datetime(2027, 2, 22, 15))

    def test_taken_space_is_said_and_claimed_later(self):
        kitchen = self._create_space()
        first = self._create_service(kitchen)
        second = self._create_service(kitchen)
        self.assertFalse(first.claim_problem)
        self.assertTrue(second.claim_problem)
        self.assertTrue(second.is_worry)
        with self.assertRaises(UserError):
            second.action_claim()
        first.action_cancel()
        second.action_claim()
        self.assertFalse(second.claim_problem)
        self.assertFalse(first.claim_ids.filtered("active"))

    def test_moved_service_moves_its_claim(self):
        service = self._create_service(self._create_space())
        service.write(
            {
                "start": service.start + timedelta(days=1),
                "stop": service.stop + timedelta(days=1),
            }
        )
        claims = service.claim_ids.filtered("active")
        self.assertEqual(claims.use_stop, datetime(2027, 3, 2, 14))

    def test_team_without_papers_may_not_cook(self):
        service = self._create_service()
        team = self._create_team(papers=False)
        with self.assertRaises(ValidationError):
            service.team_id = team
        self.assertTrue(team.papers_problem)

    def test_paper_that_runs_out_before_the_day(self):
        team = self._create_team()
        team.paper_ids.filtered(
            lambda paper: paper.kind == "insurance"
        ).date_stop = "2027-02-28"
        self.assertFalse(team.papers_problem)
        service = self._create_service()
        with self.assertRaises(ValidationError):
            service.team_id = team
        self.assertEqual(team.papers_valid_until, date(2027, 2, 28))

    def test_unchecked_paper_does_not_count(self):
        team = self._create_team()
        team.paper_ids[:1].is_checked = False
        self.assertTrue(team.papers_problem)

    def test_accepting_one_team_refuses_the_others(self):
        service = self._create_service()
        first, second = self.env["foodshare.application"].create(
            [
                {"service_id": service.id, "team_id": self._create_team().id}
                for _n in range(2)
            ]
        )
        second.action_accept()
        self.assertEqual((first.state, second.state), ("refused", "accepted"))
        self.assertEqual(service.state, "assigned")
        with self.assertRaises(UserError):
            first.action_accept()

    def test_service_without_team_is_a_worry_when_it_comes_near(self):
        service = self._create_service()
        self.assertFalse(service.is_worry)
        with freeze_time("2027-02-26 09:00:00"):
            service.invalidate_recordset(["is_worry"])
            self.assertTrue(service.is_worry)
            found = service.search([("is_worry", "=", True)])
            self.assertIn(service, found)
            service.team_id = self._create_team()
            self.assertNotIn(service, service.search([("is_worry", "=", True)]))

    def test_only_what_began_with_a_team_is_served(self):
        service = self._create_service()
        with self.assertRaises(UserError):
            service.action_done()
        service.team_id = self._create_team()
        with self.assertRaises(UserError):
            service.action_done()
        with freeze_time("2027-03-01 14:00:00"):
            service.action_done()
        self.assertEqual(service.state, "done")
        with self.assertRaises(UserError):
            service.action_cancel()

    def test_service_of_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        service = self.env["foodshare.service"].create(
            {
                "company_id": other.id,
                "start": datetime(2027, 3, 1, 12),
                "stop": datetime(2027, 3, 1, 14),
            }
        )
        with self.assertRaises(AccessError):
            service.with_user(self.user).read(["state"])
        with self.assertRaises(AccessError):
            self._create_service().with_user(self.outsider).read(["state"])
