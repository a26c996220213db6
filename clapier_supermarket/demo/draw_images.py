"""Draws the pictures of the demo data: members, producers, products and the logo.

Run it from anywhere: it writes PNG files of a few kB into ``demo/images`` beside it, one
per record, named after the record's external id. The same Pillow draws the same bytes.
"""

import csv
import hashlib
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
SIZE = 192
SCALE = 4  # drawn larger, then reduced: smooth edges
COLORS = 48

SKINS = ["#f6d7c3", "#eec1a2", "#d9a27c", "#b97f57", "#8d5a3b", "#6b4129"]
HAIRS = ["#2b2320", "#1f1a18", "#4a3226", "#7a5230", "#b98a4e", "#8c3f26"]
GREYS = ["#a9a39b", "#8a857f", "#e3dfd8"]
CUTS = {
    "f": ["long", "curls", "bun", "fringe", "long"],
    "m": ["short", "beard", "curls", "short", "fringe"],
}
CLOTHES = ["#3f7f6b", "#c8553d", "#3d5a80", "#e0a030", "#7a4e8a", "#5b7f3a", "#a63d57"]
BACKGROUNDS = [
    "#e8f1ec",
    "#fbeee6",
    "#e7eef7",
    "#fdf4dc",
    "#f1e9f5",
    "#eef4e3",
    "#f8e8ec",
]


class Sheet:
    """A square picture on which coordinates go from 0 to 100."""

    def __init__(self, background):
        self.image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), background)
        self.draw = ImageDraw.Draw(self.image)

    def _at(self, *numbers):
        return [number * SIZE * SCALE / 100 for number in numbers]

    def disc(self, x, y, radius, color, height=None):
        height = height or radius
        box = self._at(x - radius, y - height, x + radius, y + height)
        self.draw.ellipse(box, fill=color)

    def box(self, left, top, right, bottom, color, radius=0):
        corners = self._at(left, top, right, bottom)
        self.draw.rounded_rectangle(corners, radius=self._at(radius)[0], fill=color)

    def shape(self, color, *points):
        self.draw.polygon(self._at(*points), fill=color)

    def line(self, color, width, *points):
        self.draw.line(self._at(*points), color, int(self._at(width)[0]), joint="curve")

    def slice(self, x, y, radius, start, end, color):
        box = self._at(x - radius, y - radius, x + radius, y + radius)
        self.draw.pieslice(box, start, end, fill=color)

    def save(self, name):
        small = self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        small = small.quantize(COLORS, dither=Image.Dither.NONE)
        small.save(HERE / "images" / f"{name}.png", optimize=True)


def darker(color, part=0.75):
    """Return ``color`` (#rrggbb) darkened."""
    rgb = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(value * part):02x}" for value in rgb)


def lighter(color, part=0.55):
    """Return ``color`` (#rrggbb) nearer to white."""
    rgb = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(255 - (255 - value) * part):02x}" for value in rgb)


# -- people


def person(name, gender, age):
    """A bust; what gender (f, m) and age (young, old) leave open follows from the name."""
    seed = hashlib.sha256(name.encode()).digest()
    tone = seed[0] % len(SKINS)
    skin = SKINS[tone]
    hairs = GREYS if age == "old" else HAIRS[: 3 if tone > 2 else len(HAIRS)]
    hair = hairs[seed[1] % len(hairs)]
    sheet = Sheet(BACKGROUNDS[seed[3] % len(BACKGROUNDS)])
    cut = CUTS[gender][seed[4] % len(CUTS[gender])]
    if cut == "long":
        sheet.box(27, 26, 73, 78, hair, 22)
    elif cut == "curls":
        for x, y in ((32, 34), (44, 25), (57, 25), (68, 34), (71, 47), (29, 47)):
            sheet.disc(x, y, 12, hair)
    elif cut == "bun":
        sheet.disc(50, 16, 10, hair)
    sheet.disc(50, 104, 40, CLOTHES[seed[2] % len(CLOTHES)], 34)
    sheet.box(43, 58, 57, 78, darker(skin, 0.9), 6)
    sheet.disc(50, 46, 20, skin, 23)
    sheet.slice(50, 40, 22, 180, 360, hair)
    if cut == "fringe":
        sheet.box(28, 34, 72, 43, hair, 4)
    elif cut == "beard":
        sheet.slice(50, 50, 20, 10, 170, hair)
        sheet.disc(50, 50, 12, skin)
    face(sheet, skin, glasses=seed[6] % 3 == 0)
    sheet.save(name)


