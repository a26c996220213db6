from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .shift_common import ShiftCommon

# What members read on the portal, and what they see of it
OWN = (
    "supermarket.shift.leave",
    "supermarket.shift.member",
    "supermarket.shift.point",
    "supermarket.shift.registration",
    "supermarket.shift.team",
)
MODELS = (
    *OWN,
    "supermarket.shift",
    "supermarket.shift.closure",
    "supermarket.shift.cycle",
    "supermarket.shift.extension",
    "supermarket.shift.skill.holding",
    "supermarket.shift.template",
)


@tagged("post_install", "-at_install")
class TestShiftSecurity(ShiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "clapier_supermarket.group_supermarket_"
        cls.staff = cls._create_user("shift staff", f"{group}user")
        cls.manager = cls._create_user("shift manager", f"{group}manager")
        cls.cashier = cls._create_user("shift cashier", "point_of_sale.group_pos_user")
        cls.portal = cls._create_user("shift portal", "base.group_portal")
        cls.template = cls._create_template()
        cls.portal.partner_id.write(
            {
                "supermarket_company_id": cls.company.id,
                "supermarket_is_member": True,
            }
        )
        cls.own = cls.env["supermarket.shift.member"].search(
            [("partner_id", "=", cls.portal.partner_id.id)]
        )
        cls.own._join_team("standard", cls.template)
        cls.other = cls._create_worker("Other", template=cls.template)
        cls.shift = cls._create_shift(days=-2)
        cls._register(cls.shift, cls.own | cls.other, state="absent")
        for worker in cls.own | cls.other:
            cls.env["supermarket.shift.leave"].create(
                {
                    "member_id": worker.id,
                    "kind": "exemption",
                    "reason": "Private",
                    "date_start": cls._day(40),
                }
            )
            cls.env["supermarket.shift.extension"].create({"member_id": worker.id})
        cls.skill = cls._create_skill(holders=cls.own)

    def _rows(self, model, user):
        return self.env[model].with_user(user).search([])

    # --- Portal

    def test_members_read_their_own_rows_only(self):
        for model in OWN:
            with self.subTest(model):
                rows = self._rows(model, self.portal)
                field = "id" if model == "supermarket.shift.member" else "member_id"
                self.assertTrue(rows)
                self.assertEqual(set(rows.mapped(field)), set(self._own_value(field)))
                foreign = self.env[model].search(
                    [(field, "=", self.other.id)]
                    if field == "member_id"
                    else [("id", "=", self.other.id)]
                )
                self.assertTrue(foreign)
                with self.assertRaises(AccessError):
                    foreign.with_user(self.portal).read(["display_name"])

    def _own_value(self, field):
        return self.own.ids if field == "id" else self.own.with_user(self.portal)

    def test_members_do_not_see_who_else_comes(self):
        shift = self.shift.with_user(self.portal)
        self.assertEqual(shift.registration_ids.member_id.ids, self.own.ids)

    def test_members_do_not_read_what_the_office_keeps(self):
        for model in (
            "supermarket.shift.extension",
            "supermarket.shift.skill.holding",
            "supermarket.shift.closure",
            "supermarket.shift.template",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self._rows(model, self.portal)
        leave = self._rows("supermarket.shift.leave", self.portal)
        with self.assertRaises(AccessError):
            leave.read(["reason"])

    def test_members_write_nothing(self):
        for model in (*OWN, "supermarket.shift"):
            row = self._rows(model, self.portal)[:1]
            with self.subTest(model):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(row.has_access(operation))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_members_press_no_button_of_the_office(self):
        for record, button in (
            (self.own.registration_ids, "action_attended"),
            (self.own.registration_ids, "action_cancel"),
            (self.own.leave_ids, "action_validate"),
            (self.own.leave_ids, "action_cancel"),
            (self.shift, "action_cancel"),
            (self.shift, "action_all_present"),
        ):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(record.with_user(self.portal), button)()
        self.assertEqual(self.own.registration_ids.state, "absent")

    # --- Staff and cashiers

    def test_cashiers_read_none(self):
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self._rows(model, self.cashier)

    def test_visitors_read_none(self):
        public = self.env.ref("base.public_user")
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self._rows(model, public)

    def test_staff_reads_everything(self):
        for model in MODELS:
            with self.subTest(model):
                self._rows(model, self.staff)
        self.assertEqual(
            self._rows("supermarket.shift.point", self.staff).member_id,
            self.own | self.other,
        )

    def test_staff_takes_attendance_and_grants_leaves(self):
        registration = self.other.registration_ids.with_user(self.staff)
        registration.action_attended()
        self.assertEqual(self.other.balance, 0)
        leave = self.other.leave_ids.with_user(self.staff)
        leave.action_validate()
        self.assertEqual(leave.state, "validated")
        shift = self._create_shift()
        self.env["supermarket.shift"].with_user(self.staff).browse(shift.id)._book(
            self.other
        )

    def test_staff_writes_no_status_nor_rule(self):
        for model in (
            "supermarket.shift.member",
            "supermarket.shift.team",
            "supermarket.shift.template",
            "supermarket.shift.closure",
            "supermarket.shift.cycle",
        ):
            with self.subTest(model):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(self.staff).has_access(operation)
                    )

    # --- Ledger

    def test_nobody_writes_the_ledger(self):
        row = self.own.point_ids[:1]
        for user in (self.portal, self.staff, self.manager, self.cashier):
            with self.subTest(user.login):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(row.with_user(user).has_access(operation))
                with self.assertRaises(UserError):
                    row.with_user(user).write({"points": 9})
                with self.assertRaises(UserError):
                    row.with_user(user).unlink()
        with self.assertRaises(UserError):
            row.write({"points": 9})

    # --- Companies

    def test_companies_are_apart(self):
        company = self.env["res.company"].create({"name": "Elsewhere (test)"})
        stranger = new_test_user(
            self.env,
            "shift elsewhere",
            groups="clapier_supermarket.group_supermarket_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        for model in MODELS:
            if model == "supermarket.shift.skill.holding":
                continue  # a person's, whoever employs them
            with self.subTest(model):
                rows = (
                    self.env[model]
                    .with_user(stranger)
                    .with_context(allowed_company_ids=company.ids)
                    .search([])
                )
                self.assertFalse(rows)
        with self.assertRaises(AccessError):
            self.shift.with_user(stranger).with_context(
                allowed_company_ids=company.ids
            ).action_cancel()
