"""A map without tiles: where places go on a sheet. Pure: no database."""

import math
from dataclasses import dataclass

EARTH_KM = 6371.0
RING_STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100)
ROUNDS = 60


@dataclass
class Mark:
    """A place on the sheet, in its units."""

    key: int
    x: float
    y: float


def distance_km(first, second):
    """Return the kilometres as the crow flies between two (latitude, longitude)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*first, *second))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def draw(places, size=600.0, margin=48.0, apart=34.0):
    """Return where places go on a sheet as wide as ``size``, north on top.

    Places that would cover each other are pushed apart.

    :param places: {key: (latitude, longitude)}, at least one
    :param apart: units between two marks at least
    :return: (list of Mark, height of the sheet, units of one kilometre)
    """
    latitudes = [latitude for latitude, _longitude in places.values()]
    longitudes = [longitude for _latitude, longitude in places.values()]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2)
    degree = math.radians(1) * EARTH_KM
    east = degree * math.cos(middle)
    # A lone place, or places side by side, still get a kilometre of land around them.
    width = max((max(longitudes) - min(longitudes)) * east, 1.0)
    height = max((max(latitudes) - min(latitudes)) * degree, width / 2)
    unit = (size - 2 * margin) / width
    marks = [
        Mark(
            key,
            margin + (longitude - min(longitudes)) * east * unit,
            margin + (max(latitudes) - latitude) * degree * unit,
        )
        for key, (latitude, longitude) in places.items()
    ]
    sheet = height * unit + 2 * margin
    push_apart(marks, apart, size, sheet, margin / 2)
    return marks, sheet, unit


def push_apart(marks, apart, width, height, margin):
    """Move marks until none covers another, as far as the sheet has room."""
    for _round in range(ROUNDS):
        moved = False
        for index, first in enumerate(marks):
            for second in marks[index + 1 :]:
                dx, dy = second.x - first.x, second.y - first.y
                gap = math.hypot(dx, dy)
                if gap >= apart:
                    continue
                if gap < 1e-6:
                    # Two on one spot part along their ranks, the same way each time.
                    angle = 2.4 * index
                    dx, dy, gap = math.cos(angle), math.sin(angle), 1.0
                    first_gap = 0.0
                else:
                    first_gap = gap
                step = (apart - first_gap) / 2 / gap
                first.x -= dx * step
                first.y -= dy * step
                second.x += dx * step
                second.y += dy * step
                moved = True
        for mark in marks:
            mark.x = min(max(mark.x, margin), width - margin)
            mark.y = min(max(mark.y, margin), height - margin)
        if not moved:
            break


def rings(unit, size=600.0):
    """Return the circles that show the distance: list of (kilometres, radius in units)."""
    return [
        (kilometres, kilometres * unit)
        for kilometres in RING_STEPS
        if size / 10 < kilometres * unit < size * 0.75
    ]
