from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestShiftSimulation(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._supermarket_today()
        cls.manager = cls._create_user(
            "shift_manager", "clapier_supermarket.group_supermarket_manager"
        )
        cls.excused, cls.absent, cls.attended = (
            cls._create_member(name).supermarket_shift_member_ids
            for name in ("Alix Excusée", "Basile Absent", "Chloé Présente")
        )
        cls._post((cls.excused, 10, "own_excused"))
        cls._post((cls.absent, 60, "own_absent"))
        cls._post((cls.attended, 10, "own_attended"))

    @classmethod
    def _post(cls, *events):
        cls.env["supermarket.shift.point"]._post(
            [
                {
                    "member_id": member.id,
                    "date": cls.today - timedelta(days=days),
                    "kind": kind,
                }
                for member, days, kind in events
            ]
        )

    def _simulate(self, days=365, user=None, **numbers):
        simulation = (
            self.env["supermarket.shift.simulation"]
            .with_user(user or self.manager)
            .create({"date_start": self.today - timedelta(days=days), **numbers})
        )
        simulation.action_simulate()
        return simulation

    def test_numbers_come_from_the_policy(self):
        policy = self.policy.copy(
            {"date_start": self.today - timedelta(days=5), "shift_alert_days": 14}
        )
        simulation = self.env["supermarket.shift.simulation"].create({})
        self.assertEqual(simulation.policy_id, policy)
        self.assertEqual(simulation.shift_alert_days, 14)
        self.assertEqual(simulation._changed_rules(), policy._shift_rules())

    def test_same_numbers_change_nobody(self):
        simulation = self._simulate()
        self.assertEqual(simulation.changed_count, 0)
        self.assertFalse(simulation.line_ids)
        self.assertGreaterEqual(simulation.member_count, 3)
        totals = {line.status: line for line in simulation.total_ids}
        self.assertEqual(totals["alert"].count_before, 1)
        self.assertEqual(totals["suspended"].count_before, 1)

    def test_other_numbers_name_the_members(self):
        simulation = self._simulate(shift_own_excused=0)
        line = simulation.line_ids
        self.assertEqual(line.member_id, self.excused)
        self.assertEqual(
            (line.status_before, line.status_after), ("alert", "up_to_date")
        )
        self.assertEqual((line.balance_before, line.balance_after), (-1, 0))
        self.assertEqual(line.effect, "same", "an alert may shop, too")
        totals = {line.status: line.difference for line in simulation.total_ids}
        self.assertEqual((totals["alert"], totals["up_to_date"]), (-1, 1))

    def test_status_by_changed_days_of_alert(self):
        simulation = self._simulate(shift_alert_days=7)
        self.assertEqual(simulation.line_ids.member_id, self.excused)
        self.assertEqual(simulation.line_ids.status_after, "suspended")
        self.assertEqual(simulation.line_ids.effect, "loses")

    def test_numbers_count_from_the_first_day_only(self):
        numbers = {"shift_own_absent": 0, "shift_own_excused": 0}
        self.assertEqual(
            self._simulate(days=30, **numbers).line_ids.member_id, self.excused
        )
        simulation = self._simulate(**numbers)
        self.assertEqual(simulation.line_ids.member_id, self.excused | self.absent)
        gains = simulation.line_ids.filtered(lambda line: line.effect == "gains")
        self.assertEqual(gains.member_id, self.absent)

    def test_nothing_is_written_but_the_result(self):
        before = self.env["supermarket.shift.point"].search_count([])
        simulation = self._simulate(shift_own_excused=-9)
        self.assertEqual(self.env["supermarket.shift.point"].search_count([]), before)
        self.assertEqual(self.excused.balance, -1)
        self.assertEqual(self.policy.shift_own_excused, -1)
        simulation.shift_own_excused = 0
        simulation.action_simulate()
        self.assertEqual(len(simulation.line_ids), 1, "lines are replaced")
        action = simulation.action_lines()
        self.assertEqual(action["domain"], [("simulation_id", "=", simulation.id)])

    def test_reversed_rows_do_not_count(self):
        point = self.excused.point_ids
        point._post([], point, "Mistake")
        self.assertFalse(self._simulate(shift_own_excused=-9).line_ids)

    def test_an_earlier_day_leaves_out_what_came_later(self):
        simulation = self._simulate(
            date_stop=self.today - timedelta(days=20), shift_own_excused=-9
        )
        self.assertFalse(simulation.line_ids)

    def test_days_to_come_are_refused(self):
        with self.assertRaisesRegex(UserError, "What is to come is not known"):
            self._simulate(date_stop=self.today + timedelta(days=1))

    def test_statements_do_not_grow(self):
        simulation = self._simulate(shift_own_excused=0)
        self.env.flush_all()

        def statements(count):
            people = self.env["res.partner"].union(
                *(self._create_member(f"Dominique {number}") for number in range(count))
            )
            others = people.supermarket_shift_member_ids
            self._post(*((member, 10, "own_excused") for member in others))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            simulation.action_simulate()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.assertEqual(statements(1), statements(20))
        self.assertEqual(len(simulation.line_ids), 22)

    def test_managers_only(self):
        user = self._create_user(
            "shift_office", "clapier_supermarket.group_supermarket_user"
        )
        with self.assertRaises(AccessError):
            self._simulate(user=user)

    def test_other_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other cooperative"})
        policy = self.env["supermarket.policy"].create({"company_id": other.id})
        with self.assertRaises(AccessError):
            self._simulate(company_id=other.id, policy_id=policy.id)
