"""Draws the pictures of the demo's spaces.

Run it from anywhere: it writes PNG files of a few kB into ``demo/images`` beside it, one
per space, named after its external id. The same Pillow draws the same bytes.
"""

from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
WIDTH, HEIGHT = 600, 400
SCALE = 3  # drawn larger, then reduced: smooth edges
COLORS = 32

WOOD, DARK_WOOD, LIGHT_WOOD = "#c08a54", "#8a5a33", "#dcb483"
INK, METAL, GLASS, WHITE = "#2f3e46", "#9aa5ab", "#d3e8ee", "#fbfaf6"
GREEN, RED, YELLOW, BLUE = "#4f8a6b", "#c8553d", "#e8b04a", "#3d5a80"


class Room:
    """A picture of a wall and a floor on which coordinates go from 0,0 to 300,200."""

    def __init__(self, wall, floor, skirting=140):
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), wall)
        self.draw = ImageDraw.Draw(self.image)
        self.box(0, skirting, 300, 200, floor)
        self.box(0, skirting - 3, 300, skirting, WHITE)

    def _at(self, *numbers):
        return [number * WIDTH * SCALE / 300 for number in numbers]

    def box(self, left, top, right, bottom, color, radius=0):
        corners = self._at(left, top, right, bottom)
        self.draw.rounded_rectangle(corners, radius=self._at(radius)[0], fill=color)

    def shape(self, color, *points):
        self.draw.polygon(self._at(*points), fill=color)

    def disc(self, x, y, radius, color, height=None):
        height = height or radius
        self.draw.ellipse(
            self._at(x - radius, y - height, x + radius, y + height), color
        )

    def line(self, color, width, *points):
        self.draw.line(self._at(*points), color, int(self._at(width)[0]), joint="curve")

    def save(self, name):
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small = small.quantize(COLORS, dither=Image.Dither.NONE)
        small.save(HERE / "images" / f"{name}.png", optimize=True)


# -- things that stand in rooms


def window(room, left, top, right, bottom):
    """A window with an arch, as the station has them."""
    middle, radius = (left + right) / 2, (right - left) / 2
    room.disc(middle, top, radius + 4, WHITE)
    room.box(left - 4, top, right + 4, bottom + 4, WHITE)
    room.disc(middle, top, radius, GLASS)
    room.box(left, top, right, bottom, GLASS)
    room.shape(
        "#b9d7c4", left, bottom, left, bottom - 14, middle, bottom - 24, right, bottom
    )
    room.line(WHITE, 2, middle, top - radius, middle, bottom)
    room.line(WHITE, 2, left, top + 8, right, top + 8)


def lamp(room, x, drop, color):
    """A lamp that hangs from the ceiling."""
    room.line(INK, 1, x, 0, x, drop)
    room.shape(color, x - 4, drop, x + 4, drop, x + 13, drop + 13, x - 13, drop + 13)
    room.disc(x, drop + 13, 5, "#fff3c4", 3)


def plant(room, x, y):
    """A plant in a pot that stands at x, y."""
    for lean in (-14, -7, 0, 7, 14):
        room.line(GREEN, 4, x, y - 16, x + lean, y - 42 + abs(lean))
        room.disc(x + lean, y - 42 + abs(lean), 6, GREEN, 8)
    room.shape(RED, x - 9, y - 18, x + 9, y - 18, x + 6, y, x - 6, y)


def table(room, left, top, right, height, color=WOOD):
    """A table seen from the front."""
    room.box(left, top, right, top + 6, color, 1)
    for x in (left + 6, right - 9):
        room.box(x, top + 6, x + 3, top + height, INK)


def chair(room, x, y, color):
    """A chair seen from behind, its feet at y."""
    room.box(x - 9, y - 40, x + 9, y - 20, color, 4)
    room.box(x - 10, y - 18, x + 10, y - 14, color, 2)
    room.line(INK, 2, x - 7, y - 14, x - 9, y)
    room.line(INK, 2, x + 7, y - 14, x + 9, y)


def laptop(room, x, y):
    """A laptop whose screen is seen, standing on y."""
    room.box(x - 11, y - 15, x + 11, y - 1, INK, 2)
    room.box(x - 9, y - 13, x + 9, y - 3, GLASS)
    room.box(x - 14, y - 1, x + 14, y + 1, METAL)


def board(room, left, top, right, bottom, color=WHITE):
    """A board or a screen on the wall."""
    room.box(left - 2, top - 2, right + 2, bottom + 2, INK, 2)
    room.box(left, top, right, bottom, color)


# -- the spaces


def desks():
    """Rows of desks under high windows."""
    room = Room("#eef1ea", "#d8c3a5")
    for left in (20, 110, 200):
        window(room, left, 58, left + 56, 112)
    for x, color in ((78, YELLOW), (172, GREEN), (266, YELLOW)):
        lamp(room, x, 22, color)
    for left in (14, 112, 210):
        table(room, left, 132, left + 78, 36)
        for x in (left + 20, left + 58):
            laptop(room, x, 131)
            chair(room, x, 178, BLUE)
    plant(room, 102, 176)
    room.save("space_desks")


