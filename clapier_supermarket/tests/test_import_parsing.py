import datetime
import io
from decimal import Decimal

import openpyxl

from odoo.tests import BaseCase, tagged

from .. import parsing


@tagged("post_install", "-at_install")
class TestImportParsing(BaseCase):
    def test_french_numbers_are_read_with_their_decimal_comma(self):
        for text, value in (
            ("1 234,50 €", "1234.50"),
            ("1\u202f234,50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("5,5 %", "5.5"),
            ("-3", "-3"),
            (",5", "0.5"),
        ):
            self.assertEqual(parsing.parse_decimal(text), Decimal(value), text)

    def test_words_and_two_decimal_signs_are_no_numbers(self):
        for text in ("", "abc", "1,2,3", "12 €/kg", "nan", "1e5", "--2"):
            with self.assertRaises(ValueError, msg=text):
                parsing.parse_decimal(text)

    def test_dates_are_read_in_french_in_iso_and_from_spreadsheets(self):
        day = datetime.date(1980, 2, 1)
        for value in (
            "01/02/1980",
            "1/2/1980",
            "1.2.1980",
            "01-02-1980",
            "1980-02-01",
            "1980-02-01T00:00:00",
            "01/02/1980 00:00:00",
            day,
            datetime.datetime(1980, 2, 1, 12),
        ):
            self.assertEqual(parsing.parse_date(value), day, value)

    def test_impossible_days_and_years_of_two_digits_are_no_dates(self):
        for text in ("31/02/1980", "2/13/1980", "01/02/80", "1980", "hier", ""):
            with self.assertRaises(ValueError, msg=text):
                parsing.parse_date(text)

    def test_vat_rates_are_read_as_text_percent_or_fraction(self):
        for text in ("5,5", "5.50", "5,5 %", "TVA 5,5%", "0,055", "0.055"):
            self.assertEqual(parsing.parse_vat_rate(text), Decimal("5.5"), text)
        self.assertEqual(parsing.parse_vat_rate("20"), 20)
        self.assertEqual(parsing.parse_vat_rate("0"), 0)

    def test_headers_are_folded_to_bare_words(self):
        for text in ("N° coopérateur", "n°COOPERATEUR", "  N°  Coopérateur :"):
            self.assertEqual(parsing.fold(text), "n cooperateur")
        self.assertEqual(parsing.fold("Œufs_frais (l'unité)"), "oeufs frais l unite")

    def test_each_encoding_gives_back_its_accents(self):
        text = "Numéro;Prénom\n1;Zoë œuf 5 €\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "iso-8859-15", "cp1252"):
            self.assertEqual(parsing.decode(text.encode(encoding)), text, encoding)

    def test_the_separator_is_not_taken_for_a_decimal_comma(self):
        self.assertEqual(parsing.guess_separator("a;b\n1,5;2,5\n1,5;3,5"), ";")
        self.assertEqual(parsing.guess_separator("a\tb\tc\n1,5\t2,5\t3"), "\t")
        self.assertEqual(parsing.guess_separator('a,b\n"1,5",2\n"1,5",3'), ",")
        self.assertEqual(
            parsing.guess_separator("Export du 1er mai\na;b;c\n1,5;2,5;x\n2,5;3,5;x"),
            ";",
        )

    def test_records_keep_their_line_in_the_file(self):
        rows = parsing.read_table(b'Nom;Ville\n\n"Dupont\nMarie";Lyon\n;\nBa;Unieux\n')
        self.assertEqual([number for number, _cells in rows], [1, 3, 6])

    def test_a_workbook_is_read_like_a_csv(self):
        book = openpyxl.Workbook()
        book.active.append(["Code-barres", "Prix", "Né le"])
        book.active.append([])
        book.active.append([3760000000017, 2.5, datetime.datetime(1980, 2, 1)])
        file = io.BytesIO()
        book.save(file)
        rows = parsing.read_table(file.getvalue())
        self.assertEqual([number for number, _cells in rows], [1, 3])
        barcode, price, day = rows[1][1]
        self.assertEqual((barcode, price), ("3760000000017", "2.5"))
        self.assertEqual(parsing.parse_date(day), datetime.date(1980, 2, 1))

    def test_a_picture_or_a_broken_workbook_is_refused(self):
        for content in (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04 not a workbook"):
            with self.assertRaises(ValueError):
                parsing.read_table(content)

    def test_check_digits_are_judged_only_on_what_has_the_shape_of_a_gtin(self):
        self.assertFalse(parsing.has_wrong_check_digit("3017620422003"))
        self.assertTrue(parsing.has_wrong_check_digit("3017620422004"))
        self.assertTrue(parsing.has_wrong_check_digit("96385075"))
        self.assertFalse(parsing.has_wrong_check_digit("4011"))
        self.assertFalse(parsing.has_wrong_check_digit("AB1234567890C"))

    def test_a_phone_number_gets_back_the_zero_that_a_spreadsheet_dropped(self):
        self.assertEqual(parsing.local_phone("612345678"), "0612345678")
        self.assertEqual(parsing.local_phone("+33 6 12 34 56 78"), "+33 6 12 34 56 78")
