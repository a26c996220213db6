import base64
from datetime import timedelta
from unittest.mock import patch

import vobject
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CoworkingCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-02-22 08:00:00")
class TestNotice(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        queued = cls.env["coworking.notice"].search([("state", "=", "queued")])
        queued.write({"state": "skipped"})
        cls.organisation.email = "hello@organisation.example"
        cls.room = cls._create_space(
            payment="invoice",
            access_note="Ring twice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "email": "person@clapier.example", "lang": "en_US"}
        )

    def _book(self, *days, **more):
        return self.env["coworking.booking"]._request(
            self.person,
            [
                {
                    "space": self.room,
                    "start": self._at(day, 9),
                    "stop": self._at(day, 11),
                    **more,
                }
                for day in days
            ],
        )

    def _notices(self, bookings, kind):
        return self.env["coworking.notice"].search(
            [("booking_id", "in", bookings.ids), ("kind", "=", kind)], order="id"
        )

    def _send(self):
        """Run the cron and return the mails that it made, the oldest first."""
        before = self.env["mail.mail"].search([])
        self._run_cron("cron_notice_send")
        return (self.env["mail.mail"].search([]) - before).sorted("id")

    def _event(self, mail):
        """Return the calendar that a mail carries, and its first event."""
        [attachment] = mail.attachment_ids
        self.assertEqual(attachment.mimetype, "text/calendar")
        calendar = vobject.readOne(base64.b64decode(attachment.datas).decode())
        return calendar, calendar.vevent

    def test_confirmation_invites(self):
        booking = self._book(1)
        [mail] = self._send()
        self.assertEqual(mail.recipient_ids, self.person)
        self.assertIn("hello@organisation.example", mail.email_from)
        for words in (
            "Ring twice",
            booking.check_in_code,
            booking.name,
            "10:00 – 12:00",
        ):
            self.assertIn(words, mail.body_html)
        self.assertIn(booking.access_token, mail.body_html)
        calendar, event = self._event(mail)
        self.assertEqual(calendar.method.value, "REQUEST")
        self.assertEqual(event.sequence.value, "0")
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), self._at(1, 9))
        self.assertIn("Room", event.location.value)
        self.assertNotIn("Ring twice", event.serialize(), "calendars are shared")
        self.assertEqual(self._notices(booking, "confirmed").state, "sent")
        self.assertFalse(self._send(), "each is told once")

    def test_move_raises_the_sequence_of_the_same_invitation(self):
        booking = self._book(1)
        _calendar, first = self._event(self._send())
        booking.write({"start": self._at(1, 14), "stop": self._at(1, 16)})
        booking.write({"start": self._at(2, 9), "stop": self._at(2, 10)})
        [mail] = self._send()
        calendar, moved = self._event(mail)
        self.assertEqual(moved.uid.value, first.uid.value)
        self.assertEqual(
            (moved.sequence.value, calendar.method.value), ("2", "REQUEST")
        )
        self.assertEqual(moved.dtstart.value.replace(tzinfo=None), self._at(2, 9))
        self.assertEqual(
            self._notices(booking, "moved").mapped("state"), ["skipped", "sent"]
        )
        booking._cancel()
        [mail] = self._send()
        calendar, gone = self._event(mail)
        self.assertEqual(gone.uid.value, first.uid.value)
        self.assertEqual(
            (calendar.method.value, gone.status.value, gone.sequence.value),
            ("CANCEL", "CANCELLED", "3"),
        )
        self.assertIn("Nothing is due", mail.body_html)

    def test_writing_the_same_time_is_no_move(self):
        booking = self._book(1)
        booking.write({"start": booking.start, "stop": booking.stop})
        self.assertFalse(self._notices(booking, "moved"))

    def test_late_cancelling_tells_its_fee(self):
        booking = self._book(1)
        self._send()
        with freeze_time("2027-02-28 10:00:00"):
            booking._cancel()
            [mail] = self._send()
        self.assertRegex(mail.body_html, r"fee is due.*10")
        self.assertNotIn("Nothing is due", mail.body_html)

    def test_hours_that_stay_used_are_told(self):
        account = self.env["coworking.account"]._make(self.person, self.organisation)
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": "hour",
                    "kind": "grant",
                    "quantity": 3,
                    "date": "2027-02-01",
                    "reference": "Plan",
                }
            ]
        )
        booking = self._book(1)
        self._send()
        with freeze_time("2027-02-28 10:00:00"):
            booking._cancel()
            [mail] = self._send()
        self.assertRegex(mail.body_html, r"stay used:\s*<strong[^>]*>1<")

    def test_cancelled_before_the_confirmation_left(self):
        booking = self._book(1)
        booking._cancel()
        [mail] = self._send()
        self.assertFalse(mail.attachment_ids, "no calendar holds it")
        self.assertEqual(self._notices(booking, "confirmed").reason, "outdated")

    def test_many_dates_are_one_mail(self):
        bookings = self._book(1, 2, 3)
        [mail] = self._send()
        for booking in bookings:
            self.assertIn(booking.name, mail.body_html)
        calendar, _event = self._event(mail)
        self.assertEqual(calendar.method.value, "PUBLISH")
        self.assertEqual(len(calendar.vevent_list), 3)
        notices = self._notices(bookings, "confirmed")
        self.assertEqual(notices.mapped("state"), ["sent"] * 3)
        self.assertEqual(notices[1:].lead_id, notices[0])

    def test_dates_beyond_a_batch_are_still_one_mail(self):
        # 60 notices: more than one batch holds.
        self.env["coworking.booking"]._request(
            self.person,
            [
                {
                    "space": self.room,
                    "start": self._at(1, 9) + timedelta(days=day),
                    "stop": self._at(1, 10) + timedelta(days=day),
                }
                for day in range(60)
            ],
        )
        self.assertEqual(len(self._send()), 1)

    def test_payment_is_asked_for_with_its_end(self):
        self.room.payment = "online"
        booking = self._book(1)
        [mail] = self._send()
        self.assertIn("09:30", mail.body_html, "30 minutes, Paris time")
        self.assertIn(f"/my/bookings/{booking.id}", mail.body_html)
        self.assertFalse(mail.attachment_ids)
        self.assertNotIn(booking.check_in_code, mail.body_html)

    def test_request_then_refusal(self):
        self.room.requires_approval = True
        booking = self._book(1)
        [asked] = self._send()
        booking.action_refuse()
        [refused] = self._send()
        self.assertIn(booking.name, asked.body_html)
        self.assertIn("/spaces", refused.body_html)

    def test_payment_link_of_a_paid_booking_does_not_leave(self):
        self.room.payment = "online"
        booking = self._book(1)
        booking.action_confirm_payment()
        [mail] = self._send()
        self.assertTrue(mail.attachment_ids)
        self.assertEqual(self._notices(booking, "awaiting").reason, "outdated")

    def test_offer_carries_its_secret_link(self):
        booking = self._book(1)
        self._send()
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@clapier.example", "lang": "en_US"}
        )
        wish = self.env["coworking.waiting"]._join(
            other, self.room, self._at(1, 9), self._at(1, 10)
        )
        booking._cancel()
        mail = self._send().filtered(lambda mail: mail.recipient_ids == other)
        self.assertIn(f"/spaces/offer/{wish.token}", mail.body_html)
        self.assertIn("11:00", mail.body_html, "120 minutes, Paris time")

    def test_reminder_is_queued_once_and_told_the_day_before(self):
        booking, later = self._book(1, 3)
        self._send()
        with freeze_time("2027-02-28 09:30:00"):
            self._run_cron("cron_notice_remind")
            self._run_cron("cron_notice_remind")
            [mail] = self._send()
        self.assertIn(booking.name, mail.body_html)
        self.assertFalse(self._notices(later, "reminder"))

    def test_reminder_of_a_cancelled_booking_does_not_leave(self):
        booking = self._book(1)
        self._send()
        with freeze_time("2027-02-28 09:30:00"):
            self._run_cron("cron_notice_remind")
            booking._cancel()
            self._send()
        self.assertEqual(self._notices(booking, "reminder").reason, "outdated")

    def test_reminders_cost_one_statement_for_all(self):
        self._book(*range(1, 4))
        notice = self.env["coworking.notice"]
        self.env.flush_all()
        # The policy, the insertion.
        with freeze_time("2027-03-02 08:30:00"), self.assertQueryCount(3):
            notice._queue_reminders(self.organisation)

    def test_nobody_without_address_blocks_the_others(self):
        self.person.email = False
        booking = self._book(1)
        self.assertFalse(self._send())
        self.assertEqual(self._notices(booking, "confirmed").reason, "no_email")

    def test_broken_template_fails_and_is_queued_again(self):
        template = self.env.ref("clapier_coworking.mail_template_notice_confirmed")
        body = template.body_html
        # The check of what is saved looks at one notice, and there may be none.
        with patch.object(type(template), "_check_can_be_rendered"):
            template.body_html = "<p t-out='object.nothing_like_it'/>"
        booking = self._book(1)
        self.assertFalse(self._send())
        notice = self._notices(booking, "confirmed")
        self.assertEqual(notice.state, "failed")
        self.assertTrue(notice.error)
        template.body_html = body
        notice.with_user(self.manager).action_queue_again()
        self.assertEqual(len(self._send()), 1)

    def test_mails_speak_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.person.lang = "fr_FR"
        self._book(1)
        self.assertIn("lundi 1 mars 2027", self._send().body_html)

    def test_notices_are_kept_from_others(self):
        booking = self._book(1)
        notice = self._notices(booking, "confirmed")
        with self.assertRaises(AccessError):
            notice.with_user(self.outsider).read(["kind"])
        with self.assertRaises(AccessError):
            notice.with_user(self.user).write({"state": "sent"})

    def test_batch_costs_the_same_for_many_people(self):
        """Rendering apart, statements do not grow with the notices of a batch."""
        counts = []
        for day, people in ((1, 2), (2, 12)):
            for number in range(people):
                partner = self.person.copy({"name": f"Person {number}"})
                self.env["coworking.booking"]._request(
                    partner,
                    [
                        {
                            "space": self._create_space(payment="invoice"),
                            "start": self._at(day, 9),
                            "stop": self._at(day, 10),
                            "payment": "free",
                        }
                    ],
                    source="office",
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["coworking.notice"]._next_batch()._send()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        few, many = counts
        self.assertLess((many - few) / 10, 4)
