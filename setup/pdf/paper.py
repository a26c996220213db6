"""Sizes: what wkhtmltopdf's command line says, in the units that Chromium takes."""

import re
from dataclasses import dataclass

from . import PdfError

MM = 1 / 25.4
POINT = 72
CSS_PIXEL = 96
# mm, upright. The names are Qt's, which are those of report.paperformat.
FORMATS = {
    **{
        f"A{number}": size
        for number, size in enumerate(
            [(841, 1189), (594, 841), (420, 594), (297, 420), (210, 297)]
            + [(148, 210), (105, 148), (74, 105), (52, 74), (37, 52)]
        )
    },
    **{
        f"B{number}": size
        for number, size in enumerate(
            [(1000, 1414), (707, 1000), (500, 707), (353, 500), (250, 353)]
            + [(176, 250), (125, 176), (88, 125), (62, 88), (44, 62), (31, 44)]
        )
    },
    "C5E": (163, 229),
    "Comm10E": (105, 241),
    "DLE": (110, 220),
    "Executive": (190.5, 254),
    "Folio": (210, 330),
    "Ledger": (431.8, 279.4),
    "Legal": (215.9, 355.6),
    "Letter": (215.9, 279.4),
    "Tabloid": (279.4, 431.8),
}
UNITS = {"": MM, "mm": MM, "cm": 10 * MM, "in": 1, "pt": 1 / POINT, "px": 1 / CSS_PIXEL}
# Smart shrinking lays a page out 1.25 times as wide as the paper and never more than
# twice: the factors of WebKit's printing, which Odoo's reports are drawn for.
SHRINK = 1.25
SIDES = ("top", "right", "bottom", "left")
# The scales that Chromium accepts.
SCALES = (0.1, 2.0)


def inches(text):
    """Return a length such as ``52.0`` (mm), ``57mm`` or ``1in`` in inches.

    :raises PdfError: it is no length
    """
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*([a-z]*)\s*", text.lower())
    if not match or match[2] not in UNITS:
        raise PdfError(f"“{text}” is not a length: write for example 12mm.")
    return float(match[1]) * UNITS[match[2]]


@dataclass(frozen=True)
class Paper:
    """Page and margins in inches, and the scale of the content on it."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    scale: float

    @classmethod
    def from_options(cls, options):
        """Return the paper that parsed options ask for.

        :raises PdfError: an unknown format, or margins that leave no room
        """
        width, height = _size(options)
        if options.orientation.lower() == "landscape":
            width, height = height, width
        shrink = SHRINK if options.smart_shrinking else 1
        scale = min(max(options.zoom / shrink, SCALES[0]), SCALES[1])
        margins = (inches(getattr(options, f"margin_{side}")) for side in SIDES)
        paper = cls(width, height, *margins, scale)
        if paper.room_width <= 0 or paper.room_height <= 0:
            raise PdfError(
                "The margins leave no room on the page: make them smaller in the "
                "paper format."
            )
        return paper

    @property
    def room_width(self):
        return self.width - self.left - self.right

    @property
    def room_height(self):
        return self.height - self.top - self.bottom

    def window(self, height):
        """Return (width, height) in CSS pixels of what fills the room's width.

        :param height: in inches
        """
        pixel = CSS_PIXEL / self.scale
        return int(self.room_width * pixel), int(height * pixel)

    def print_options(self, top, bottom):
        """Return the parameters of Page.printToPDF with these vertical margins."""
        return {
            "printBackground": True,
            "paperWidth": self.width,
            "paperHeight": self.height,
            "marginTop": top,
            "marginRight": self.right,
            "marginBottom": bottom,
            "marginLeft": self.left,
            "scale": self.scale,
        }


def _size(options):
    if options.page_width and options.page_height:
        return inches(options.page_width), inches(options.page_height)
    named = {name.lower(): size for name, size in FORMATS.items()}
    size = named.get(options.page_size.lower())
    if not size:
        raise PdfError(
            f"The paper size “{options.page_size}” is unknown: choose one such as A4 "
            "or Letter, or give a width and a height."
        )
    return size[0] * MM, size[1] * MM
