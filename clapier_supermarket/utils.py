from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import remove_accents
from odoo.tools.barcode import get_barcode_check_digit


def age_on(birth: date, day: date) -> int:
    """Return the age in whole years on ``day`` of somebody born on ``birth``."""
    years = day.year - birth.year
    return years if birthday(birth, years) <= day else years - 1


def birthday(birth: date, age: int) -> date:
    """Return the first day on which somebody born on ``birth`` is ``age`` years old.

    Somebody born on 29 February grows older on 1 March of the other years.
    """
    day = birth + relativedelta(years=age)
    return day if day.day == birth.day else day + timedelta(days=1)


def born_by(day: date, age: int) -> date:
    """Return the latest birth date of those who are ``age`` years old on ``day``."""
    return day - relativedelta(years=age)


def ean13(digits: str) -> str:
    """Return the EAN-13 of twelve ``digits``: with its check digit."""
    return digits + str(get_barcode_check_digit(digits + "0"))


def name_order(name: str | None) -> str:
    """Return what ``name`` sorts by in a list that people read: É beside E."""
    return remove_accents(name or "").casefold()
