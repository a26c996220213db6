"""Style sheets as wkhtmltopdf sees them.

Its window is 0 pixels wide unless --viewport-size is given, whatever the page is wide,
and Odoo's reports are drawn for that: ``col-md-6`` is no column in a PDF. Chromium asks
the page; so the answer is written into the style sheets.
"""

import re

QUERY = re.compile(r"@media\b[^{;]+")
WIDTH = re.compile(r"\(\s*(min|max)-width\s*:\s*([\d.]+)\s*(px|r?em)\s*\)")


def answer_width(css, width):
    """Return a style sheet whose questions about the window's width are answered.

    :param width: of the window, in pixels
    """

    def answer(match):
        bound, value, unit = match.groups()
        pixels = float(value) * (1 if unit == "px" else 16)
        holds = width >= pixels if bound == "min" else width <= pixels
        return "(min-width:0)" if holds else "(max-width:0)"

    return QUERY.sub(lambda query: WIDTH.sub(answer, query[0]), css)
