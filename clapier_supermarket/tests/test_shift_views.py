import re
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import SupermarketCommon

MODELS = [
    "supermarket.shift",
    "supermarket.shift.closure",
    "supermarket.shift.cycle",
    "supermarket.shift.extension",
    "supermarket.shift.leave",
    "supermarket.shift.member",
    "supermarket.shift.point",
    "supermarket.shift.registration",
    "supermarket.shift.section",
    "supermarket.shift.skill",
    "supermarket.shift.skill.holding",
    "supermarket.shift.staffing",
    "supermarket.shift.template",
    "supermarket.shift.attendance",
    "supermarket.shift.correction",
    "supermarket.shift.enrol",
    "supermarket.shift.pair",
    "supermarket.shift.replacement",
    "supermarket.shift.substitution",
    "supermarket.shift.team.change",
]


class ShiftViewsCommon(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_user(
            "shift_office", "clapier_supermarket.group_supermarket_user"
        )
        cls.manager = cls._create_user(
            "shift_manager", "clapier_supermarket.group_supermarket_manager"
        )
        cls.today = cls.company._supermarket_today()
        cls.section = cls.env["supermarket.shift.section"].create({"name": "Cheese"})
        cls.people = cls.env["res.partner"]
        for name in ("Camille Faure", "Louise Martin", "Jules Bernard", "Inès Petit"):
            cls.people |= cls._create_member(name)
        cls.members = cls.env["supermarket.shift.member"].search(
            [("partner_id", "in", cls.people.ids)], order="id"
        )
        cls.template = cls.env["supermarket.shift.template"].create(
            {"section_id": cls.section.id, "week": 1, "weekday": "1", "seat_count": 3}
        )
        cls.shift = cls._create_shift(hours=48)

    @classmethod
    def _create_shift(cls, hours, seats=3, **vals):
        """Return a shift that starts in so many hours."""
        start = fields.Datetime.now() + timedelta(hours=hours)
        return cls.env["supermarket.shift"].create(
            {
                "section_id": cls.section.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": seats,
                **vals,
            }
        )

    def _begin(self, shift, hours=4):
        """Let a shift have begun so many hours ago."""
        start = fields.Datetime.now() - timedelta(hours=hours)
        shift.write({"start": start, "stop": start + timedelta(hours=3)})
        self.env.flush_all()

    def _dialog(self, model, user=None, **vals):
        return self.env[model].with_user(user or self.office).create(vals)


@tagged("post_install", "-at_install")
class TestShiftViews(ShiftViewsCommon):
    def test_cards_read_only_fields_that_they_load(self):
        views = self.env["ir.ui.view"].search(
            [
                ("model", "=like", "supermarket.shift%"),
                ("type", "in", ("kanban", "form")),
            ]
        )
        cards = 0
        for arch in views.mapped("arch"):
            for kanban in etree.fromstring(arch).iter("kanban"):
                cards += 1
                loaded = set(kanban.xpath(".//field/@name"))
                read = set(
                    re.findall(r"\brecord\.(\w+)", etree.tostring(kanban).decode())
                )
                self.assertLessEqual(read, loaded)
        self.assertGreaterEqual(cards, 8)

    def test_every_view_loads_for_the_office(self):
        for name in MODELS:
            model = self.env[name].with_user(self.office)
            kinds = (
                self.env["ir.ui.view"]
                .search([("model", "=", name), ("inherit_id", "=", False)])
                .mapped("type")
            )
            self.assertTrue(kinds, name)
            with self.subTest(model=name):
                views = model.get_views([(False, kind) for kind in set(kinds)])
                self.assertEqual(set(views["views"]), set(kinds))

    def test_every_action_opens_for_the_office(self):
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "in", MODELS), ("target", "!=", "new")]
        )
        self.assertGreaterEqual(len(actions), 12)
        for action in actions:
            with self.subTest(action=action.name):
                model = self.env[action.res_model].with_user(self.office)
                views = [view for view in action.view_mode.split(",") if view != "form"]
                model.get_views([(False, view) for view in views])
                model.web_search_read([], {"display_name": {}}, limit=3)

    def test_menus_are_of_the_office(self):
        menus = self.env["ir.ui.menu"].with_user(self.office)._visible_menu_ids()
        menu = self.env.ref("clapier_supermarket.supermarket_shift_menu")
        closure = self.env.ref("clapier_supermarket.supermarket_menu_configuration")
        self.assertIn(menu.id, menus)
        self.assertNotIn(closure.id, menus)
        menus = self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids()
        self.assertIn(closure.id, menus)

    def test_search_filters_say_what_the_fields_say(self):
        full = self._create_shift(50, seats=1)
        full._book(self.members[0], forced=True)
        over = self._create_shift(51)
        self._begin(over)
        shifts = self.shift | full | over
        Shift = self.env["supermarket.shift"].with_user(self.office)
        for name in ("understaffed", "sheet_missing", "beginner_alone"):
            for value in (True, False):
                found = Shift.search([("id", "in", shifts.ids), (name, "=", value)])
                self.assertEqual(
                    found.sudo(),
                    shifts.filtered(
                        lambda shift, n=name, v=value: shift[n] == v
                    ).sorted(lambda shift: shift.start),
                )

    def test_partner_shows_the_status_of_the_holder(self):
        child = self._create_person(
            "Alix Faure",
            supermarket_company_id=self.company.id,
            supermarket_holder_id=self.people[0].id,
        )
        for person in (self.people[0], child):
            partner = person.with_user(self.office)
            self.assertEqual(partner.supermarket_shift_status, "up_to_date")
            action = partner.action_supermarket_shifts()
            self.assertEqual(action["res_id"], self.members[0].id)

    def test_calendar_says_section_and_people_once(self):
        view = self.env["supermarket.shift"].get_view(view_type="calendar")
        self.assertIn('create_name_field="calendar_title"', view["arch"])
        shift = self.shift.with_user(self.office)
        title = shift.calendar_title
        self.assertEqual(
            title, f"{shift.section_id.name} {shift.seats_taken}/{shift.seat_count}"
        )
        # As the calendar writes when a shift is moved
        shift.write({"calendar_title": title, "stop": shift.stop})

    def test_policy_form_keeps_the_numbers(self):
        with Form(self.policy.with_user(self.manager)) as form:
            form.shift_alert_days = 21
            form.shift_flying_floor = -6
        self.assertEqual(self.policy.shift_alert_days, 21)


