"""What the solidarity fridge takes, and why not, without a database."""

from dataclasses import dataclass
from datetime import date, timedelta

SHOP, KITCHEN, DRIVE, INHABITANT, ASSOCIATION = (
    "shop",
    "kitchen",
    "drive",
    "inhabitant",
    "association",
)


@dataclass(frozen=True)
class Food:
    """What somebody wants to leave.

    ``use_by`` is the legal last day (DLC), ``best_before`` the day until which it is at its
    best (DDM, may pass).
    """

    giver: str
    category: str
    is_meat_or_fish: bool = False
    is_alcohol: bool = False
    is_opened: bool = False
    is_home_made: bool = False
    is_raw_milk_or_egg: bool = False
    use_by: date | None = None
    best_before: date | None = None


def refusals(food, today, too_warm=False, gift_hours=0):
    """Return why the charter refuses a food: codes, none where it is welcome.

    The rules are those of FACTS.md: no meat, fish, alcohol, opened packs, home-made dishes,
    raw milk or raw egg; a use-by date may not pass.

    :param today: date at the fridge
    :param too_warm: the fridge is above its limit
    :param gift_hours: hours that must be left before the use-by date, for a gift to an
        association
    """
    found = []
    if too_warm:
        found.append("too_warm")
    if food.is_meat_or_fish:
        found.append("meat_or_fish")
    if food.is_alcohol:
        found.append("alcohol")
    if food.is_opened:
        found.append("opened")
    # A trained team that cooks for the house may leave its dishes; a home may not.
    if food.is_home_made and food.giver != KITCHEN:
        found.append("home_made")
    if food.is_raw_milk_or_egg:
        found.append("raw")
    if food.use_by is not None:
        if food.use_by < today:
            found.append("past_use_by")
        # The whole use-by day counts.
        elif food.use_by + timedelta(days=1) - today < timedelta(hours=gift_hours):
            found.append("too_close")
    return found
