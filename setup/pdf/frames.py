"""Headers and footers: each page's own, laid out together and printed once."""

import json
import re
import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from .tab import function, with_head

# Pages in one print: bounds the memory of a long report.
CHUNK = 200
SHEET = function("frames.js")
# Keeps the document as it is before its own script writes the first page into it.
KEEP = """<script>
    addEventListener(
        "DOMContentLoaded",
        () => { window.clapierOriginal = document.body.innerHTML; },
        { capture: true, once: true }
    );
</script>"""
# What draws nothing: wrappers without looks.
NOTHING = re.compile(
    r"\s|<!--.*?-->|</?(?:div|body|html)(?: id=\"[^\"]*\")?>|<(script|style)\b.*?</\1>",
    re.DOTALL,
)


@dataclass
class Page:
    """One page of the report, as its header and footer are told of it."""

    number: int
    total: int
    body: str
    body_page: int
    body_total: int
    title: str
    sections: tuple

    def query(self):
        """Return the query that wkhtmltopdf adds to the address of a header."""
        section, subsection, subsubsection = self.sections
        return urlencode(
            {
                "page": self.number,
                "frompage": 1,
                "topage": self.total,
                "sitepage": self.body_page,
                "sitepages": self.body_total,
                # Odoo reads the rank of the body in the name of its file.
                "webpage": self.body,
                "section": section,
                "subsection": subsection,
                "subsubsection": subsubsection,
                "title": self.title,
                "doctitle": self.title,
                "date": time.strftime("%Y-%m-%d"),
                "isodate": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                "time": time.strftime("%H:%M"),
            },
            quote_via=quote,
        )


def styled(text, style):
    """Return a document with ``style`` before its own style sheets."""
    head = re.search(r"<head\b[^>]*>", text, re.IGNORECASE)
    return text[: head.end()] + style + text[head.end() :] if head else text


def is_blank(text):
    """Tell whether a header or a footer draws nothing, as that of a sheet of labels."""
    body = re.search(r"<body\b[^>]*>(.*)", text, re.DOTALL | re.IGNORECASE)
    return not NOTHING.sub("", body[1] if body else text)


def print_frames(printer, order, paper, text, pages):
    """Print a header or a footer for each page.

    :param printer: a ``client.Printer``
    :param dict order: what all orders of this call have in common
    :param text: the HTML of the header or footer
    :param list pages: of ``Page``
    :return list: for each page of the report, (the answer whose PDF has its frame, the
        rank of the page in it, the height of the frame's body in inches)
    """
    places = []
    width, height = paper.window(paper.height)
    for first in range(0, len(pages), CHUNK):
        queries = [page.query() for page in pages[first : first + CHUNK]]
        answer = printer.print(
            {
                **order,
                "documents": {"frame": with_head(text, KEEP)},
                "show": f"frame?{queries[0]}",
                "width": width,
                # As low as can be: without a doctype a body is as high as its window.
                "height": 1,
                "delay": 0,
                # A pixel less: what a rounding adds must not make another page.
                "evaluate": f"({SHEET})({json.dumps(queries)}, {height - 1})",
                "pdf": {**paper.print_options(0, 0), "generateTaggedPDF": False},
            }
        )
        for rank, pixels in enumerate(answer["value"]):
            places.append((answer, rank, pixels * paper.scale / 96))
    return places