@tagged("post_install", "-at_install")
class TestShiftSheet(ShiftViewsCommon):
    def test_buttons_of_a_row(self):
        rows = self.shift._book(self.members[:3], forced=True)
        self._begin(self.shift)
        first, second, third = rows.with_user(self.office)
        first.action_attended()
        second.action_absent()
        third.action_excused()
        self.assertEqual(rows.mapped("state"), ["attended", "absent", "excused"])
        (first | second | third).action_booked()
        self.assertEqual(set(rows.mapped("state")), {"booked"})
        self.assertEqual(
            self.members[:3].mapped("balance"), [0, 0, 0], "points are taken back"
        )

    def test_all_present(self):
        rows = self.shift._book(self.members[:2], forced=True)
        self._begin(self.shift)
        self.shift.with_user(self.office).action_all_present()
        self.assertEqual(set(rows.mapped("state")), {"attended"})
        self.assertEqual(self.shift.state, "done")
        self.shift.with_user(self.office).action_reopen()
        self.assertEqual(self.shift.state, "open")

    def test_all_present_but(self):
        rows = self.shift._book(self.members[:3], forced=True)
        self._begin(self.shift)
        action = self.shift.with_user(self.office).action_attendance()
        self.assertEqual(action["res_model"], "supermarket.shift.attendance")
        self._dialog(
            "supermarket.shift.attendance",
            shift_id=self.shift.id,
            absent_ids=[Command.link(rows[0].id)],
            excused_ids=[Command.link(rows[1].id)],
        ).action_take()
        self.assertEqual(rows.mapped("state"), ["absent", "excused", "attended"])
        self.assertEqual(self.shift.state, "done")

    def test_all_present_but_leaves_other_shifts_alone(self):
        other = self._create_shift(60)._book(self.members[0], forced=True)
        self.shift._book(self.members[1], forced=True)
        self._begin(self.shift)
        self._dialog(
            "supermarket.shift.attendance",
            shift_id=self.shift.id,
            absent_ids=[Command.link(other.id)],
        ).action_take()
        self.assertEqual(other.state, "booked")

    def test_attendance_of_a_shift_to_come_is_refused(self):
        self.shift._book(self.members[0], forced=True)
        with self.assertRaisesRegex(UserError, "has not begun"):
            self._dialog(
                "supermarket.shift.attendance", shift_id=self.shift.id
            ).action_take()

    def test_lists_of_the_sheet(self):
        self.shift.seat_count = 1
        self.shift._book(self.members[0], forced=True)
        self.shift._book(self.members[1], wait=True, forced=True)
        self.assertEqual(self.shift.expected_ids.member_id, self.members[0])
        self.assertEqual(self.shift.waiting_ids.member_id, self.members[1])
        self.shift.expected_ids.with_user(self.office).action_cancel()
        self.shift.invalidate_recordset()
        self.assertEqual(self.shift.expected_ids.member_id, self.members[1])
        self.assertEqual(self.shift.gone_ids.member_id, self.members[0])

    def test_enrol(self):
        self.shift.seat_count = 1
        dialog = self._dialog(
            "supermarket.shift.enrol",
            shift_id=self.shift.id,
            member_ids=[Command.set(self.members[:2].ids)],
            wait=True,
        )
        self.assertEqual(dialog.seats_free, 1)
        dialog.action_enrol()
        states = self.shift.registration_ids.mapped("state")
        self.assertEqual(sorted(states), ["booked", "waiting"])

    def test_enrol_without_waiting_is_all_or_none(self):
        self.shift.seat_count = 1
        dialog = self._dialog(
            "supermarket.shift.enrol",
            shift_id=self.shift.id,
            member_ids=[Command.set(self.members[:2].ids)],
        )
        with self.assertRaisesRegex(UserError, "is full"), self.cr.savepoint():
            dialog.action_enrol()
        self.shift.invalidate_recordset()
        self.assertFalse(self.shift.registration_ids)
        dialog.member_ids = False
        with self.assertRaisesRegex(UserError, "Choose whom"):
            dialog.action_enrol()

    def test_who_comes_unannounced_is_added_to_the_sheet(self):
        self._begin(self.shift)
        self._dialog(
            "supermarket.shift.enrol",
            shift_id=self.shift.id,
            member_ids=[Command.link(self.members[0].id)],
        ).action_enrol()
        self.shift.registration_ids.with_user(self.office).action_attended()
        self.assertEqual(self.shift.registration_ids.state, "attended")
        with self.assertRaisesRegex(UserError, "already begun"):
            self.shift._book(self.members[1])

    def test_cancel(self):
        rows = self.shift._book(self.members[:2], forced=True)
        self.shift.with_user(self.office).action_cancel()
        self.assertEqual(self.shift.state, "cancelled")
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})

    def test_sheet_on_paper(self):
        self.shift.coordinator_ids = self.people[3]
        self.shift._book(self.members[:2], forced=True)
        action = self.shift.with_user(self.office).action_print_sheet()
        self.assertEqual(
            action["report_name"], "clapier_supermarket.supermarket_shift_sheet"
        )
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.office)
            ._render_qweb_html(action["report_name"], self.shift.ids)
        )
        text = html.decode()
        for person in self.people[:2]:
            self.assertIn(person.name, text)
            self.assertIn(person.supermarket_member_number, text)
        self.assertIn(self.people[3].name, text, "the coordinator")
        self.assertNotIn(self.people[2].name, text)


