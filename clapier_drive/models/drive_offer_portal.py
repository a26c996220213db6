import math
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_amount

QUANTITY_LIMIT = 100_000


def parse_number(text):
    """Return the number that a text says, a comma or a point in it; None for none.

    :raise ValueError: it says no finite number
    """
    text = (text or "").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not text:
        return None
    number = float(text.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


class DriveOffer(models.Model):
    """What a producer does with their offers on the portal."""

    _inherit = "drive.offer"

    @api.model
    def _portal_cycles(self, partner):
        """Return the cycles in which this person can change offers, the next first."""
        offers = self._portal_offers(partner)
        return offers.cycle_id.sorted(lambda cycle: (cycle.cutoff_at, cycle.id))

    @api.model
    def _portal_offers(self, partner, cycle=None):
        """Return the offers of this person's producers that can still change, in sudo."""
        domain = partner._drive_producers_domain() & fields.Domain(
            [
                ("cycle_id.state", "=", "planned"),
                ("cycle_id.cutoff_at", ">", fields.Datetime.now()),
            ]
        )
        if cycle is not None:
            domain &= fields.Domain("cycle_id", "=", cycle.id)
        return self.sudo().with_context(active_test=False).search(domain)

    def _portal_rows(self):
        """Return what the table of a producer shows, one row per offer."""
        ordered = self._ordered_quantities()
        return [
            {
                "offer": offer,
                "ordered": ordered.get(offer.id, 0.0),
                "quantity": f"{offer.quantity_max:g}" if offer.quantity_max else "",
                "price": format_amount(self.env, offer.price, offer.currency_id),
                "paid": format_amount(
                    self.env, offer.purchase_price, offer.currency_id
                ),
            }
            for offer in self.sorted(
                lambda offer: (offer.product_id._drive_name(), offer.id)
            )
        ]

    def _portal_save(self, rows):
        """Change limits and whether they are offered; what is wrong is said per line.

        Lines that are fine are kept although others are not.

        :param rows: {offer id: {"quantity": text, "was": text, "offered": bool,
            "was_offered": bool}}; what was not changed is not written, so that two people
            of one producer do not undo each other
        :return: ({offer id: sentence}, number of offers changed)
        """
        errors, limits, shown, notes = {}, defaultdict(list), defaultdict(list), []
        ordered = self._ordered_quantities()
        for offer in self:
            row = rows.get(offer.id)
            if not row:
                continue
            words = []
            if row["quantity"].strip() != row["was"].strip():
                quantity, problem = offer._portal_limit(
                    row["quantity"], ordered.get(offer.id, 0.0)
                )
                if problem:
                    errors[offer.id] = problem
                    continue
                if quantity != offer.quantity_max:
                    limits[quantity].append(offer.id)
                    words.append(
                        self.env._("at most %g", quantity)
                        if quantity
                        else self.env._("without limit")
                    )
            if row["offered"] != row["was_offered"] and row["offered"] != offer.active:
                shown[row["offered"]].append(offer.id)
                words.append(
                    self.env._("offered again")
                    if row["offered"]
                    else self.env._("no longer offered")
                )
            if words:
                notes.append(f"{offer.product_id._drive_name()}: {', '.join(words)}")
        for quantity, ids in limits.items():
            self.browse(ids).write({"quantity_max": quantity})
        for active, ids in shown.items():
            self.browse(ids).write({"active": active})
        self._portal_note(notes)
        return errors, len(notes)

    def _portal_limit(self, text, ordered):
        """Return the limit that a producer types, and the sentence that refuses it.

        :param ordered: units that families have ordered already
        :return: (units, None) or (0.0, sentence)
        """
        self.ensure_one()
        try:
            quantity = parse_number(text) or 0.0
        except ValueError:
            quantity = -1.0
        if not 0 <= quantity <= QUANTITY_LIMIT:
            return 0.0, self.env._("Type a number, or nothing for no limit.")
        quantity = round(quantity, 3)
        if quantity and quantity < ordered:
            return 0.0, self.env._(
                "%g are already ordered: type that at least, or stop offering it.",
                ordered,
            )
        return quantity, None

    def _portal_note(self, notes):
        """Tell the office in the cycle's messages what a producer has changed."""
        if not notes:
            return
        person = self.env.user.partner_id
        self.cycle_id.ensure_one()
        self.cycle_id.message_post(
            body=self.env._(
                "%(producer)s changed on the portal: %(changes)s",
                producer=person.commercial_partner_id.name,
                changes="; ".join(notes),
            ),
            author_id=person.id,
        )
