from odoo.tests import HttpCase


class BackendHttpCase(HttpCase):
    """A browser in the back office.

    Debian's package of Odoo does not carry a library for calls that its assets name: the
    browser would report the missing file, and each tour would fail. It is left out.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.asset"].create(
            {
                "name": "No video background",
                "bundle": "web.assets_backend",
                "directive": "remove",
                "path": "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            }
        )
