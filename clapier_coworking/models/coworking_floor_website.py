import re

from odoo import models

CORNER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,3})?,-?[0-9]{1,6}(?:\.[0-9]{1,3})?")


def corners(shape):
    """Return the corners [(x, y), …] of “x,y x,y x,y”, none of what is no shape."""
    words = (shape or "").split()
    if len(words) < 3 or not all(CORNER.fullmatch(word) for word in words):
        return []
    return [tuple(float(number) for number in word.split(",")) for word in words]


class CoworkingFloor(models.Model):
    """The plan of a floor on the website: an SVG drawn from the shapes of its spaces."""

    _inherit = "coworking.floor"

    def _plans(self, spaces):
        """Return what draws the floors where ``spaces`` are.

        :return: [{floor, outline, shapes: [{space, points, x, y, size}]}], floors without
            any shape left out
        """
        plans = []
        for floor_sudo in spaces.sudo().floor_id.sorted(lambda f: (f.sequence, f.id)):
            shapes = [
                floor_sudo._plan_shape(space, corners(space.plan_shape))
                for space in spaces
                if space.floor_id == floor_sudo and corners(space.plan_shape)
            ]
            if shapes:
                # Parts lie on their whole: the larger shape is drawn first.
                shapes.sort(key=lambda shape: -shape["area"])
                plans.append(
                    {
                        "floor": floor_sudo,
                        "outline": self._points(corners(floor_sudo.outline)),
                        "shapes": shapes,
                    }
                )
        return plans

    def _plan_shape(self, space, points):
        """Return what draws one space: its polygon and where its name is written."""
        xs, ys = zip(*points, strict=True)
        width = max(xs) - min(xs)
        size = min(self.width / 34, width / (0.66 * max(len(space.name), 4)))
        size = round(max(size, self.width / 80), 1)
        middle = (max(ys) + min(ys)) / 2
        if space.part_ids:
            # Its parts are drawn over it: its name is along the upper edge.
            size = min(size, self.width / 55)
            middle = min(ys) + size * 0.8
        return {
            "space": space,
            "points": self._points(points),
            "x": round((max(xs) + min(xs)) / 2, 1),
            "y": round(middle, 1),
            "size": round(size, 1),
            "area": width * (max(ys) - min(ys)),
        }

    def _points(self, points):
        return " ".join(f"{x:g},{y:g}" for x, y in points)
