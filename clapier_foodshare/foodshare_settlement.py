"""What the team of a meal service is due, to the cent, without a database."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Settlement:
    """The decomposition of one service: amounts in euros, tax excluded.

    ``sales`` − ``ingredients`` − ``kitchen_fee`` − ``share`` = ``due``, exactly; a negative
    due is owed by the team.
    """

    sales: Decimal
    ingredients: Decimal
    kitchen_fee: Decimal
    share: Decimal
    due: Decimal


def cents(amount):
    """Return an amount as a Decimal rounded to the cent, halves away from zero."""
    return Decimal(str(amount)).quantize(CENT, rounding=ROUND_HALF_UP)


def settle(sales, ingredients, kitchen_fee, share_percent):
    """Split the sales of one service between the team and the house.

    :param sales: what the dishes sold for, tax excluded
    :param ingredients: what was taken from the shop at cost, what came back deducted
    :param kitchen_fee: what the kitchen costs for one service
    :param share_percent: part of the margin (sales − ingredients) that the house keeps, in
        percent; none of a loss
    :return: Settlement
    :raise ValueError: an amount that cannot be
    """
    sales, ingredients, fee = cents(sales), cents(ingredients), cents(kitchen_fee)
    percent = Decimal(str(share_percent))
    if sales < 0 or fee < 0 or not 0 <= percent <= 100:
        raise ValueError("sales and fee are positive, the share is a percentage")
    share = cents(max(sales - ingredients, Decimal(0)) * percent / 100)
    return Settlement(sales, ingredients, fee, share, sales - ingredients - fee - share)
