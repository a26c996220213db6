from odoo.exceptions import UserError
from odoo.http import request


class DrivePages:
    """What the shop and the portal of the drive share; it has no route."""

    def _drive_say(self, text, kind="danger"):
        """Show a sentence once, at the top of the next page."""
        if text:
            request.session["drive_message"] = [kind, text]

    def _drive_number(self, text, most=100000):
        """Return a number that the client sends, with a comma or a point; None if none."""
        try:
            number = float(str(text).replace(",", ".").strip() or 0)
        except ValueError:
            return None
        return number if abs(number) <= most else None

    def _drive_id(self, text):
        """Return an id that the client sends, 0 where it is none."""
        text = str(text)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _drive_offer(self, offer_id):
        """Return an offer of this website's company, in sudo; empty where it is none."""
        offer_sudo = request.env["drive.offer"].sudo()
        return offer_sudo.search(
            [
                ("id", "=", self._drive_id(offer_id)),
                ("company_id", "=", request.website.company_id.id),
                ("cycle_id.public", "=", "family"),
            ]
        )

    def _drive_try(self, function, *args):
        """Run what a family asks; all of it is undone where it is refused.

        :return: (result, sentence of the refusal or None)
        """
        try:
            with request.env.cr.savepoint():
                result = function(*args)
                request.env.flush_all()
        except UserError as refusal:
            return None, refusal.args[0].split("\n")[0]
        return result, None

    def _drive_back(self, url, fallback):
        """Return a page of this website to go back to, never one of elsewhere."""
        safe = str(url or "").startswith("/") and not str(url).startswith(("//", "/\\"))
        return url if safe else fallback