@tagged("post_install", "-at_install")
class TestShiftDialogs(ShiftViewsCommon):
    def _correct(self, **vals):
        return self._dialog(
            "supermarket.shift.correction",
            **{"member_id": self.members[0].id, "reason": "Because", **vals},
        ).action_correct()

    def test_points_by_hand(self):
        self._correct(points=-2)
        self.assertEqual(self.members[0].balance, -2)
        self.assertEqual(self.members[0].status, "alert")
        row = self.members[0].point_ids
        self.assertEqual((row.kind, row.note), ("correction", "Because"))
        with self.assertRaisesRegex(UserError, "0 corrects nothing"):
            self._correct(points=0)

    def test_row_is_reversed(self):
        self._correct(points=-2)
        row = self.members[0].point_ids
        action = row.with_user(self.office).action_reverse()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.office)
            .with_context(**action["context"])
        )
        self.assertEqual(form.operation, "reverse")
        form.reason = "A mistake"
        form.save().action_correct()
        self.assertEqual(self.members[0].balance, 0)
        self.assertEqual(self.members[0].status, "up_to_date")
        with self.assertRaisesRegex(UserError, "does not count any more"):
            self._correct(point_id=row.id)

    def test_row_of_another_member_is_refused(self):
        self._correct(points=-2)
        row = self.members[0].point_ids
        with self.assertRaisesRegex(UserError, "row of this member"):
            self._correct(member_id=self.members[1].id, point_id=row.id)
        with self.assertRaisesRegex(UserError, "row of this member"):
            self._correct(operation="reverse")

    def test_row_of_a_registration_is_corrected_on_its_sheet(self):
        self.members[:1].sudo()._join_team("flying")
        rows = self.shift._book(self.members[0], forced=True)
        self._begin(self.shift)
        rows.with_user(self.office).action_attended()
        with self.assertRaisesRegex(UserError, "attendance sheet"):
            self._correct(point_id=rows.point_id.id)

    def test_row_of_a_leave_is_corrected_by_the_leave(self):
        leave = (
            self.env["supermarket.shift.leave"]
            .with_user(self.office)
            .create(
                {
                    "member_id": self.members[0].id,
                    "kind": "leave_parental",
                    "date_stop": self.today + timedelta(days=60),
                }
            )
        )
        leave.action_validate()
        self.assertEqual(self.members[0].status, "on_leave")
        with self.assertRaisesRegex(UserError, "cancel the leave"):
            self._correct(point_id=leave.point_id.id)
        leave.action_end()
        self.assertEqual(self.members[0].status, "up_to_date")

    def test_change_of_team(self):
        dialog = self._dialog(
            "supermarket.shift.team.change",
            member_ids=[Command.set(self.members[:2].ids)],
            kind="standard",
            template_id=self.template.id,
            date=self.today,
        )
        dialog.action_change()
        self.assertEqual(self.members[:2].template_id, self.template)
        self.assertEqual(self.template.seats_taken, 2)
        self._dialog(
            "supermarket.shift.team.change",
            member_ids=[Command.link(self.members[0].id)],
            kind="flying",
            template_id=self.template.id,
            date=self.today,
        ).action_change()
        self.assertEqual(self.members[0].team, "flying")
        self.assertFalse(self.members[0].template_id)

    def test_change_of_team_takes_the_shift_partner_along(self):
        first, second = self.members[:2]
        first.shift_partner_id = second
        dialog = self._dialog(
            "supermarket.shift.team.change",
            member_ids=[Command.link(first.id)],
            kind="flying",
            with_partners=True,
        )
        self.assertTrue(dialog.has_partners)
        dialog.action_change()
        self.assertEqual((first | second).mapped("team"), ["flying", "flying"])

    def test_selected_members_come_into_the_dialog(self):
        defaults = (
            self.env["supermarket.shift.team.change"]
            .with_user(self.office)
            .with_context(
                active_model="supermarket.shift.member", active_ids=self.members.ids
            )
            .default_get(["member_ids"])
        )
        self.assertEqual(defaults["member_ids"], [Command.set(self.members.ids)])
        action = self.members[0].with_user(self.office).action_change_team()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.office)
            .with_context(**action["context"])
        )
        self.assertEqual(form.member_ids.ids, self.members[0].ids)

    def test_leave_and_extension_dialogs(self):
        member = self.members[0].with_user(self.office)
        self._correct(points=-1)
        for action in (member.action_leave(), member.action_extend()):
            form = Form(
                self.env[action["res_model"]]
                .with_user(self.office)
                .with_context(**action["context"])
            )
            self.assertEqual(form.member_id, member)
            if action["res_model"] == "supermarket.shift.leave":
                form.kind = "exemption"
            form.save()
        self.assertEqual(member.status, "extended")
        self.assertEqual(member.leave_ids.state, "requested")

    def test_resume(self):
        member = self.members[0].with_user(self.office)
        with self.assertRaisesRegex(UserError, "not unsubscribed"):
            member.action_resume()
        member.sudo()._join_team("flying")
        self.env["supermarket.shift.point"]._post(
            [
                {
                    "member_id": member.id,
                    "date": self.today - timedelta(days=3),
                    "kind": "correction",
                    "points": -7,
                }
            ]
        )
        rows = self.shift._book(self.members[0], forced=True)
        self._begin(self.shift, hours=28)
        rows.with_user(self.office).action_absent()
        self.assertEqual(member.status, "unsubscribed")
        member.action_resume()
        self.assertEqual(member.status, "up_to_date")
        self.assertEqual(member.balance, 0)

    def test_resume_on_the_day_of_the_absence_says_why_not(self):
        member = self.members[0].with_user(self.office)
        member.sudo()._join_team("flying")
        self._correct(points=-7)
        rows = self.shift._book(self.members[0], forced=True)
        self._begin(self.shift, hours=1)
        if rows.date < self.today:
            self.skipTest("The day has just begun.")
        rows.with_user(self.office).action_absent()
        self.assertEqual(member.status, "unsubscribed")
        with self.assertRaisesRegex(UserError, "from tomorrow on"):
            member.action_resume()

    def test_who_has_no_share_is_not_registered_again(self):
        self.people[0].supermarket_is_member = False
        self.assertEqual(self.members[0].status, "unsubscribed")
        with self.assertRaisesRegex(UserError, "subscribe to at least"):
            self.members[0].with_user(self.office).action_resume()

    def test_links_of_a_member(self):
        self._correct(points=1)
        member = self.members[0].with_user(self.office)
        for action, records in (
            (member.action_points(), member.point_ids),
            (member.action_registrations(), member.registration_ids),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records.sudo(False).with_env(found.env))
        self.assertEqual(member.action_partner()["res_id"], self.people[0].id)

    def test_move_people(self):
        other = self._create_shift(72, seats=2)
        self.members[:1].sudo()._join_team("flying")
        rows = self.shift._book(self.members[:2], forced=True)
        dialog = (
            self.env["supermarket.shift.replacement"]
            .with_user(self.office)
            .with_context(active_model="supermarket.shift", active_ids=self.shift.ids)
            .create({"shift_id": other.id})
        )
        self.assertEqual(dialog.registration_ids.sudo(), rows)
        dialog.action_replace()
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        self.assertEqual(other.registration_ids.mapped("basis"), ["flying", "make_up"])
        self.assertEqual((self.shift.seats_taken, other.seats_taken), (0, 2))

    def test_move_people_all_or_none(self):
        other = self._create_shift(72, seats=1)
        rows = self.shift._book(self.members[:2], forced=True)
        dialog = self._dialog(
            "supermarket.shift.replacement",
            registration_ids=[Command.set(rows.ids)],
            shift_id=other.id,
        )
        with self.assertRaisesRegex(UserError, "is full"), self.cr.savepoint():
            dialog.action_replace()
        self.env.invalidate_all()
        self.assertEqual(set(rows.mapped("state")), {"booked"})

    def test_take_people_off(self):
        rows = self.shift._book(self.members[:2], forced=True)
        dialog = self._dialog(
            "supermarket.shift.replacement",
            registration_ids=[Command.set(rows.ids)],
            operation="cancel",
        )
        dialog.action_replace()
        self.assertEqual(self.shift.seats_taken, 0)
        self.assertFalse(self.members.point_ids)
        with self.assertRaisesRegex(UserError, "Nobody here"):
            dialog.action_replace()

    def _let_fit(self):
        """Let the members be flying, with an address; one of them knows the cheese."""
        self.members.sudo()._join_team("flying")
        for rank, partner in enumerate(self.people):
            partner.email = f"member{rank}@example.com"
        self.members.invalidate_recordset()
        skill = self.env["supermarket.shift.skill"].create({"name": "Cheese"})
        self.env["supermarket.shift.skill.holding"].create(
            {
                "partner_id": self.members[3].partner_id.id,
                "skill_id": skill.id,
                "date_start": "2024-01-01",
            }
        )
        return skill

    def test_people_taken_off_are_replaced_by_who_is_free_and_qualified(self):
        skill = self._let_fit()
        busy = self._create_shift(hours=49)
        busy._book(self.members[2], forced=True)
        rows = self.shift._book(self.members[:2], forced=True)
        self.shift.skill_ids = skill
        dialog = self._dialog(
            "supermarket.shift.replacement",
            registration_ids=[Command.set(rows.ids)],
            operation="replace",
        )
        action = dialog.action_replace()
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        found = action["context"]["default_member_ids"]
        self.assertEqual(found, self.members[3].ids)
        enrol = (
            self.env[action["res_model"]]
            .with_user(self.office)
            .with_context(**action["context"])
            .create({})
        )
        enrol.action_enrol()
        self.assertEqual(
            self.shift.registration_ids.filtered("holds_seat").member_id,
            self.members[3],
        )

    def test_who_comes_instead_is_chosen_for_one_shift(self):
        rows = self.shift._book(self.members[0], forced=True)
        rows |= self._create_shift(72)._book(self.members[1], forced=True)
        dialog = self._dialog(
            "supermarket.shift.replacement",
            registration_ids=[Command.set(rows.ids)],
            operation="replace",
        )
        with self.assertRaisesRegex(UserError, "one shift at a time"):
            dialog.action_replace()
        self.assertEqual(set(rows.mapped("state")), {"booked"})

    def test_members_who_are_free_are_suggested_up_to_the_seats(self):
        self._let_fit()
        dialog = self._dialog(
            "supermarket.shift.enrol",
            shift_id=self.shift.id,
            member_ids=[Command.set(self.members[:1].ids)],
        )
        action = dialog.action_suggest()
        self.assertEqual(action["res_id"], dialog.id)
        self.assertEqual(len(dialog.member_ids), 3)
        with self.assertRaisesRegex(UserError, "No seat is free"):
            dialog.action_suggest()
        dialog.action_enrol()
        self.assertEqual(self.shift.seats_taken, 3)

    def test_dialogs_are_of_the_office_alone(self):
        user = self._create_user("shift_nobody", "base.group_user")
        for model in MODELS[-5:]:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.members[0].with_user(user).action_resume()