def face(sheet, skin, glasses):
    """Eyes, a smile and perhaps glasses."""
    for x in (43, 57):
        sheet.disc(x, 48, 2, "#2b2320")
    if glasses:
        for x in (42, 58):
            sheet.draw.ellipse(
                sheet._at(x - 6, 42, x + 6, 54), outline="#40464d", width=9
            )
        sheet.line("#40464d", 1.2, 48, 48, 52, 48)
    sheet.draw.arc(sheet._at(43, 48, 57, 62), 25, 155, fill=darker(skin, 0.6), width=9)


# -- producers and the hub


def farm(name, color):
    """Hills, a barn and a sun."""
    sheet = Sheet("#eaf3f8")
    sheet.disc(76, 24, 10, "#f4c542")
    sheet.disc(22, 100, 52, lighter(color, 0.5), 48)
    sheet.disc(84, 104, 46, color, 44)
    sheet.box(30, 46, 62, 78, "#b5523b")
    sheet.shape("#7d3325", 26, 48, 46, 28, 66, 48)
    sheet.box(40, 58, 52, 78, "#f2e3d0")
    sheet.save(name)


def logo():
    """The front of a station, a leaf for its clock."""
    sheet = Sheet("#ffffff")
    green, dark = "#3f7f6b", "#27564a"
    sheet.box(8, 50, 92, 86, green)
    sheet.box(30, 34, 70, 86, dark)
    sheet.shape(dark, 26, 36, 50, 14, 74, 36)
    for x in (13, 76):
        sheet.box(x, 58, x + 11, 76, "#ffffff", 5)
    sheet.box(43, 62, 57, 86, "#f4c542", 6)
    sheet.disc(50, 40, 10, "#ffffff")
    sheet.slice(45, 45, 10, 270, 360, "#6aa84f")
    sheet.line("#3c6e2b", 1, 45, 45, 51, 39)
    sheet.box(4, 84, 96, 89, dark, 2)
    sheet.save("logo")


# -- products: one function per shape, given two colours


def apple(s, a, b):
    s.disc(42, 58, 22, a, 25)
    s.disc(58, 58, 22, a, 25)
    s.disc(36, 50, 5, lighter(a))
    s.line("#6b4a2f", 3, 50, 38, 53, 22)
    s.slice(64, 30, 12, 120, 260, b)


def pear(s, a, b):
    s.disc(50, 64, 24, a)
    s.disc(50, 40, 14, a, 18)
    s.line("#6b4a2f", 3, 50, 26, 54, 14)
    s.slice(64, 24, 11, 120, 260, b)


def round_fruits(s, a, b):
    for x, y in ((36, 62), (64, 62), (50, 40)):
        s.disc(x, y, 18, a)
        s.disc(x - 6, y - 6, 4, lighter(a))
    s.slice(62, 24, 12, 100, 230, b)


def berries(s, a, b):
    for x in (30, 43, 57, 70):
        s.disc(x, 46, 9, a)
        s.disc(x - 3, 43, 2, lighter(a))
    for x in (37, 50, 63):
        s.disc(x, 36, 9, a)
        s.disc(x - 3, 33, 2, lighter(a))
    s.shape(b, 18, 50, 82, 50, 74, 80, 26, 80)
    s.line(darker(b), 1.5, 21, 60, 79, 60)


def leaves(s, a, b):
    for x, y, radius in ((32, 52, 18), (68, 52, 18), (50, 40, 20), (50, 62, 22)):
        s.disc(x, y, radius, a)
    for x, y in ((36, 54), (64, 54), (50, 46)):
        s.disc(x, y, 12, b)
    s.box(44, 74, 56, 86, lighter(b), 4)


def carrot(s, a, b):
    s.shape(a, 34, 40, 66, 40, 50, 90)
    s.disc(50, 40, 16, a, 8)
    for x, y in ((40, 16), (50, 10), (60, 16)):
        s.line(b, 4, 50, 38, x, y)
    for y in (52, 62):
        s.line(darker(a), 1.5, 44, y, 52, y)


def root(s, a, b):
    s.disc(50, 60, 24, a, 22)
    s.shape(a, 44, 80, 56, 80, 50, 94)
    s.slice(50, 60, 24, 200, 340, lighter(a, 0.8))
    for x in (40, 50, 60):
        s.line(b, 4, 50, 40, x, 14)