def meeting():
    """A table for six, a screen."""
    room = Room("#e6ecf2", "#c9b79c")
    board(room, 96, 34, 204, 92, BLUE)
    room.line(WHITE, 3, 110, 80, 130, 62, 150, 70, 186, 44)
    window(room, 20, 62, 62, 118)
    plant(room, 264, 146)
    for x in (92, 150, 208):
        chair(room, x, 150, GREEN)
    room.disc(150, 152, 104, DARK_WOOD, 22)
    room.disc(150, 149, 104, WOOD, 22)
    laptop(room, 118, 148)
    room.disc(176, 146, 4, WHITE, 3)
    for x in (92, 150, 208):
        chair(room, x, 196, GREEN)
    room.save("space_meeting")


def phone_box():
    """A wooden box with a glass door, as a ticket office of old."""
    room = Room("#f4e9dc", "#cfae86")
    room.box(92, 24, 208, 168, DARK_WOOD, 4)
    room.box(84, 18, 216, 30, WOOD, 3)
    room.box(104, 40, 196, 164, "#f9e7b8")
    table(room, 112, 108, 188, 54, LIGHT_WOOD)
    laptop(room, 150, 107)
    chair(room, 150, 164, RED)
    lamp(room, 150, 46, YELLOW)
    room.box(104, 40, 107, 164, INK)
    room.box(193, 40, 196, 164, INK)
    plant(room, 50, 168)
    plant(room, 248, 168)
    room.save("space_phone_box")


def office(name, wall, color, windows):
    """A desk or two, shelves, a window."""
    room = Room(wall, "#c7b299")
    for left in windows:
        window(room, left, 60, left + 50, 116)
    for top in (40, 66, 92):
        room.box(206, top + 18, 286, top + 21, DARK_WOOD)
        for number in range(9):
            tone = (RED, BLUE, GREEN, YELLOW)[(number + top) % 4]
            low = top + (number * 5) % 7
            room.box(210 + number * 8, low, 216 + number * 8, top + 18, tone)
    lamp(room, 110, 18, color)
    table(room, 40, 128, 178, 42)
    for x in (78, 140):
        laptop(room, x, 127)
        chair(room, x, 180, color)
    plant(room, 246, 176)
    room.save(name)


def training(name, color, rows):
    """Rows of tables before a board."""
    room = Room("#eff0e6", "#d2bd9d")
    board(room, 70, 26, 230, 96)
    room.line(color, 3, 84, 46, 150, 46)
    for top, right in ((60, 200), (72, 180), (84, 140)):
        room.line(METAL, 2, 84, top, right, top)
    window(room, 14, 58, 44, 112)
    window(room, 256, 58, 286, 112)
    for row in range(rows):
        top = 122 + row * 34
        for left in (20 - row * 8, 162 + row * 0):
            table(room, left, top, left + 118 + row * 8, 26, LIGHT_WOOD)
            for x in (left + 24, left + 62, left + 100):
                chair(room, x, top + 40, color)
    room.save(name)


def hall(name, color, people):
    """The hall of the station: arches and a clock."""
    room = Room("#f2e6d3", "#cdbfae", skirting=150)
    for left in (16, 206):
        window(room, left, 66, left + 78, 146)
    window(room, 116, 90, 184, 146)
    room.disc(150, 34, 23, INK)
    room.disc(150, 34, 20, WHITE)
    room.line(INK, 2, 150, 34, 150, 20)
    room.line(INK, 2, 150, 34, 160, 38)
    for top in (160, 174, 188):
        room.line("#bdae9b", 1, 0, top, 300, top)
    for number in range(people):
        x = 30 + number * 240 / max(people - 1, 1)
        tone = (color, YELLOW, BLUE, RED)[number % 4]
        room.disc(x, 136, 7, ("#eec1a2", "#8d5a3b")[number % 2])
        room.box(x - 9, 143, x + 9, 178, tone, 7)
    room.save(name)


def kitchen():
    """A worktop, an oven, pots, a long table."""
    room = Room("#e9f0ee", "#cbb8a0")
    for left in range(0, 300, 20):
        room.box(left, 70, left + 19, 88, "#cfe0dc")
        room.box(left - 10, 89, left + 9, 107, "#dbe8e5")
    room.box(16, 22, 120, 58, GREEN, 2)
    room.line(WHITE, 2, 68, 22, 68, 58)
    room.shape(METAL, 176, 20, 224, 20, 244, 56, 156, 56)
    room.box(10, 108, 290, 116, LIGHT_WOOD, 1)
    room.box(14, 116, 286, 164, GREEN)
    for left in (18, 86, 240):
        room.box(left, 120, left + 44 + 20 * (left < 240), 160, "#5f9a7b", 2)
    room.box(166, 116, 234, 164, INK, 2)
    room.box(176, 128, 224, 156, "#f0a94a", 2)
    for x, color in ((182, RED), (216, BLUE)):
        room.box(x - 13, 92, x + 13, 108, color, 3)
        room.line(INK, 2, x - 18, 96, x + 18, 96)
    plant(room, 40, 108)
    room.box(0, 178, 300, 184, WOOD)
    room.save("space_kitchen")


def main():
    """Draw all pictures."""
    desks()
    meeting()
    phone_box()
    office("space_office_signal", "#e8eef0", RED, (20, 110))
    office("space_office_points", "#f3ece0", GREEN, (66,))
    training("space_training", BLUE, 2)
    training("space_training_a", GREEN, 1)
    training("space_training_b", RED, 1)
    hall("space_hall", GREEN, 7)
    hall("space_hall_street", GREEN, 4)
    hall("space_hall_tracks", RED, 3)
    kitchen()


if __name__ == "__main__":
    main()
