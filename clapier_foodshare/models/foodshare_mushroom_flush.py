from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL


class FoodshareMushroomFlush(models.Model):
    """One harvest of a batch: a weight, and the lot that it entered the stock with."""

    _name = "foodshare.mushroom.flush"
    _description = "Mushroom Flush"
    _order = "date desc, id desc"

    batch_id = fields.Many2one(
        "foodshare.mushroom.batch", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        related="batch_id.product_id", store=True, string="Mushroom"
    )
    number = fields.Integer(required=True, readonly=True, default=0, aggregator=None)
    date = fields.Date(required=True, default=fields.Date.context_today)
    kg = fields.Float("Weight (kg)", required=True, digits=(16, 3))
    lot_id = fields.Many2one(
        "stock.lot", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    move_id = fields.Many2one("stock.move", "Stock Entry", readonly=True)
    cancel_move_id = fields.Many2one("stock.move", "Stock Exit", readonly=True)
    is_cancelled = fields.Boolean("Cancelled", readonly=True)

    _number_unique = models.UniqueIndex(
        "(batch_id, number)", "This flush of the batch exists already."
    )
    _kg_positive = models.Constraint(
        "CHECK (kg > 0)", "A harvest weighs more than zero."
    )

    @api.depends("batch_id.name", "number")
    def _compute_display_name(self):
        for flush in self:
            flush.display_name = f"{flush.batch_id.name}-{flush.number}"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: what is harvested enters the stock, each flush as its lot.

        :raise UserError: the batch is contaminated or spent
        :raise ValidationError: no weight, a day to come or before the inoculation
        """
        self.browse().check_access("create")
        batches = self.env["foodshare.mushroom.batch"].browse(
            [vals["batch_id"] for vals in vals_list]
        )
        batches.check_access("write")
        batches._check_growing()
        today = fields.Date.context_today(self)
        for batch, vals in zip(batches, vals_list, strict=True):
            vals.setdefault("date", today)
            self._check_harvest(batch, vals)
            vals["number"] = self._next_number(batch)
        lots_sudo = self.env["stock.lot"].sudo()
        lots_sudo = lots_sudo.create(
            [
                {
                    "name": f"{batch.name}-{vals['number']}",
                    "product_id": batch.product_id.id,
                    "company_id": batch.company_id.id,
                }
                for batch, vals in zip(batches, vals_list, strict=True)
            ]
        )
        moves_sudo = self._move(
            [
                (batch, vals["kg"], lot_sudo, 1)
                for batch, vals, lot_sudo in zip(
                    batches, vals_list, lots_sudo, strict=True
                )
            ]
        )
        for vals, lot_sudo, move_sudo in zip(
            vals_list, lots_sudo, moves_sudo, strict=True
        ):
            vals.update(lot_id=lot_sudo.id, move_id=move_sudo.id)
        flushes = super().create(vals_list)
        batches.filtered(lambda batch: batch.state == "incubating").state = "fruiting"
        return flushes

    def write(self, vals):
        """Override of base: what has entered the stock is not rewritten."""
        if {"batch_id", "date", "kg", "lot_id", "move_id", "number"} & vals.keys():
            raise UserError(
                self.env._(
                    "A flush is in the stock already: cancel it and note it again."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_harvested(self):
        raise UserError(self.env._("A flush is cancelled, not deleted."))

    @api.model
    def _check_harvest(self, batch, vals):
        date = fields.Date.to_date(vals["date"])
        if vals.get("kg", 0) <= 0:
            raise ValidationError(
                self.env._("Write the weight of the harvest, above zero.")
            )
        if date > batch.company_id._coworking_today():
            raise ValidationError(
                self.env._("A flush is noted once harvested: change its date.")
            )
        if date < batch.date_inoculation:
            raise ValidationError(
                self.env._(
                    "Batch %s was inoculated after that day: change the date.",
                    batch.name,
                )
            )

    @api.model
    def _next_number(self, batch):
        """Return the number of the next flush: two people never get the same."""
        batch.flush_recordset(["flush_count"])
        [(number,)] = self.env.execute_query(
            SQL(
                "UPDATE foodshare_mushroom_batch SET flush_count = flush_count + 1 "
                "WHERE id = %s RETURNING flush_count",
                batch.id,
            )
        )
        batch.invalidate_recordset(["flush_count"])
        return number

    @api.model
    def _move(self, harvests):
        """Move lots between production and the stock of their companies.

        :param harvests: list of (batch, kg, stock.lot record, 1 in or -1 out)
        :return: stock.move records in sudo, done
        """
        kilogram = self.env.ref("uom.product_uom_kgm")
        moves_sudo = self.env["stock.move"].sudo()
        companies = self.env["res.company"].union(
            *(batch.company_id for batch, _kg, _lot, _way in harvests)
        )
        warehouses_sudo = self.env["stock.warehouse"].sudo()
        stocks = {
            company: warehouses_sudo.search([("company_id", "=", company.id)], limit=1)
            for company in companies
        }
        vals_list = []
        for batch, weight, lot, way in harvests:
            company = batch.company_id
            product_sudo = batch.product_id.sudo().with_company(company)
            source, target = (
                product_sudo.property_stock_production,
                stocks[company].lot_stock_id,
            )[::way]
            vals = {
                "product_id": product_sudo.id,
                "company_id": company.id,
                "location_id": source.id,
                "location_dest_id": target.id,
            }
            vals_list.append(
                {
                    **vals,
                    "origin": lot.name,
                    "product_uom": kilogram.id,
                    "product_uom_qty": weight,
                    "picked": True,
                    "move_line_ids": [
                        Command.create(
                            {
                                **vals,
                                "product_uom_id": kilogram.id,
                                "quantity": weight,
                                "lot_id": lot.id,
                            }
                        )
                    ],
                }
            )
        moves_sudo = moves_sudo.create(vals_list)
        moves_sudo._action_done()
        return moves_sudo

    def action_cancel(self):
        """Take flushes that were noted wrongly out of the stock again.

        :raise UserError: cancelled already, or part of it has been sold or moved
        """
        self.check_access("write")
        for flush in self:
            stock_sudo = flush.move_id.sudo().location_dest_id
            [(left,)] = (
                self.env["stock.quant"]
                .sudo()
                ._read_group(
                    [
                        ("lot_id", "=", flush.lot_id.id),
                        ("location_id", "child_of", stock_sudo.ids),
                    ],
                    aggregates=["quantity:sum"],
                )
            )
            moved_sudo = flush.move_id.sudo()
            if flush.is_cancelled or left < moved_sudo.product_qty - 0.0005:
                raise UserError(
                    self.env._(
                        "Lot %s is no longer whole in the stock: correct it there.",
                        flush.lot_id.sudo().name,
                    )
                )
        moves_sudo = self._move(
            [(flush.batch_id, flush.kg, flush.lot_id.sudo(), -1) for flush in self]
        )
        for flush, move_sudo in zip(self, moves_sudo, strict=True):
            flush.write({"is_cancelled": True, "cancel_move_id": move_sudo.id})
