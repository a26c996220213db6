from odoo import models
from odoo.tools import SQL

# Lines that exist say now what was done; moves without any get theirs.
FINISH_LINES = """
    WITH done AS (
        SELECT * FROM unnest(%(ids)s::int[], %(quantities)s::numeric[])
            AS done(move_id, quantity)
    ), updated AS (
        UPDATE stock_move_line line
           SET quantity = done.quantity, quantity_product_uom = done.quantity,
               picked = TRUE, state = 'done', date = %(now)s
          FROM done WHERE line.move_id = done.move_id
     RETURNING line.move_id
    )
    INSERT INTO stock_move_line
        (move_id, picking_id, company_id, product_id, product_uom_id, location_id,
         location_dest_id, quantity, quantity_product_uom, picked, state, date,
         create_uid, create_date, write_uid, write_date)
    SELECT move.id, move.picking_id, move.company_id, move.product_id, move.product_uom,
        move.location_id, move.location_dest_id, done.quantity, done.quantity, TRUE,
        'done', %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
      FROM done JOIN stock_move move ON move.id = done.move_id
     WHERE NOT EXISTS (SELECT FROM updated WHERE updated.move_id = done.move_id)
"""
FINISH_MOVES = """
    UPDATE stock_move move
       SET state = 'done', picked = TRUE, quantity = done.quantity, date = %(now)s
      FROM unnest(%(ids)s::int[], %(quantities)s::numeric[]) AS done(move_id, quantity)
     WHERE move.id = done.move_id
"""
# What the moves take from one place they bring to the other. Quants of lots, packages or
# owners are left alone; the others are locked in the order of ids.
FINISH_QUANTS = """
    WITH moved AS (
        SELECT place.product_id, place.location_id, SUM(place.quantity) AS quantity
          FROM stock_move move
          JOIN product_product product ON product.id = move.product_id
          JOIN product_template template
            ON template.id = product.product_tmpl_id AND template.is_storable
          CROSS JOIN LATERAL (
              VALUES (move.product_id, move.location_id, -move.quantity),
                     (move.product_id, move.location_dest_id, move.quantity)
          ) AS place(product_id, location_id, quantity)
         WHERE move.id = ANY(%(ids)s)
         GROUP BY place.product_id, place.location_id
    ), held AS (
        SELECT quant.id, quant.product_id, quant.location_id
          FROM stock_quant quant
          JOIN moved USING (product_id, location_id)
         WHERE quant.lot_id IS NULL AND quant.package_id IS NULL
           AND quant.owner_id IS NULL
         ORDER BY quant.id
           FOR NO KEY UPDATE OF quant
    ), chosen AS (
        SELECT MIN(id) AS id, product_id, location_id FROM held
         GROUP BY product_id, location_id
    ), updated AS (
        UPDATE stock_quant quant
           SET quantity = quant.quantity + moved.quantity, write_date = %(now)s
          FROM moved JOIN chosen USING (product_id, location_id)
         WHERE quant.id = chosen.id
     RETURNING quant.id
    )
    INSERT INTO stock_quant
        (product_id, location_id, company_id, quantity, reserved_quantity, in_date,
         inventory_quantity_set, create_uid, create_date, write_uid, write_date)
    SELECT moved.product_id, moved.location_id, location.company_id, moved.quantity, 0,
        %(now)s, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
      FROM moved
      JOIN stock_location location ON location.id = moved.location_id
     WHERE NOT EXISTS (
        SELECT FROM chosen
         WHERE chosen.product_id = moved.product_id
           AND chosen.location_id = moved.location_id)
"""


class StockMove(models.Model):
    _inherit = "stock.move"

    def _drive_finish(self, quantities):
        """Do these moves at once: statements, whose number does not grow with them.

        What Odoo does move by move (lots, packages, owners, several lines) is left to it.

        :param quantities: {stock.move record: quantity in its unit}; 0 cancels the move
        """
        done = self.filtered(lambda move: move.state not in ("done", "cancel"))
        nothing = done.filtered(lambda move: not quantities[move])
        nothing._action_cancel()
        done -= nothing
        special = done.filtered(
            lambda move: (
                move.has_tracking != "none"
                or len(move.move_line_ids) > 1
                or move.product_uom != move.product_id.uom_id
                or move.restrict_partner_id
                or move.move_dest_ids
                or move.move_line_ids.result_package_id
                or not move.location_id._drive_is_plain()
                and move.move_line_ids
            )
        )
        for move in special:
            move.quantity = quantities[move]
        special.picked = True
        special._action_done(cancel_backorder=True)
        plain = done - special
        if plain:
            plain._drive_finish_plain(quantities)
        return done

    def _drive_finish_plain(self, quantities):
        # stock_account values what leaves before it leaves, what comes once it is there.
        leaving = self.filtered(lambda move: move._is_out())
        leaving._set_value()
        self.env.flush_all()
        values = {
            "ids": self.ids,
            "quantities": [quantities[move] for move in self],
            "now": self.env.cr.now().replace(microsecond=0),
            "uid": self.env.uid,
        }
        for statement in (FINISH_LINES, FINISH_MOVES, FINISH_QUANTS):
            self.env.cr.execute(SQL(statement, **values))
        self.env["stock.move.line"].invalidate_model()
        self.env["stock.quant"].invalidate_model()
        self.invalidate_model()
        self.modified(["state", "quantity", "picked", "date"])
        self.picking_id.write({"date_done": values["now"], "priority": "0"})
        self.filtered(lambda move: move.is_in)._set_value()
        self._create_account_move()