def tuber(s, a, b):
    s.disc(38, 58, 20, a, 15)
    s.disc(64, 50, 18, darker(a, 0.92), 14)
    s.disc(58, 70, 17, lighter(a, 0.9), 12)
    for x, y in ((32, 56), (62, 48), (56, 70), (68, 53)):
        s.disc(x, y, 1.5, b)


def squash(s, a, b):
    for x, radius in ((32, 18), (68, 18), (42, 20), (58, 20), (50, 16)):
        s.disc(x, 60, radius, a if radius != 16 else darker(a, 0.9), 24)
    s.box(46, 22, 54, 40, b, 3)


def stalks(s, a, b):
    for x in (36, 46, 56, 66):
        s.line(lighter(b, 0.4), 6, x, 50, x - (50 - x) * 0.2, 88)
        s.line(a, 7, x + (x - 50) * 0.4, 14, x, 52)
    s.box(32, 54, 70, 60, b, 2)


def tomato(s, a, b):
    s.disc(50, 58, 27, a, 24)
    s.disc(40, 48, 6, lighter(a))
    for x in (38, 50, 62):
        s.line(b, 4, 50, 36, x, 28)


def mushrooms(s, a, b):
    for x, y, size in ((36, 60, 16), (62, 52, 22)):
        s.box(x - size / 3, y, x + size / 3, y + size * 1.4, b, 3)
        s.slice(x, y + 2, size, 180, 360, a)


def onion(s, a, b):
    s.disc(50, 60, 24, a, 22)
    s.shape(a, 40, 42, 60, 42, 50, 16)
    for x in (40, 50, 60):
        s.line(b, 1.2, 50, 30, x, 78)


def bottle(s, a, b):
    s.box(44, 10, 56, 40, a, 3)
    s.box(35, 34, 65, 92, a, 9)
    s.box(44, 8, 56, 18, darker(b), 2)
    s.box(35, 54, 65, 78, b)
    s.line(a, 2, 41, 66, 59, 66)


def flask(s, a, b):
    s.box(43, 14, 57, 30, "#e9e5dd", 2)
    s.box(32, 26, 68, 90, a, 12)
    s.box(42, 10, 58, 20, b, 3)
    s.box(36, 50, 64, 76, "#fbf7ee", 3)
    s.disc(50, 63, 8, a)


def jar(s, a, b):
    s.box(28, 30, 72, 86, a, 10)
    s.box(30, 18, 70, 32, b, 4)
    s.box(34, 46, 66, 70, "#fbf7ee", 3)
    s.disc(50, 58, 7, a)


def pot(s, a, b):
    s.shape("#f7f4ee", 28, 34, 72, 34, 66, 84, 34, 84)
    s.shape(a, 30, 50, 70, 50, 67, 72, 33, 72)
    s.box(24, 26, 76, 35, b, 3)
    s.disc(50, 61, 6, "#ffffff")


def carton(s, a, b):
    s.box(32, 34, 68, 90, "#fbfbf7")
    s.shape(a, 32, 34, 68, 34, 58, 16, 42, 16)
    s.box(32, 54, 68, 78, a)
    s.box(42, 10, 58, 17, b)


def wedge(s, a, b):
    s.shape(a, 14, 62, 84, 40, 84, 58, 14, 78)
    s.shape(lighter(a, 0.6), 14, 62, 62, 30, 84, 40)
    for x, y in ((34, 66), (52, 60), (70, 54), (56, 44)):
        s.disc(x, y, 3, b)


def wheel(s, a, b):
    s.disc(50, 64, 34, darker(b, 0.9), 18)
    s.box(16, 52, 84, 64, darker(b, 0.9))
    s.disc(50, 52, 34, a, 18)
    s.slice(50, 52, 34, 20, 60, b)


def cylinder(s, a, b):
    s.box(30, 28, 70, 80, a)
    s.disc(50, 80, 20, a, 8)
    s.disc(50, 28, 20, b, 8)
    for x, y in ((40, 44), (58, 52), (46, 66), (62, 70)):
        s.disc(x, y, 2.5, darker(b, 0.6))


def sack(s, a, b):
    s.shape(a, 26, 30, 74, 30, 80, 88, 20, 88)
    s.shape(darker(a), 26, 30, 74, 30, 70, 18, 30, 18)
    s.box(34, 48, 66, 74, b, 4)
    for y in (56, 62, 68):
        s.line(a, 1.5, 40, y, 60, y)


