from freezegun import freeze_time

from odoo.tests import tagged

from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftStatus(ShiftCommon):
    """Statuses as stored, and their words; the clock stands on a day of winter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-02-04 10:00:00"))
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.today = cls.company._supermarket_today()
        cls.worker = cls._create_worker(template=cls._create_template())
        cls.partner = cls.worker.partner_id

    def _leave(self, **vals):
        leave = self.env["supermarket.shift.leave"].create(
            {
                "member_id": self.worker.id,
                "date_start": "2026-02-01",
                "date_stop": "2026-04-30",
                **vals,
            }
        )
        leave.action_validate()
        return leave

    # --- Words

    def test_up_to_date(self):
        self.assertEqual(self.worker.explanation, "Up to date with shifts.")
        self._post(self.worker, "correction", points=2)
        self.assertEqual(self.worker.explanation, "Up to date with shifts: 2 ahead.")

    def test_alert(self):
        self._post(self.worker, "own_excused", -3)
        self.assertEqual(
            self.worker.explanation,
            "Shifts are owed since 02/01/2026: attend 1 make-up by 02/28/2026 to keep the "
            "right to shop.",
        )

    def test_the_words_of_a_flying_member(self):
        flying = self._create_worker("Flying", team="flying")
        self._post(flying, "closing", -3)
        self.assertIn("book and attend 2 shifts by 02/28/2026", flying.explanation)
        self._post(flying, "flying_attended", -1)
        self.assertIn("book and attend 1 shift by", flying.explanation)

    def test_suspended(self):
        self._post(self.worker, "own_absent", -30)
        self.assertEqual(
            self.worker.explanation,
            "Suspended since 02/02/2026, shifts are owed since 01/05/2026: attend 2 "
            "make-ups, or ask the member office for an extension, to shop again.",
        )

    def test_extended(self):
        self._post(self.worker, "own_absent", -30)
        self.env["supermarket.shift.extension"].create({"member_id": self.worker.id})
        self.assertEqual(
            self.worker.explanation,
            "Extension until 03/03/2026: attend 2 make-ups by then to keep the right to "
            "shop.",
        )

    def test_on_leave(self):
        self._leave()
        self.assertEqual(
            self.worker.explanation,
            "On leave from 02/01/2026 to 04/30/2026: the right to shop comes back the day "
            "after, or sooner if the member office ends the leave.",
        )

    def test_exempted(self):
        leave = self._leave(kind="exemption")
        self.assertEqual(
            self.worker.explanation,
            "Exempted from shifts from 02/01/2026 to 04/30/2026.",
        )
        leave.date_stop = False
        self.assertEqual(
            self.worker.explanation, "Exempted from shifts since 02/01/2026."
        )

    def test_blocked(self):
        self.partner.supermarket_block_reason = "Rude"
        self.assertEqual(self.worker.status, "blocked")
        self.assertNotIn("Rude", self.worker.explanation)
        self.partner.supermarket_block_reason = False
        self.assertEqual(self.worker.status, "up_to_date")

    def test_unsubscribed_by_absences(self):
        self._post(self.worker, "own_absent", -30)
        self._post(self.worker, "own_absent", -2)
        self.assertEqual(
            self.worker.explanation,
            "Unsubscribed since 02/02/2026, after 2 shifts missed in a row: register "
            "again at the member office to shop.",
        )

    def test_unsubscribed_by_balance(self):
        self._post(self.worker, "correction", -3, points=-7)
        self._post(self.worker, "flying_absent", -2)
        self.assertEqual(
            self.worker.explanation,
            "Unsubscribed since 02/02/2026, when the balance fell to -8: register again "
            "at the member office to shop.",
        )

    def test_unsubscribed_without_a_share(self):
        self.partner.write(
            {"supermarket_is_member": False, "supermarket_member_until": "2026-02-03"}
        )
        self.assertEqual(self.worker.status, "unsubscribed")
        self.assertIn("since 02/03/2026, without a share left", self.worker.explanation)
        self.assertFalse(self.worker.team)
        self.partner.write(
            {"supermarket_is_member": True, "supermarket_member_until": False}
        )
        self.assertEqual(self.worker.status, "up_to_date")

    def test_dates_are_those_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._post(self.worker, "own_excused", -3)
        french = self.worker.with_context(lang="fr_FR").explanation
        self.assertIn("01/02/2026", french)
        self.assertIn("28/02/2026", french)
        reason = self.partner.with_context(lang="fr_FR").supermarket_verdict_reason
        self.assertEqual(reason, french)

    # --- Right to shop

    def test_the_right_to_shop_follows_at_once(self):
        for kind, days, verdict in (
            ("own_attended", -30, "allowed"),
            ("own_excused", -3, "warned"),
            ("make_up_attended", -2, "allowed"),
            ("own_absent", -1, "warned"),
            ("own_absent", -29, "refused"),
        ):
            self._post(self.worker, kind, days)
            self.assertEqual(self.partner.supermarket_verdict, verdict, kind)
            self.env.cr.execute(
                "SELECT supermarket_verdict FROM res_partner WHERE id = %s",
                self.partner.ids,
            )
            self.assertEqual(self.env.cr.fetchone(), (verdict,))

    def test_the_reason_is_the_explanation(self):
        self._post(self.worker, "own_excused", -3)
        self.assertEqual(
            self.partner.supermarket_verdict_reason, self.worker.explanation
        )
        self._post(self.worker, "own_excused", -2)
        self.assertEqual(
            self.partner.supermarket_verdict_reason, self.worker.explanation
        )

    def test_people_attached_share_it(self):
        adult = self._create_person("Alex", supermarket_holder_id=self.partner.id)
        self.assertEqual(adult.supermarket_verdict, "allowed")
        self._post(self.worker, "own_absent", -30)
        self.assertEqual(adult.supermarket_verdict, "refused")
        self.assertIn(self.worker.explanation, adult.supermarket_verdict_reason)

    def test_a_policy_without_shifts_judges_nobody(self):
        self._post(self.worker, "own_absent", -30)
        self.policy.shift_required = False
        self.assertEqual(self.partner.supermarket_verdict, "allowed")

    # --- Time

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_shift_statuses"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_the_cron_suspends_on_day_28(self):
        self._post(self.worker, "own_excused", 0)
        self.assertEqual(self.worker.next_change, self._day(28))
        with freeze_time(self._day(27)):
            self._run_cron()
            self.assertEqual(self.worker.status, "alert")
        with freeze_time(self._day(28)):
            self._run_cron()
            self.assertEqual(self.worker.status, "suspended")
            self.assertEqual(self.partner.supermarket_verdict, "refused")
        self.assertFalse(self.worker.next_change)

    def test_the_cron_touches_only_who_is_due(self):
        others = self._create_workers(3)
        self._post(self.worker, "own_excused", 0)
        self._post(others[0], "own_excused", 0)
        self._leave_of(others[1])
        with freeze_time("2026-03-04 10:00:00"):
            judged = []
            self.patch(
                self.registry["supermarket.shift.member"],
                "_judge_today",
                self._spy(judged),
            )
            self._run_cron()
        self.assertEqual(sorted(judged), sorted((self.worker | others[0]).ids))

    def _leave_of(self, worker):
        self.env["supermarket.shift.leave"].create(
            {
                "member_id": worker.id,
                "date_start": "2026-02-01",
                "date_stop": "2026-04-30",
            }
        ).action_validate()

    def _spy(self, judged):
        """Return a _judge_today that writes down whom it is asked about."""
        original = self.registry["supermarket.shift.member"]._judge_today

        def judge_today(members, company):
            judged.extend(members.ids)
            return original(members, company)

        return judge_today

    def test_a_changed_policy_judges_again(self):
        self._post(self.worker, "own_excused", -10)
        self.assertEqual(self.worker.status, "alert")
        short = self.policy.copy({"date_start": self._day(-8), "shift_alert_days": 7})
        self.assertEqual(self.worker.status, "suspended")
        short.shift_alert_days = 28
        self.assertEqual(self.worker.status, "alert")
        self.policy.copy({"date_start": self._day(1), "shift_alert_days": 7})
        self.assertEqual(self.worker.next_change, self._day(1))
        with freeze_time(self._day(1)):
            self._run_cron()
            self.assertEqual(self.worker.status, "suspended")

    def test_statements_do_not_grow(self):
        def statements(count):
            workers = self._create_workers(count)
            self._post(workers, "own_excused", -3)
            self.env.flush_all()
            with freeze_time("2026-03-20 10:00:00"):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                changed = workers._refresh()
                self.env.flush_all()
            self.assertEqual(len(changed), count)
            return self.cr.sql_log_count - before

        statements(1)
        self.assertEqual(statements(2), statements(50))
