"""One PDF of many: bodies in order, headers and footers on them, the outline above."""

import io
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from .paper import POINT


@dataclass
class Heading:
    """An entry of the outline: a heading of a body and where it stands."""

    title: str
    page: int
    top: float
    children: list


def outline(reader, found, depth):
    """Return the headings of a body as a tree of ``Heading``.

    As wkhtmltopdf does, a heading belongs to the last one before it of a higher level,
    whatever levels are left out between.

    :param reader: of the body's PDF
    :param list found: what headings.js returns
    :param int depth: levels to keep
    """
    places = reader.named_destinations
    tree, above = [], []
    for level, title, name in found:
        place = places.get(f"/{name}") or places.get(name)
        page = reader.get_destination_page_number(place) if place else None
        if page is None:
            continue
        while above and above[-1][0] >= level:
            above.pop()
        heading = Heading(title, page, float(place.top or 0), [])
        siblings = above[-1][1].children if above else tree
        if len(above) < depth:
            siblings.append(heading)
        above.append((level, heading))
    return tree


class Report:
    """The report as a PDF under construction."""

    def __init__(self, bodies):
        """Take the pages of the bodies.

        :param list bodies: of PdfReader
        """
        if len(bodies) == 1:
            # Keeps the tags that screen readers use.
            self.writer = PdfWriter(clone_from=bodies[0])
        else:
            self.writer = PdfWriter()
            for body in bodies:
                self.writer.append(body, import_outline=False)
        self._names = 0

    def lay_over(self, number, source, dx, dy):
        """Paint a page of another PDF over a page.

        :param number: rank of the page painted on
        :param source: the page of the other PDF
        :param dx, dy: how far to move it, in points, rightwards and upwards
        """
        page = self.writer.pages[number]
        form = StreamObject()
        form.set_data(source.get_contents().get_data())
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): _numbers(source.mediabox),
                NameObject("/Matrix"): _numbers((1, 0, 0, 1, dx, dy)),
                NameObject("/Resources"): source["/Resources"].clone(self.writer),
            }
        )
        self._names += 1
        name = f"/ClapierFrame{self._names}"
        self._add_resource(page, name, self.writer._add_object(form.flate_encode()))
        # Neither header nor footer is part of the text that is read aloud.
        self._paint(page, f"/Artifact BMC {name} Do EMC")
        for link in source.get("/Annots", ()):
            self._add_link(page, link.get_object(), dx, dy)

    def draw_line(self, number, start, stop, height):
        """Draw a line across a page, in points from its lower left corner."""
        page = self.writer.pages[number]
        self._paint(
            page,
            f"/Artifact BMC 0.5 w {start:.2f} {height:.2f} m {stop:.2f} "
            f"{height:.2f} l S EMC",
        )

    def set_outline(self, tree):
        """Replace the outline.

        Odoo cuts a PDF of several records where wkhtmltopdf's outline says that each
        begins: named destinations in the catalog, whose pages are numbers.

        :param list tree: of Heading
        """
        root = self.writer.root_object
        root.pop("/Outlines", None)
        self._dests = root.setdefault(
            NameObject("/Dests"), DictionaryObject()
        ).get_object()
        if tree:
            outlines = DictionaryObject({NameObject("/Type"): NameObject("/Outlines")})
            reference = self.writer._add_object(outlines)
            self._add_entries(outlines, reference, tree)
            root[NameObject("/Outlines")] = reference

    def write(self, title):
        """Return the PDF as bytes."""
        self.writer.metadata = {
            "/Title": title,
            "/Creator": "Clapier",
            "/Producer": "Chromium, pypdf",
        }
        target = io.BytesIO()
        self.writer.write(target)
        return target.getvalue()

    def _add_resource(self, page, name, reference):
        resources = page[NameObject("/Resources")].get_object()
        forms = resources.setdefault(NameObject("/XObject"), DictionaryObject())
        forms.get_object()[NameObject(name)] = reference

    def _paint(self, page, operators):
        contents = page["/Contents"]
        inner = contents if isinstance(contents, ArrayObject) else None
        inner = inner or [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject(
            [self._stream("q"), *inner, self._stream(f"Q {operators}")]
        )

    def _stream(self, operators):
        stream = StreamObject()
        stream.set_data(operators.encode() + b"\n")
        return self.writer._add_object(stream)

    def _add_link(self, page, link, dx, dy):
        copy = link.clone(self.writer)
        left, bottom, right, top = (float(value) for value in link["/Rect"])
        copy[NameObject("/Rect")] = _numbers(
            (left + dx, bottom + dy, right + dx, top + dy)
        )
        for key in ("/StructParent", "/P"):
            copy.pop(key, None)
        annotations = page.setdefault(NameObject("/Annots"), ArrayObject())
        annotations.get_object().append(copy.indirect_reference)

    def _add_entries(self, parent, parent_reference, tree):
        count = 0
        previous = previous_reference = None
        for heading in tree:
            name = NameObject(f"/__WKANCHOR_{len(self._dests)}")
            self._dests[name] = ArrayObject(
                [NumberObject(heading.page), NameObject("/XYZ")]
                + [FloatObject(0), FloatObject(heading.top), NumberObject(0)]
            )
            entry = DictionaryObject(
                {
                    NameObject("/Title"): TextStringObject(heading.title),
                    NameObject("/Dest"): name,
                    NameObject("/Parent"): parent_reference,
                }
            )
            reference = self.writer._add_object(entry)
            if previous is None:
                parent[NameObject("/First")] = reference
            else:
                previous[NameObject("/Next")] = reference
                entry[NameObject("/Prev")] = previous_reference
            previous, previous_reference = entry, reference
            count += 1 + self._add_entries(entry, reference, heading.children)
        if tree:
            parent[NameObject("/Last")] = previous_reference
            parent[NameObject("/Count")] = NumberObject(count)
        return count


def read(pdf):
    """Return a reader for a PDF in bytes."""
    return PdfReader(io.BytesIO(pdf))


def points(length):
    """Return inches in points."""
    return length * POINT


def _numbers(values):
    return ArrayObject(FloatObject(round(float(value), 4)) for value in values)