@tagged("post_install", "-at_install")
class TestShiftStaffing(ShiftViewsCommon):
    def _row(self, user=None):
        self.env.invalidate_all()
        Staffing = self.env["supermarket.shift.staffing"].with_user(user or self.office)
        return Staffing.search([("section_id", "=", self.section.id)])

    def test_policy_says_how_many_do_not_come(self):
        self.policy.shift_no_show_rate = 0.5
        self.shift._book(self.members[:2], forced=True)
        row = self._row()
        self.assertEqual((row.seats, row.registered), (3, 2))
        self.assertAlmostEqual(row.no_shows, 1)
        self.assertAlmostEqual(row.missing, 2)
        action = row.action_shifts()
        found = self.env["supermarket.shift"].search(action["domain"])
        self.assertEqual(found, self.shift)

    def test_skill_missing_is_counted(self):
        skill = self.env["supermarket.shift.skill"].create({"name": "Cheese"})
        self.shift._book(self.members[:1], forced=True)
        self.shift.skill_ids = skill
        self.assertEqual(self._row().beginner_count, 1)
        self.env["supermarket.shift.skill.holding"].create(
            {"partner_id": self.people[0].id, "skill_id": skill.id}
        )
        self.shift._recount_seats()
        self.assertEqual(self._row().beginner_count, 0)

    def test_only_what_comes_within_two_weeks(self):
        self._create_shift(24 * 20)
        self._create_shift(49, seats=9).action_cancel()
        self.assertEqual(sum(self._row().mapped("shift_count")), 1)

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Another shop"})
        user = self._create_user(
            "shift_elsewhere", "clapier_supermarket.group_supermarket_user"
        )
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        Staffing = self.env["supermarket.shift.staffing"].with_user(user)
        rows = Staffing.with_context(allowed_company_ids=other.ids).search([])
        self.assertFalse(rows)
