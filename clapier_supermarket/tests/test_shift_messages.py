from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date, mute_logger

from .common import SupermarketCommon

NOW = "2026-03-02 09:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftMessages(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Message = cls.env["supermarket.shift.message"]
        cls.section = cls.env["supermarket.shift.section"].create({"name": "Shelves"})
        cls.member = cls._create_flying("Camille Faure", email="camille@example.com")

    @classmethod
    def _create_flying(cls, name, **vals):
        """Return the working time of a flying member."""
        partner = cls._create_member(name, **vals)
        member = partner.supermarket_shift_member_ids
        member._join_team("flying")
        return member

    @classmethod
    def _create_shift(cls, days, **vals):
        """Return a shift that many days after today."""
        start = fields.Datetime.now() + timedelta(days=days)
        return cls.env["supermarket.shift"].create(
            {
                "section_id": cls.section.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": 2,
                **vals,
            }
        )

    def _told(self, kind, member=None):
        return self.Message.search(
            [("member_id", "=", (member or self.member).id), ("kind", "=", kind)]
        )

    def _owe(self, member, points=-2):
        """Enter a debt in the ledger of a member."""
        self.env["supermarket.shift.point"].sudo()._post(
            [
                {
                    "member_id": member.id,
                    "date": member.company_id._supermarket_today(),
                    "kind": "correction",
                    "points": points,
                    "note": "Test",
                }
            ]
        )
        member._refresh()

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_shift_messages"
            ).method_direct_trigger()

    # --- Queue

    def test_message_is_queued_once_whatever_its_state(self):
        registration = self._create_shift(3)._book(self.member)
        first = self.Message._queue_registrations("reminder", registration)
        self.assertEqual(first.state, "queued")
        self.assertEqual(first.partner_id, self.member.partner_id)
        first._send()
        self.assertFalse(self.Message._queue_registrations("reminder", registration))
        self.assertEqual(self._told("reminder"), first)

    def test_statements_do_not_grow_with_members(self):
        counts = []
        for size in (3, 60):
            members = self.env["supermarket.shift.member"]
            for index in range(size):
                members |= self._create_flying(f"Member {size} {index}")
            shift = self._create_shift(20 + size, seat_count=size)
            shift._book(members, forced=True)
            members.reminder_days = 90
            self.env.flush_all()
            before = self.cr.sql_log_count
            queued = self.Message._queue_reminders(self.company)
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(queued), size)
        self.assertLessEqual(counts[1], counts[0])

    def test_status_changes_take_one_statement_for_all(self):
        counts = []
        for size in (3, 60):
            members = self.env["supermarket.shift.member"]
            for index in range(size):
                members |= self._create_flying(f"Member {size} {index}")
            members.status = "alert"
            self.env.flush_all()
            former = dict.fromkeys(members.ids, "up_to_date")
            before = self.cr.sql_log_count
            members._status_changed(former)
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(self.Message.search_count([("kind", "=", "alert")]), size)
            self.Message.search([]).unlink()
        self.assertLessEqual(counts[1], counts[0])

    # --- Statuses

    def test_each_change_of_status_is_told_with_the_explanation(self):
        self._owe(self.member)
        alert = self._told("alert")
        self.assertEqual(len(alert), 1)
        alert._send()
        self.assertEqual(alert.state, "sent")
        told = self.member.with_context(lang=self.member.partner_id.lang)
        self.assertIn(told.explanation, alert.mail_id.body_html)
        self.assertIn("/my/shifts", alert.mail_id.body_html)
        with freeze_time("2026-04-10 09:00:00"):
            self.member._refresh()
            self.assertEqual(len(self._told("suspended")), 1)
            self._owe(self.member, 2)
            self.assertEqual(self.member.status, "up_to_date")
            self.assertEqual(len(self._told("restored")), 1)
            self.member._refresh()
            self.assertEqual(len(self._told("restored")), 1)

    def test_second_suspension_after_an_extension_is_told_again(self):
        self._owe(self.member)
        with freeze_time("2026-04-10 09:00:00"):
            self.member._refresh()
            self.env["supermarket.shift.extension"].create(
                {"member_id": self.member.id, "date_stop": "2026-04-20"}
            )
            self.member._refresh()
            self.assertEqual(len(self._told("extended")), 1)
        with freeze_time("2026-04-21 09:00:00"):
            self.member._refresh()
            self.assertEqual(self.member.status, "suspended")
            self.assertEqual(len(self._told("suspended")), 2)

    def test_who_loses_every_share_is_told(self):
        self.member.partner_id.supermarket_is_member = False
        self.assertEqual(len(self._told("unsubscribed")), 1)

    def test_alert_that_is_over_before_it_is_sent_is_outdated(self):
        self._owe(self.member)
        self._owe(self.member, 2)
        alert = self._told("alert")
        alert._send()
        self.assertEqual((alert.state, alert.reason), ("skipped", "outdated"))
        self.assertFalse(self._told("restored"), "An alert takes no right away.")

    def test_nothing_is_told_where_no_shifts_are_owed(self):
        self.policy.shift_required = False
        self._owe(self.member)
        self.assertFalse(self._told("alert"))

    # --- Shifts

    def test_reminder_follows_the_policy_or_the_preference(self):
        near = self._create_shift(5)._book(self.member)
        far = self._create_shift(6)._book(self.member)
        self.Message._queue_reminders(self.company)
        self.assertEqual(self._told("reminder").registration_id, near)
        self.member.reminder_days = 6
        self.Message._queue_reminders(self.company)
        self.assertEqual(self._told("reminder").registration_id, near | far)

    def test_preference_of_zero_reminds_on_the_day(self):
        self.member.reminder_days = 0
        registration = self._create_shift(1)._book(self.member)
        self.assertFalse(self.Message._queue_reminders(self.company))
        with freeze_time("2026-03-03 04:00:00"):
            queued = self.Message._queue_reminders(self.company)
        self.assertEqual(queued.registration_id, registration)

    def test_reminder_of_who_cancelled_is_outdated(self):
        registration = self._create_shift(3)._book(self.member)
        message = self.Message._queue_reminders(self.company)
        registration._cancel_by_member()
        message._send()
        self.assertEqual((message.state, message.reason), ("skipped", "outdated"))
        self.assertFalse(message.mail_id)

    def test_waiting_list_tells_who_gets_the_seat(self):
        other = self._create_flying("Noé Blanc", email="noe@example.com")
        shift = self._create_shift(3, seat_count=1)
        taken = shift._book(other)
        shift._book(self.member, wait=True)
        taken._cancel_by_member()
        message = self._told("promoted")
        message._send()
        self.assertEqual(message.state, "sent")

    def test_cancelled_shift_is_told_to_who_was_to_come(self):
        shift = self._create_shift(3, seat_count=1)
        shift._book(self.member)
        waiting = self._create_flying("Noé Blanc", email="noe@example.com")
        shift._book(waiting, wait=True)
        shift._cancel("The cold room is broken.")
        shift._cancel("The cold room is broken.")
        message = self._told("cancelled")
        self.assertEqual(len(message), 1)
        self.assertFalse(self._told("cancelled", waiting))
        message._send()
        self.assertIn("The cold room is broken.", message.mail_id.body_html)

    def test_freed_seat_is_told_once_a_day_while_it_is_free(self):
        shift = self._create_shift(3, seat_count=1)
        message = self.Message._queue_seat_freed(self.member, shift)
        self.assertFalse(self.Message._queue_seat_freed(self.member, shift))
        shift._book(self._create_flying("Noé Blanc"))
        message._send()
        self.assertEqual(message.reason, "outdated")

    def test_who_watches_a_shift_is_told_of_a_freed_or_offered_seat(self):
        other = self._create_flying("Noé Blanc", email="noe@example.com")
        for offer in (False, True):
            with self.subTest(offer=offer):
                shift = self._create_shift(3 + offer, seat_count=1)
                registration = shift._book(other)
                self.env["supermarket.shift.watch"]._watch_shift(self.member, shift)
                if offer:
                    registration._offer_seat()
                else:
                    registration._cancel_by_member()
                message = self._told("seat_freed").filtered(
                    lambda message, shift=shift: message.shift_id == shift
                )
                self.assertEqual(len(message), 1)
                message._send()
                self.assertEqual(message.state, "sent")

    def test_exchange_is_told_with_the_new_shift(self):
        other = self._create_flying("Noé Blanc", email="noe@example.com")
        shifts = self._create_shift(3) | self._create_shift(4)
        Exchange = self.env["supermarket.shift.exchange"]
        Exchange._propose(shifts[0]._book(self.member), shifts=shifts[1])
        Exchange._propose(shifts[1]._book(other), shifts=shifts[0])
        message = self._told("exchanged")
        self.assertEqual(message.shift_id, shifts[1])
        self.assertEqual(self._told("exchanged", other).shift_id, shifts[0])
        message._send()
        self.assertEqual(message.state, "sent")

    def test_end_of_leave_and_of_skill_are_told_beforehand(self):
        leave = self.env["supermarket.shift.leave"].create(
            {
                "member_id": self.member.id,
                "date_start": "2026-01-05",
                "date_stop": "2026-03-09",
            }
        )
        leave.action_validate()
        skill = self.env["supermarket.shift.skill"].create({"name": "Cold chain"})
        vals = {"partner_id": self.member.partner_id.id, "skill_id": skill.id}
        Holding = self.env["supermarket.shift.skill.holding"]
        Holding.create({**vals, "date_start": "2025-01-01", "date_stop": "2026-04-01"})
        queued = self.Message._queue_reminders(self.company)
        self.assertEqual(
            sorted(queued.mapped("kind")), ["leave_ending", "skill_expiring"]
        )
        self.assertFalse(self.Message._queue_reminders(self.company))
        queued._send()
        self.assertEqual(queued.mapped("state"), ["sent", "sent"])

    def test_skill_learnt_again_is_not_told(self):
        skill = self.env["supermarket.shift.skill"].create({"name": "Cold chain"})
        vals = {"partner_id": self.member.partner_id.id, "skill_id": skill.id}
        Holding = self.env["supermarket.shift.skill.holding"]
        Holding.create({**vals, "date_start": "2025-01-01", "date_stop": "2026-04-01"})
        Holding.create({**vals, "date_start": "2026-02-01"})
        self.assertFalse(self.Message._queue_reminders(self.company))

    # --- Sending

    def test_cron_run_twice_makes_one_mail(self):
        shift = self._create_shift(3)
        shift._book(self.member)
        message = self.Message._queue_reminders(self.company)
        self._send()
        self._send()
        self.assertEqual(message.state, "sent")
        mails = self.env["mail.mail"].search(
            [("recipient_ids", "=", self.member.partner_id.id)]
        )
        self.assertEqual(mails, message.mail_id)
        self.assertEqual(mails.state, "outgoing", "The mail queue sends it.")

    def test_daily_cron_queues_reminders_of_each_cooperative(self):
        self._create_shift(3)._book(self.member)
        with self.enter_registry_test_mode():
            self.env.ref(
                "clapier_supermarket.ir_cron_shift_reminders"
            ).method_direct_trigger()
        self.assertEqual(len(self._told("reminder")), 1)

    def test_mail_and_state_are_one_transaction(self):
        self._create_shift(3)._book(self.member)
        message = self.Message._queue_reminders(self.company)
        self.env.flush_all()
        killed = patch.object(
            type(self.Message), "_settle", side_effect=ValueError("killed")
        )
        with self.assertRaises(ValueError), self.cr.savepoint(), killed:
            message._send()
        self.env.invalidate_all()
        self.assertEqual(message.state, "queued")
        self.assertFalse(
            self.env["mail.mail"].search(
                [("recipient_ids", "=", self.member.partner_id.id)]
            )
        )

    def test_who_has_no_address_is_skipped(self):
        self.member.partner_id.email = False
        self._owe(self.member)
        alert = self._told("alert")
        alert._send()
        self.assertEqual((alert.state, alert.reason), ("skipped", "no_email"))

    def test_broken_template_fails_and_is_sent_once_corrected(self):
        template = self.env.ref("clapier_supermarket.mail_template_shift_alert")
        # The texts are corrected in the language that is sent.
        self.member.partner_id.lang = "en_US"
        template = template.with_context(lang="en_US")
        body = template.body_html
        template.body_html = '<p t-out="object.nothing"/>'
        self._owe(self.member)
        alert = self._told("alert")
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            alert._send()
        self.assertEqual(alert.state, "failed")
        self.assertTrue(alert.error)
        template.body_html = body
        alert.action_queue_again()
        alert._send()
        self.assertEqual((alert.state, alert.error), ("sent", False))

    def test_mail_speaks_the_language_of_the_member(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clapier_supermarket.mail_template_shift_alert")
        template.with_context(lang="fr_FR").subject = "Vous devez des créneaux"
        self.member.partner_id.lang = "fr_FR"
        self._owe(self.member)
        alert = self._told("alert")
        alert._send()
        self.assertEqual(alert.mail_id.subject, "Vous devez des créneaux")
        french = self.member.with_context(lang="fr_FR")
        self.assertIn(
            format_date(french.env, self.member.status_until), alert.mail_id.body_html
        )

    def test_every_kind_has_a_template(self):
        for kind, _label in self.Message._fields["kind"].selection:
            with self.subTest(kind):
                template = self.env.ref(
                    f"clapier_supermarket.mail_template_shift_{kind}"
                )
                self.assertEqual(template.model, "supermarket.shift.message")

    # --- Invitations

    def test_invitations_go_first_to_who_prefers_the_section_and_owes(self):
        owing = self._create_flying("Noé Blanc", email="noe@example.com")
        self._owe(owing)
        keen = self._create_flying("Lou Petit", email="lou@example.com")
        keen.section_ids = self.section
        busy = self._create_flying("Max Roux", email="max@example.com")
        shift = self._create_shift(3)
        shift._book(busy)
        found = shift._find_invitable(50)
        ours = self.member | owing | keen | busy
        self.assertEqual((found & ours).ids, [keen.id, owing.id, self.member.id])
        self.assertEqual(shift._find_invitable(1), keen)

    def test_skilled_alone_are_invited_where_nobody_is_skilled(self):
        skill = self.env["supermarket.shift.skill"].create({"name": "Cold chain"})
        skilled = self._create_flying("Noé Blanc", email="noe@example.com")
        self.env["supermarket.shift.skill.holding"].create(
            {"partner_id": skilled.partner_id.id, "skill_id": skill.id}
        )
        shift = self._create_shift(3, skill_ids=skill.ids)
        self.assertEqual(shift._find_invitable(50), skilled)

    def test_staff_invites_once_per_shift_and_member(self):
        user = self._create_user("office", "clapier_supermarket.group_supermarket_user")
        shift = self._create_shift(3)
        Wizard = (
            self.env["supermarket.shift.invitation"]
            .with_user(user)
            .with_context(active_model="supermarket.shift", active_ids=shift.ids)
        )
        with Form(Wizard) as form:
            form.max_count = 100
        self.assertIn(self.member, form.record.line_ids.member_id)
        self.assertEqual(form.record.count, len(form.record.line_ids))
        form.record.action_invite()
        message = self._told("invitation")
        self.assertEqual(message.shift_id, shift)
        message._send()
        self.assertEqual(message.state, "sent")
        with Form(Wizard) as form:
            form.max_count = 100
        self.assertNotIn(self.member, form.record.line_ids.member_id)

    def test_nobody_to_invite_is_said(self):
        wizard = self.env["supermarket.shift.invitation"].create(
            {"shift_ids": self._create_shift(3).ids}
        )
        wizard.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "choose other shifts"):
            wizard.action_invite()

    # --- Rights

    def test_office_reads_and_only_managers_queue_again(self):
        self._owe(self.member)
        alert = self._told("alert")
        office = self._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        self.assertEqual(alert.with_user(office).kind, "alert")
        with self.assertRaises(AccessError):
            alert.with_user(office).action_queue_again()
        with self.assertRaises(AccessError):
            alert.with_user(
                self._create_user("portal", "base.group_portal")
            ).check_access("read")
        manager = self._create_user(
            "manager", "clapier_supermarket.group_supermarket_manager"
        )
        alert.with_user(manager).action_queue_again()

    def test_messages_of_another_company_are_hidden(self):
        self._owe(self.member)
        alert = self._told("alert")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        office = self._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        office.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(
            self.Message.with_user(office)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", alert.id)])
        )
