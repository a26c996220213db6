from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, format_date

from .drive_offer_portal import parse_number


class DrivePrice(models.Model):
    """The prices that producers enter on the portal."""

    _inherit = "drive.price"

    @api.model
    def _portal_price_rows(self, partner):
        """Return the offers whose price this person can change: the newest per product.

        :return: drive.offer records in sudo, families' cycles before institutions'
        """
        offers = self.env["drive.offer"]._portal_offers(partner)
        newest = {}
        for offer in offers.sorted(
            lambda offer: (offer.cycle_id.public != "family", offer.cycle_id.open_at)
        ):
            key = (offer.company_id, offer.producer_id, offer.product_id)
            newest.setdefault(key, offer)
        return offers.browse([offer.id for offer in newest.values()]).sorted(
            lambda offer: (offer.product_id._drive_name(), offer.id)
        )

    @api.model
    def _portal_planned(self, partner):
        """Return the prices to come of this person's producers, in sudo."""
        return self.sudo().search(
            partner._drive_producers_domain()
            & fields.Domain("date_start", ">=", self.env.company._drive_today()),
            order="date_start, product_id, id",
        )

    @api.model
    def _portal_save_prices(self, partner, day, texts):
        """Keep the prices that a producer enters from a day on; posted twice, once kept.

        :param day: date as text
        :param texts: {offer id: price as text}; empty: unchanged
        :return: ({offer id: sentence}, number of prices kept)
        :raise UserError: the day is none, or past
        """
        offers = self._portal_price_rows(partner)
        try:
            day = fields.Date.to_date(day)
        except ValueError:
            day = None
        if not day or any(
            day < company._drive_today() for company in offers.company_id
        ):
            raise UserError(self.env._("Choose the first day of these prices."))
        errors, wanted = {}, {}
        for offer in offers:
            text = texts.get(offer.id, "")
            if not text.strip():
                continue
            price, problem = self._portal_price(offer, text)
            if problem:
                errors[offer.id] = problem
            else:
                wanted[offer] = price
        self._portal_keep(day, wanted)
        return errors, len(wanted)

    def _portal_price(self, offer, text):
        """Return the price that a producer types, and the sentence that refuses it."""
        try:
            price = parse_number(text)
        except ValueError:
            price = None
        if price is None or price <= 0:
            return None, self.env._("Type a price, like 2.40.")
        price = float_round(price, precision_rounding=offer.currency_id.rounding)
        most = (
            self.env["drive.policy"]
            ._policy_for(offer.company_id, offer.cycle_id.date_pickup)
            .price_change_max
        )
        before = offer.purchase_price
        if before and abs(price - before) > before * most / 100:
            return None, self.env._(
                "It is %(before)s now: type it again, or ask the drive for a change "
                "beyond %(most)g %%.",
                before=offer.currency_id.format(before),
                most=most,
            )
        return price, None

    @api.model
    def _portal_keep(self, day, wanted):
        """Make or change the prices from a day on, and tell the office.

        :param wanted: {drive.offer record: purchase price}
        """
        if not wanted:
            return
        known = {
            (price.company_id, price.producer_id, price.product_id): price
            for price in self.sudo().search(
                [
                    ("date_start", "=", day),
                    ("producer_id", "in", [o.producer_id.id for o in wanted]),
                ]
            )
        }
        new = []
        for offer, amount in wanted.items():
            price = known.get((offer.company_id, offer.producer_id, offer.product_id))
            if price:
                price.write({"purchase_price": amount, "price": 0.0})
            else:
                new.append(
                    {
                        "company_id": offer.company_id.id,
                        "producer_id": offer.producer_id.id,
                        "product_id": offer.product_id.id,
                        "date_start": day,
                        "purchase_price": amount,
                    }
                )
        self.sudo().create(new)
        for cycle in {offer.cycle_id for offer in wanted}:
            offers = [offer for offer in wanted if offer.cycle_id == cycle]
            offers[0].browse([offer.id for offer in offers])._portal_note(
                [
                    self.env._(
                        "%(product)s at %(price)s from %(day)s on",
                        product=offer.product_id._drive_name(),
                        price=offer.currency_id.format(wanted[offer]),
                        day=format_date(self.env, day),
                    )
                    for offer in offers
                ]
            )
