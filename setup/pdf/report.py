"""A whole report: bodies printed, pages counted, headers and footers laid over."""

import base64
import html
import os
import re

from . import client, compose
from .frames import Page, is_blank, print_frames
from .options import cookies, read_html
from .paper import Paper, inches
from .tab import function, with_head

BASE = re.compile(r"<base\b[^>]*\bhref\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
# Seconds for one document.
TIMEOUT = 60
HEADINGS = function("headings.js")
# Spares the server the request for an icon.
ICON = '<link rel="icon" href="data:,">'
# wkhtmltopdf's Qt never cuts a line of a table and repeats a table's head where it goes
# on; Chromium does so for paper, while reports are styled for the screen.
STYLE = """<style>
    thead { display: table-header-group !important; break-inside: avoid; }
    tfoot { display: table-row-group; }
    tr, img { break-inside: avoid; }
</style>"""


def print_report(options):
    """Print the report that parsed options describe.

    :return: (the PDF in bytes, problems as a list of sentences)
    :raises PdfError: no PDF can be made
    """
    return _Printing(options).run()


class _Printing:
    def __init__(self, options):
        self.options = options
        self.paper = Paper.from_options(options)
        self.sources = [read_html(path) for path in options.pages]
        self.frames = {
            name: with_head(text, ICON)
            for name in ("header", "footer")
            if (path := getattr(options, f"{name}_html"))
            and not is_blank(text := read_html(path))
        }
        self.origin = _origin([*self.sources, *self.frames.values()])
        self.order = {
            "origin": self.origin,
            "cookies": cookies(options, self.origin) if self.origin else [],
            "media_width": int(self.options.viewport_size.split("x")[0]),
            "media": "print" if options.print_media_type else "screen",
            "script": options.javascript,
            "timeout": float(os.environ.get("CLAPIER_PDF_TIMEOUT") or TIMEOUT),
        }
        self.problems = []

    def run(self):
        with client.Printer() as printer:
            printed = [self._print_body(printer, source) for source in self.sources]
            bodies, outlines = zip(*printed, strict=True)
            pages = self._pages(bodies, outlines)
            frames = {
                name: print_frames(printer, self.order, self.paper, text, pages)
                for name, text in self.frames.items()
            }
        report = compose.Report(bodies)
        for name, places in frames.items():
            self._lay_over(report, name, places)
        self._draw_lines(report, len(pages))
        if self.options.outline:
            report.set_outline(_joined(bodies, outlines))
        title = self.options.title or (pages[0].title if pages else "")
        return report.write(title), list(dict.fromkeys(self.problems))

    def _print_body(self, printer, source):
        width, height = self.paper.window(self.paper.room_height)
        answer = printer.print(
            {
                **self.order,
                "documents": {"body": with_head(source, ICON + STYLE)},
                "show": "body",
                "width": width,
                "height": height,
                "delay": self.options.javascript_delay,
                "pdf": {
                    **self.paper.print_options(self.paper.top, self.paper.bottom),
                    # Tags would triple the time of the merge, and Odoo drops them.
                    "generateTaggedPDF": False,
                },
                "evaluate": f"({HEADINGS})()",
            }
        )
        body = self._read(answer)
        depth = self.options.outline_depth
        return body, compose.outline(body, answer["value"], depth)

    def _read(self, answer):
        self.problems += answer["problems"]
        return compose.read(base64.b64decode(answer["pdf"]))

    def _pages(self, bodies, outlines):
        total = sum(len(body.pages) for body in bodies)
        pages = []
        for path, source, body, outline in zip(
            self.options.pages, self.sources, bodies, outlines, strict=True
        ):
            title = _title(source, outline)
            for rank in range(len(body.pages)):
                pages.append(
                    Page(
                        number=len(pages) + 1,
                        total=total,
                        body=os.path.basename(path),
                        body_page=rank + 1,
                        body_total=len(body.pages),
                        title=title,
                        sections=_sections(outline, rank),
                    )
                )
        return pages

    def _lay_over(self, report, name, places):
        """Paint the headers or the footers where wkhtmltopdf does.

        A header ends, with its body, the spacing above the content; a footer begins
        the spacing under it.
        """
        sheets = {}
        for number, (answer, rank, body_height) in enumerate(places):
            if id(answer) not in sheets:
                sheets[id(answer)] = self._read(answer)
            if name == "header":
                spacing = inches(self.options.header_spacing)
                top = self.paper.top - spacing - body_height
            else:
                spacing = inches(self.options.footer_spacing)
                top = self.paper.height - self.paper.bottom + spacing
            sheet = sheets[id(answer)].pages[rank]
            report.lay_over(number, sheet, 0, -compose.points(top))

    def _draw_lines(self, report, count):
        paper, heights = self.paper, []
        if self.options.header_line:
            spacing = inches(self.options.header_spacing)
            heights.append(paper.height - paper.top + spacing)
        if self.options.footer_line:
            heights.append(paper.bottom - inches(self.options.footer_spacing))
        for height in heights:
            for number in range(count):
                report.draw_line(
                    number,
                    compose.points(paper.left),
                    compose.points(paper.width - paper.right),
                    compose.points(height),
                )


def _origin(sources):
    for source in sources:
        if match := BASE.search(source):
            return html.unescape(match[1])
    return None


def _title(source, outline):
    """Return what a document calls itself, or its first heading."""
    title = re.search(r"<title\b[^>]*>(.*?)</title>", source, re.IGNORECASE | re.DOTALL)
    if title and title[1].strip():
        return html.unescape(title[1].strip())
    return outline[0].title if outline else ""


def _sections(outline, rank):
    """Return the headings of three levels that hold on a page of a body."""
    titles, level = ["", "", ""], outline
    for depth in range(3):
        before = [heading for heading in level if heading.page <= rank]
        if not before:
            break
        titles[depth] = before[-1].title
        level = before[-1].children
    return tuple(titles)


def _joined(bodies, outlines):
    """Return one outline of several, with the pages of the whole report."""

    def move(heading, offset):
        return compose.Heading(
            heading.title,
            heading.page + offset,
            heading.top,
            [move(child, offset) for child in heading.children],
        )

    tree, offset = [], 0
    for body, outline in zip(bodies, outlines, strict=True):
        tree += [move(heading, offset) for heading in outline]
        offset += len(body.pages)
    return tree