def packet(s, a, b):
    s.box(28, 16, 72, 88, a, 4)
    s.box(34, 48, 66, 80, "#fbf7ee", 3)
    for x in (40, 46, 52, 58):
        s.line(b, 3, x, 54, x + 3, 74)
    s.box(28, 16, 72, 24, darker(a), 3)
    s.disc(50, 36, 7, b)


def loaf(s, a, b):
    s.disc(50, 58, 36, a, 24)
    for x in (32, 46, 60):
        s.line(b, 4, x, 66, x + 10, 44)


def baguette(s, a, b):
    s.line(a, 15, 22, 78, 78, 24)
    for place in (22, 78):
        s.disc(place, 100 - place, 7.4, a)
    for step in range(4):
        x = 32 + 12 * step
        s.line(b, 3, x - 4, 62 - 12 * step, x + 6, 66 - 12 * step)


def bun(s, a, b):
    s.slice(50, 64, 34, 180, 360, a)
    s.box(16, 62, 84, 76, darker(a, 0.88), 7)
    for x, y in ((38, 44), (52, 38), (64, 50), (46, 54)):
        s.disc(x, y, 3, b)


def cookie(s, a, b):
    s.disc(44, 56, 26, a)
    s.disc(66, 42, 18, darker(a, 0.9))
    for x, y in ((36, 48), (50, 52), (42, 66), (64, 38), (72, 46)):
        s.disc(x, y, 3.5, b)


def tart(s, a, b):
    s.shape(a, 14, 54, 84, 32, 84, 44, 14, 72)
    s.shape(b, 16, 54, 82, 34, 70, 26, 40, 34)
    s.shape(darker(a), 14, 66, 84, 42, 84, 48, 14, 74)


def sandwich(s, a, b):
    s.shape(a, 18, 70, 82, 70, 50, 26)
    s.shape(b, 18, 76, 82, 76, 82, 70, 18, 70)
    s.shape(darker(a, 0.85), 18, 84, 82, 84, 82, 76, 18, 76)


def eggs(s, a, b):
    for x in (30, 50, 70):
        s.disc(x, 48, 10, a, 14)
    s.box(16, 54, 84, 78, b, 6)
    for x in (40, 60):
        s.line(darker(b), 1.5, x, 56, x, 76)


def poultry(s, a, b):
    s.disc(46, 50, 28, a, 22)
    s.line("#f5efe6", 8, 66, 66, 84, 80)
    s.disc(86, 80, 5, "#f5efe6")
    s.disc(66, 64, 12, b)


def tin(s, a, b):
    s.box(22, 40, 78, 74, a)
    s.disc(50, 74, 28, a, 9)
    s.disc(50, 40, 28, b, 9)
    s.box(22, 50, 78, 68, "#fbf7ee")
    s.disc(50, 59, 6, a)


def candle(s, a, b):
    s.box(36, 38, 64, 90, a, 5)
    s.line("#4a3226", 2, 50, 38, 50, 28)
    s.disc(50, 22, 6, b, 9)


def soap(s, a, b):
    s.box(20, 46, 80, 82, a, 14)
    s.box(30, 56, 70, 72, lighter(a), 8)
    for x, y, radius in ((34, 32, 7), (50, 24, 5), (62, 34, 9)):
        s.disc(x, y, radius, b)


def sweets(s, a, b):
    for x, y, color in ((34, 40, a), (64, 50, b), (42, 70, lighter(a))):
        s.shape(darker(color), x - 18, y - 7, x - 18, y + 7, x, y)
        s.shape(darker(color), x + 18, y - 7, x + 18, y + 7, x, y)
        s.disc(x, y, 10, color)


def butter(s, a, b):
    s.shape(b, 14, 70, 86, 70, 80, 82, 20, 82)
    s.box(24, 46, 76, 70, a, 3)
    s.shape(lighter(a), 24, 48, 34, 38, 84, 38, 76, 48)


def product(name, shape, first, second):
    """The product's shape on a tint of its own colour."""
    sheet = Sheet(lighter(first, 0.14))
    sheet.disc(50, 88, 34, lighter(first, 0.3), 5)
    globals()[shape](sheet, first, second)
    sheet.save(name)


def main():
    """Draw every picture again."""
    (HERE / "images").mkdir(exist_ok=True)
    logo()
    with open(HERE / "images" / "shapes.txt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["shape"] == "person":
                person(row["id"], row["first"], row["second"])
            elif row["shape"] == "farm":
                farm(row["id"], row["first"])
            else:
                product(row["id"], row["shape"], row["first"], row["second"])


if __name__ == "__main__":
    main()
