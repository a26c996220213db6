"""Reading of files that other tools export: pure functions, no database.

Nothing here guesses in silence: what cannot be read raises ValueError, and the caller
says which line of the file it was.
"""

import csv
import datetime
import io
import re
import unicodedata
import zipfile
from decimal import Decimal, InvalidOperation

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from odoo.tools.barcode import get_barcode_check_digit

SEPARATORS = ";\t,|"
XLSX_MAGIC = b"PK\x03\x04"
GTIN_SIZES = (8, 12, 13, 14)
# How many records may stand above the header (title, date of export…)
HEADER_SEARCH_DEPTH = 10

TRUE_WORDS = frozenset({"1", "oui", "o", "vrai", "true", "yes", "y", "x"})
FALSE_WORDS = frozenset({"0", "non", "n", "faux", "false", "no"})


def decode(content):
    """Return the text of ``content`` (bytes), whatever spreadsheet wrote it.

    UTF-8 and UTF-16 are told by their mark or their validity. What remains is Western
    European: cp1252 if it uses the range that ISO 8859 leaves to control characters,
    else ISO-8859-15, where € and œ are.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if any(0x80 <= byte <= 0x9F for byte in content):
            return content.decode("cp1252", errors="replace")
        return content.decode("iso-8859-15")


def guess_separator(text):
    """Return the separator that cuts the first records of ``text`` into most columns."""
    head = text.splitlines()[:HEADER_SEARCH_DEPTH]
    # 1,50 is a price rather than two columns
    bare = [re.sub(r"(?<=\d),(?=\d)", ".", line) for line in head]

    def width(separator):
        return max(map(len, csv.reader(bare, delimiter=separator)), default=1)

    return max(SEPARATORS, key=width)


def read_csv(content):
    """Return [(line number in the file, [cell text, …]), …] without the blank records."""
    text = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=guess_separator(text))
    rows, number = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((number, cells))
        number = reader.line_num + 1
    return rows


def read_xlsx(content):
    """Same as ``read_csv`` for the first sheet of a workbook; dates stay dates."""
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
    except (KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise ValueError("not a workbook") from error
    rows = []
    for number, values in enumerate(book.worksheets[0].values, start=1):
        cells = [_xlsx_cell(value) for value in values]
        if any(cell != "" for cell in cells):
            rows.append((number, cells))
    return rows


def _xlsx_cell(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date):
        return value
    return str(value)


def read_table(content):
    """Return the numbered records of a CSV or XLSX file (bytes), as ``read_csv``.

    :raises ValueError: the file is neither
    """
    if content.startswith(XLSX_MAGIC):
        return read_xlsx(content)
    if b"\0" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("neither CSV nor XLSX")
    return read_csv(content)


def fold(text):
    """Return ``text`` without case, accents, punctuation: "N° Coopérateur" → "n cooperateur"."""
    spelled = re.sub(r"[°º]", " ", str(text).casefold()).replace("œ", "oe")
    decomposed = unicodedata.normalize("NFKD", spelled)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", bare))


def clean(value):
    """Return the cell as one line of text: no outer, double or non-breaking spaces."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return " ".join(str(value).split())


def parse_decimal(value):
    """Return a Decimal: "1 234,50 €", "1.234,50", "1,234.50", "5,5 %" and plain numbers.

    A lone comma is the decimal sign, as in French.

    :raises ValueError: not a number
    """
    text = re.sub(r"[\s€%'’]|eur\b", "", str(value), flags=re.IGNORECASE)
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    if not re.fullmatch(r"[+-]?(\d+[.,]?\d*|[.,]\d+)", text):
        raise ValueError(f"not a number: {value}")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value}") from error


def parse_integer(value):
    """Return a whole number; "12,0" is one.

    :raises ValueError: not a whole number
    """
    number = parse_decimal(value)
    if number != int(number):
        raise ValueError(f"not a whole number: {value}")
    return int(number)


def parse_date(value):
    """Return a date from dd/mm/yyyy (also with . or -), ISO, or a spreadsheet's date.

    A year of two digits is refused: 04 is a child or a grandmother.

    :raises ValueError: not a date
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    text = str(value).strip()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ].*)?", text):
        return datetime.date(*map(int, match.groups()[:3]))
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( .*)?", text):
        day, month, year = map(int, match.groups()[:3])
        return datetime.date(year, month, day)
    raise ValueError(f"not a date: {value}")


def parse_boolean(value):
    """Return True for oui/yes/1/x…, False for non/no/0…

    :raises ValueError: neither
    """
    word = fold(value)
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(f"neither yes nor no: {value}")


def parse_vat_rate(value):
    """Return a VAT rate in percent as a Decimal: "5,5", "5.5 %", "TVA 20%", "0,055" → 5.5.

    :raises ValueError: no rate in it
    """
    match = re.search(r"\d+(?:[.,]\d+)?", str(value))
    if not match:
        raise ValueError(f"not a rate: {value}")
    rate = parse_decimal(match[0])
    if 0 < rate < 1 and "%" not in str(value):
        rate *= 100
    return rate.normalize() + 0


def is_damaged_barcode(barcode):
    """Return whether a spreadsheet turned the barcode into "3,76E+12"."""
    return bool(re.fullmatch(r"\d([.,]\d+)?E\+?\d+", barcode, flags=re.IGNORECASE))


def has_wrong_check_digit(barcode):
    """Return whether ``barcode`` has the shape of a GTIN (EAN-8, UPC, EAN-13) but not its sum."""
    return (
        barcode.isdecimal()
        and len(barcode) in GTIN_SIZES
        and get_barcode_check_digit(barcode) != int(barcode[-1])
    )


def local_phone(value):
    """Return the phone number with the leading 0 that spreadsheets drop."""
    phone = clean(value)
    return f"0{phone}" if re.fullmatch(r"[1-9]\d{8}", phone) else phone
