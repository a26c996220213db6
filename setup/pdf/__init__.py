"""A stand-in for wkhtmltopdf: Odoo's reports printed by one Chromium kept open.

``command`` reads wkhtmltopdf's command line and orders the work, ``paper`` holds
sizes, ``frames`` the headers and footers, ``compose`` makes one PDF of the pieces.
They run in the process that Odoo starts. ``broker`` runs beside it, is found
through a Unix socket by ``client``, and owns the Chromium of ``chromium``; ``tab``
prints one document in it.
"""


class PdfError(Exception):
    """What went wrong and the way out, in one sentence for Odoo's log."""
