import base64
import io

import openpyxl

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.barcode import get_barcode_check_digit

from .import_common import ImportCommon

HEADER = "N° coopérateur;Nom;Prénom;Courriel;Né(e) le;Carte;Parts;Titulaire;Représentant légal\n"


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 10:00:00")
class TestImportMembers(ImportCommon):
    kind = "members"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.share_type = cls.env.ref("clapier_supermarket.share_type_a")

    @classmethod
    def _file(cls, *lines, header=HEADER):
        return (header + "\n".join(lines)).encode()

    def _person(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def _movements(self):
        return self.env["supermarket.share.movement"].search([], order="number")

    def test_an_export_with_households_becomes_members_and_a_register(self):
        wizard = self._import("members_coop.csv")
        self.assertEqual(wizard.state, "done", wizard.message)
        self.assertEqual(wizard.create_count, 6)

        holder = self._person("Zoë Françon")
        self.assertEqual(holder.supermarket_member_number, "00112")
        self.assertEqual(
            holder.supermarket_birth_date, fields.Date.to_date("1984-03-02")
        )
        self.assertEqual(holder.barcode, "0420000000112")
        self.assertEqual((holder.zip, holder.city), ("01000", "Bourg-en-Bresse"))
        self.assertTrue(holder.supermarket_is_member)
        self.assertEqual(holder.supermarket_company_id, self.company)

        attached = self._person("Mehmet Yıldız")
        self.assertEqual(attached.supermarket_holder_id, holder)
        self.assertFalse(attached.supermarket_is_member)
        minor = self._person("Lina Françon")
        self.assertEqual(minor.supermarket_legal_representative_id, holder)
        self.assertTrue(minor.supermarket_is_member)

    def test_shares_held_enter_the_register_once_in_order_of_the_numbers(self):
        day = fields.Date.to_date("2026-01-01")
        self._import("members_coop.csv", opening_date=day)
        movements = self._movements()
        self.assertEqual(
            [
                (move.to_partner_id.supermarket_member_number, move.quantity)
                for move in movements
            ],
            [("00007", 10), ("00112", 12), ("00115", 1), ("00116", 10)],
        )
        self.assertEqual(set(movements.mapped("kind")), {"subscription"})
        self.assertEqual(set(movements.mapped("date")), {day})
        self._import("members_coop.csv", opening_date=day)
        self.assertEqual(self._movements(), movements)

    def test_a_second_import_of_the_same_file_changes_nothing(self):
        self._import("members_coop.csv")
        again = self._import("members_coop.csv")
        self.assertEqual(
            {
                line.name: line.reason
                for line in again.line_ids
                if line.status != "unchanged"
            },
            {},
        )
        self.assertEqual(again.unchanged_count, 6)

    def test_new_numbers_go_on_after_the_imported_ones(self):
        self._import("members_coop.csv")
        newcomer = self._create_member("Newcomer")
        self.assertEqual(newcomer.supermarket_member_number, "00117")

    def test_people_without_a_number_get_one_with_their_shares_and_are_found_again(
        self,
    ):
        content = self._file(
            ";Diallo;Awa;awa@example.com;;;10;;", ";Roche;Paul;;05/06/1970;;10;;"
        )
        self._import(content)
        numbers = (self._person("Awa Diallo") | self._person("Paul Roche")).mapped(
            "supermarket_member_number"
        )
        self.assertEqual(len(set(filter(None, numbers))), 2)
        again = self._import(content)
        self.assertEqual(again.unchanged_count, 2)

    def test_every_bad_line_is_reported_by_its_number_and_a_reason(self):
        self._create_member("Camille Faure", barcode="0420000000105")
        wizard = self._wizard(
            self._file(
                "2;;;;;;;;",
                "3;Bad;Day;;31/02/1980;;;;",
                "4;Bad;Future;;01/01/2030;;;;",
                "5;Bad;Mail;nobody;;;;;",
                "6;Bad;Shares;;;;douze;;",
                "7;Twice;A;;;;;;",
                "7;Twice;B;;;;;;",
                "8;Card;A;;;0420000000204;;;",
                "9;Card;B;;;0420000000204;;;",
                "10;Card;Taken;;;0420000000105;;;",
                "11;Minor;Alone;;01/01/2015;;1;;",
                "12;Lost;Attached;;;;;999;",
                "13;Both;Ways;;;;10;7;",
                "14;Self;Attached;;;;;14;",
            )
        )
        wizard.action_check()
        reasons = self._reasons(wizard)
        for number, words in {
            2: "name is missing",
            3: "“31/02/1980” is not a past day",
            4: "“01/01/2030” is not a past day",
            5: "“nobody” is not one e-mail",
            6: "“douze” is not a number of shares",
            8: "stands on line 7 already",
            10: "stands on line 9 already",
            11: "belongs to member",
            12: "needs an adult",
            13: "member number 00999",
            14: "attached to nobody",
            15: "Nobody else",
        }.items():
            self.assertIn(words, reasons.get(number, ""), number)
        self.assertEqual(self._statuses(wizard)[7], "create")

    def test_a_household_has_no_more_attached_adults_than_the_policy_allows(self):
        self.policy.attached_adult_max = 1
        wizard = self._wizard(
            self._file(
                "1;Holder;A;;;;10;;",
                ";Adult;B;;01/01/1990;;;1;",
                ";Adult;C;;01/01/1990;;;1;",
                ";Child;D;;01/01/2020;;;1;",
            )
        )
        wizard.action_check()
        self.assertEqual(set(self._reasons(wizard)), {4})
        self.assertIn("more than 1 attached", self._reasons(wizard)[4])

    def test_who_hangs_on_a_bad_line_is_left_out_with_it(self):
        wizard = self._import(
            self._file(
                "1;Holder;A;wrong mail;;;10;;",
                ";Adult;B;;01/01/1990;;;1;",
                "3;Good;C;;;;10;;",
            ),
            leave_out_bad=True,
        )
        self.assertEqual(wizard.state, "done")
        self.assertIn("line 2, which is bad", self._reasons(wizard)[3])
        self.assertTrue(self._person("C Good"))
        self.assertFalse(self._person("B Adult") | self._person("A Holder"))

    def test_a_known_member_is_updated_and_shares_are_not_counted_twice(self):
        self._import(self._file("1;Faure;Camille;;;;10;;"))
        wizard = self._import(self._file("1;Faure;Camille;c@example.com;;;10;;"))
        self.assertEqual(wizard.update_count, 1)
        self.assertEqual(self._person("Camille Faure").email, "c@example.com")
        self.assertEqual(len(self._movements()), 1)

    def test_other_shares_than_the_register_says_are_refused(self):
        self._import(self._file("1;Faure;Camille;;;;10;;"))
        wizard = self._wizard(self._file("1;Faure;Camille;;;;15;;"))
        wizard.action_check()
        self.assertIn("says 15 shares, the register 10", self._reasons(wizard)[2])

    def test_a_known_contact_with_the_same_mail_becomes_the_member(self):
        contact = self._create_person("Camille Faure", email="C@Example.com")
        self._import(self._file("1;FAURE;Camille;c@example.com;;;10;;"))
        self.assertEqual(contact.supermarket_member_number, "00001")
        self.assertEqual(contact.name, "Camille Faure")

    def test_a_register_that_went_further_refuses_the_whole_file(self):
        self._import(self._file("1;Faure;Camille;;;;10;;"), opening_date="2026-06-01")
        wizard = self._import(
            self._file("2;Roche;Paul;;;;10;;"), opening_date="2026-01-01"
        )
        self.assertEqual(wizard.state, "checked")
        self.assertIn("Nothing was imported", wizard.message)
        self.assertFalse(self._person("Paul Roche"))

    def test_a_workbook_is_imported_like_a_csv(self):
        book = openpyxl.Workbook()
        book.active.append(["N° coopérateur", "Nom", "Né le", "Téléphone", "Parts"])
        book.active.append(
            [12, "Camille Faure", fields.Date.to_date("1980-02-01"), 639980102, 10]
        )
        file = io.BytesIO()
        book.save(file)
        self._import(file.getvalue(), file_name="members.xlsx")
        member = self._person("Camille Faure")
        self.assertEqual(member.supermarket_member_number, "00012")
        self.assertEqual(
            member.supermarket_birth_date, fields.Date.to_date("1980-02-01")
        )
        self.assertEqual(member.phone, "0639980102")

    def test_the_wizard_asks_for_a_file(self):
        wizard = self._wizard(b"")
        with self.assertRaisesRegex(UserError, "Choose a file"):
            wizard.action_check()

    def test_choosing_another_file_starts_again(self):
        wizard = self._wizard(self._file("1;;;;;;;;"))
        wizard.action_check()
        wizard.action_back()
        self.assertEqual(wizard.state, "choose")
        self.assertFalse(wizard.line_ids)
        wizard.file = base64.b64encode(self._file("1;Faure;Camille;;;;10;;"))
        wizard.action_check()
        self.assertEqual(wizard.create_count, 1)

    def test_the_cost_of_a_plan_does_not_grow_with_the_file(self):
        def content(count):
            lines = []
            for number in range(1, count + 1):
                card = f"042{number:09}"
                card += str(get_barcode_check_digit(card + "0"))
                lines.append(f"{number};N{number};P;p{number}@example.com;;{card};10;;")
            return self._file(*lines)

        self._import(content(200))

        def queries(count):
            wizard = self._wizard(content(count))
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            wizard._plan()
            return self.env.cr.sql_log_count - start

        small = queries(20)
        self.assertLessEqual(queries(200), small + 2)
