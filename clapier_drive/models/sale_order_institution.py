from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .drive_offer_portal import QUANTITY_LIMIT, parse_number


class SaleOrder(models.Model):
    """The basket of an institution: typed as a table, changed until the cut-off."""

    _inherit = "sale.order"

    drive_institution_key = fields.Char(
        readonly=True, copy=False, help="One basket on the portal per cycle."
    )
    drive_public = fields.Selection(related="drive_cycle_id.public", string="Public")

    _drive_institution_once = models.UniqueIndex(
        "(drive_institution_key) WHERE drive_institution_key IS NOT NULL",
        "This institution already has a basket in this cycle: open it again.",
    )

    def _action_cancel(self):
        """Override of sale: an institution can order again after it has cancelled."""
        self.filtered("drive_institution_key").drive_institution_key = False
        return super()._action_cancel()

    # --- What an institution sees

    @api.model
    def _institution_cycles(self):
        """Return the cycles in which institutions can order now, in sudo."""
        return (
            self.env["drive.cycle"]
            .sudo()
            .search(
                [("public", "=", "institution"), ("is_open", "=", True)],
                order="cutoff_at, id",
            )
        )

    @api.model
    def _institution_basket(self, institution, cycle):
        """Return the basket of an institution in a cycle, whoever entered it, in sudo."""
        return self.sudo().search(
            [
                ("drive_cycle_id", "=", cycle.id),
                ("partner_id", "child_of", institution.id),
                ("state", "!=", "cancel"),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _institution_baskets(self, institution, limit=30):
        """Return the baskets of an institution, the newest first, in sudo."""
        return self.sudo().search(
            Domain("partner_id", "child_of", institution.id)
            & Domain("drive_cycle_id.public", "=", "institution")
            & Domain("state", "=", "sale"),
            order="drive_cycle_id, id desc",
            limit=limit,
        )

    @api.model
    def _institution_rows(self, cycle, basket, again=None):
        """Return what the order page shows: one row per offer, by producer and product.

        :param basket: the sale.order of this cycle, if there is one
        :param again: another basket whose quantities are proposed
        """
        offers = self.env["drive.offer"].sudo().search([("cycle_id", "=", cycle.id)])
        taken = basket._quantities_by_product()
        proposed = again._quantities_by_product() if again else {}
        return [
            {
                "offer": offer,
                "quantity": taken.get(offer.product_id.id, 0.0),
                "shown": proposed.get(
                    offer.product_id.id, taken.get(offer.product_id.id, 0.0)
                ),
                "left": max(offer.quantity_max - offer.quantity_held, 0)
                if offer.quantity_max
                else None,
            }
            for offer in offers.sorted(
                lambda item: (
                    item.producer_id.name or "",
                    item.product_id._drive_name(),
                    item.id,
                )
            )
        ]

    def _quantities_by_product(self):
        """Return what these baskets take: {product id: units}."""
        quantities = {}
        for line in self.order_line.filtered("drive_offer_id"):
            product_id = line.product_id.id
            quantities[product_id] = (
                quantities.get(product_id, 0.0) + line.product_uom_qty
            )
        return {key: value for key, value in quantities.items() if value}

    # --- What it orders

    @api.model
    def _institution_save(self, institution, cycle, texts, point_id=0):
        """Make the basket of an institution what it typed; sent twice, the same.

        Lines that are refused stay as they were, the others are ordered.

        :param texts: {offer id: quantity as text}
        :param point_id: id of a drive.cycle.point, the first one by default
        :return: (sale.order in sudo, {offer id: sentence})
        :raise UserError: the cut-off has come, there is no room at the point
        """
        cycle._check_takes_orders()
        basket = self._institution_basket(institution, cycle)
        taken = basket._quantities_by_product()
        offers = (
            self.env["drive.offer"]
            .sudo()
            .search([("cycle_id", "=", cycle.id), ("id", "in", list(texts))])
        )
        errors, wanted = {}, {}
        for offer in offers:
            quantity, problem = self._institution_quantity(offer, texts[offer.id])
            if problem:
                errors[offer.id] = problem
            elif quantity != taken.get(offer.product_id.id, 0.0):
                wanted[offer] = quantity
        if not basket and not any(wanted.values()):
            return basket, errors
        point = cycle.point_ids.filtered(lambda item: item.id == point_id)
        if not basket:
            basket = self._institution_create(
                institution, cycle, point or cycle.point_ids[:1]
            )
        elif point and point != basket.drive_cycle_point_id:
            basket.drive_cycle_point_id = point
        errors |= basket._institution_take(wanted)
        if not basket._quantities_by_product():
            basket._action_cancel()
        elif basket.state != "sale":
            basket.action_confirm()
        return basket, errors

    def _institution_quantity(self, offer, text):
        """Return the quantity typed for an offer, and the sentence that refuses it."""
        try:
            quantity = parse_number(text) or 0.0
        except ValueError:
            quantity = -1.0
        if not 0 <= quantity <= QUANTITY_LIMIT:
            return 0.0, self.env._("Type a number, or nothing for none.")
        return quantity, offer._problem_with(quantity)

    def _institution_create(self, institution, cycle, point):
        """Make the basket of an institution; two people at once make one.

        :raise UserError: somebody of the institution has just made it
        """
        try:
            with self.env.cr.savepoint():
                return self.sudo().create(
                    self._prepare_institution_basket(institution, cycle, point)
                )
        except UniqueViolation as error:
            raise UserError(
                self.env._(
                    "Somebody of your institution has just ordered: look at it, then "
                    "change it."
                )
            ) from error

    def _prepare_institution_basket(self, institution, cycle, point):
        """Return the values of the basket of an institution in a cycle."""
        return {
            "partner_id": institution.id,
            "company_id": cycle.company_id.id,
            "drive_cycle_id": cycle.id,
            "drive_cycle_point_id": point.id,
            "drive_institution_key": f"{cycle.id}:{institution.id}",
        }

    def _institution_take(self, wanted):
        """Take what is wanted; where all at once is refused, line by line says which.

        :param wanted: {drive.offer record: quantity}
        :return: {offer id: sentence}
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                for offer, quantity in wanted.items():
                    self._drive_add(offer, quantity)
                self._institution_hold()
            return {}
        except UserError:
            self.env.invalidate_all()
        errors = {}
        for offer, quantity in wanted.items():
            try:
                with self.env.cr.savepoint():
                    self._drive_add(offer, quantity)
                    self._institution_hold()
            except UserError as refusal:
                self.env.invalidate_all()
                errors[offer.id] = refusal.args[0]
        return errors

    def _institution_hold(self):
        """Keep what this basket takes, as ordering it does, so that a refusal comes now."""
        if self.state != "sale" and self.order_line:
            self._drive_reserve()
