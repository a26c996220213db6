"""Figures of order cycles: baskets of 12 lines, 25 producers, 10 pick-up points."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from .figure import Figure, measure

PRODUCERS = 25
POINTS = 10
PRODUCTS = 250
LINES = 12
SIZES = (80, 300, 1200, 12000)
# Stock Odoo takes half a second a basket: the ratio is taken where that is bearable.
BASELINE_LARGEST = 300
BASKETS = """
    INSERT INTO sale_order
        (name, partner_id, partner_invoice_id, partner_shipping_id, company_id,
         currency_id, date_order, state, drive_cycle_id, drive_cycle_point_id,
         drive_is_held, drive_held_crates, picking_policy, warehouse_id, user_id, locked)
    SELECT 'BENCH-' || %(cycle)s || '-' || n, family, family, family, %(company)s,
        %(currency)s, now() AT TIME ZONE 'UTC', 'sale', %(cycle)s,
        (%(points)s::int[])[1 + n %% 10], TRUE, 2, 'direct', %(warehouse)s, %(uid)s, FALSE
    FROM (
        SELECT n, (%(families)s::int[])[n] AS family
        FROM generate_series(1, %(size)s) AS n
    ) basket
"""
# Basket n orders the offers n, n + 21, n + 42 … of 250: each as often as the others.
BASKET_LINES = """
    INSERT INTO sale_order_line
        (order_id, product_id, product_uom_id, name, product_uom_qty, price_unit,
         price_subtotal, price_total, price_tax, drive_offer_id, drive_held_qty, company_id,
         currency_id, order_partner_id, state, qty_delivered, customer_lead, sequence,
         discount, is_downpayment, is_expense, qty_delivered_method)
    SELECT basket.id, offer.product_id, %(unit)s, 'Bench', 1 + (rank + l) %% 3,
        offer.price, offer.price * (1 + (rank + l) %% 3),
        offer.price * (1 + (rank + l) %% 3), 0, offer.id, 0, basket.company_id,
        basket.currency_id, basket.partner_id, 'sale', 0, 0, 10, 0, FALSE, FALSE, 'manual'
    FROM (
        SELECT *, row_number() OVER (ORDER BY id) AS rank
        FROM sale_order WHERE drive_cycle_id = %(cycle)s
    ) basket
    CROSS JOIN generate_series(0, %(lines)s - 1) AS l
    JOIN LATERAL (
        SELECT id, product_id, price FROM drive_offer
        WHERE id = (%(offers)s::int[])[1 + (rank + l * 21) %% 250]
    ) offer ON TRUE
"""
PLAIN_CLOSE = """
    WITH locked AS (
        UPDATE sale_order SET locked = TRUE
         WHERE drive_cycle_id = %(cycle)s AND state = 'sale' RETURNING id
    ), ordered AS (
        SELECT offer.producer_id, offer.product_id, line.product_uom_id,
            MAX(offer.purchase_price) AS price, SUM(line.product_uom_qty) AS quantity
          FROM sale_order_line line
          JOIN locked ON locked.id = line.order_id
          JOIN drive_offer offer ON offer.id = line.drive_offer_id
         GROUP BY offer.id, line.product_uom_id
    ), purchase AS (
        INSERT INTO purchase_order
            (name, partner_id, company_id, currency_id, picking_type_id, state, date_order)
        SELECT DISTINCT 'PLAIN', producer_id, %(company)s, %(currency)s, %(operation)s,
            'purchase', now() AT TIME ZONE 'UTC'
          FROM ordered
     RETURNING id, partner_id
    ), line AS (
        INSERT INTO purchase_order_line
            (order_id, product_id, product_uom_id, name, product_qty, price_unit,
             date_planned, company_id, partner_id)
        SELECT purchase.id, product_id, product_uom_id, 'Plain', quantity, price,
            now() AT TIME ZONE 'UTC', %(company)s, partner_id
          FROM ordered JOIN purchase ON purchase.partner_id = ordered.producer_id
     RETURNING id, order_id, product_id, product_uom_id, product_qty
    ), picking AS (
        INSERT INTO stock_picking
            (name, partner_id, company_id, picking_type_id, location_id,
             location_dest_id, state, move_type, origin)
        SELECT 'PLAIN/' || id, partner_id, %(company)s, %(operation)s, %(source)s,
            %(destination)s, 'assigned', 'direct', id
          FROM purchase
     RETURNING id, origin
    )
    INSERT INTO stock_move
        (picking_id, company_id, product_id, product_uom, product_uom_qty, date,
         location_id, location_dest_id, procure_method, state, purchase_line_id)
    SELECT picking.id, %(company)s, product_id, product_uom_id, product_qty,
        now() AT TIME ZONE 'UTC', %(source)s, %(destination)s, 'make_to_stock',
        'assigned', line.id
      FROM line JOIN picking ON picking.origin = line.order_id::text
"""
# What Odoo would have computed of the lines
BASKET_AMOUNTS = """
    UPDATE sale_order basket
       SET amount_untaxed = total.amount, amount_tax = 0, amount_total = total.amount,
           invoice_status = 'to invoice'
      FROM (
        SELECT order_id, SUM(price_total) AS amount FROM sale_order_line
        GROUP BY order_id
      ) total
     WHERE total.order_id = basket.id AND basket.drive_cycle_id = %(cycle)s
"""


def close(env, size):
    """Time the closing of ``size`` baskets: cut-off to confirmed purchase orders.

    Baseline: stock confirms the same baskets with the route “buy to order”, up to 300
    baskets. Left out of ours: no stock move per family; goods cross-dock. Floor: plain SQL
    that writes as many purchase orders, lines, receipts and moves, and nothing else.
    """
    cycle = create_cycle(env, size)

    def work():
        savepoint = env.cr.savepoint()
        cycle.action_close()
        env.flush_all()
        savepoint.close(rollback=True)

    seconds, statements = measure(env, work)
    floor, _statements = measure(env, lambda: _plain_close(env, cycle))
    return {
        "seconds": seconds,
        "statements": statements,
        "lines": size * LINES,
        "floor_seconds": floor,
        **_stock_confirm(env, cycle, size),
    }


def allocate(env, size):
    """Time the sharing of a fifth of the products, all short by a third."""
    cycle = create_cycle(env, size)
    cycle.action_close()
    for reception in cycle.reception_ids[::5]:
        reception.quantity_received = int(reception.quantity_ordered * 2 / 3)
    env.flush_all()

    def work():
        savepoint = env.cr.savepoint()
        cycle.action_share()
        env.flush_all()
        savepoint.close(rollback=True)

    seconds, statements = measure(env, work)
    return {
        "seconds": seconds,
        "statements": statements,
        "short": len(cycle.reception_ids[::5]),
    }


def _plain_close(env, cycle):
    savepoint = env.cr.savepoint()
    warehouse = cycle._drive_warehouse()
    env.cr.execute(
        SQL(
            PLAIN_CLOSE,
            cycle=cycle.id,
            company=cycle.company_id.id,
            currency=cycle.currency_id.id,
            operation=warehouse.in_type_id.id,
            source=env.ref("stock.stock_location_suppliers").id,
            destination=warehouse.lot_stock_id.id,
        )
    )
    savepoint.close(rollback=True)


def _stock_confirm(env, cycle, size):
    if size > BASELINE_LARGEST:
        return {}
    orders = stock_orders(env, cycle.order_ids)
    seconds, statements = measure(env, orders.action_confirm, runs=1)
    return {
        "baseline": "stock confirm with buy-to-order",
        "baseline_seconds": seconds,
        "baseline_statements": statements,
        "baseline_runs": 1,
    }


def stock_orders(env, baskets):
    """Return orders of the same as baskets, as stock Odoo takes them: bought to order."""
    routes = env.ref("stock.route_warehouse0_mto") | env.ref(
        "purchase_stock.route_warehouse0_buy"
    )
    routes.write({"active": True})
    baskets.order_line.product_id.write({"route_ids": [Command.set(routes.ids)]})
    return env["sale.order"].create(
        [
            {
                "partner_id": basket.partner_id.id,
                "company_id": basket.company_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.product_uom_qty,
                            "price_unit": line.price_unit,
                        }
                    )
                    for line in basket.order_line
                ],
            }
            for basket in baskets
        ]
    )


def create_cycle(env, size):
    """Make a cycle with ``size`` confirmed baskets of 12 lines."""
    company = env.company
    producers = env["res.partner"].create(
        [{"name": f"Producer {number}"} for number in range(PRODUCERS)]
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Product {number}",
                "type": "consu",
                "is_storable": True,
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
                "seller_ids": [
                    Command.create(
                        {"partner_id": producers[number % PRODUCERS].id, "price": 2}
                    )
                ],
            }
            for number in range(PRODUCTS)
        ]
    )
    points = env["drive.point"].create(
        [
            {
                "name": f"Point {number}",
                "company_id": company.id,
                "partner_id": company.partner_id.id,
                "crate_max": 100000,
                "cold_max": 100000,
            }
            for number in range(POINTS)
        ]
    )
    now = fields.Datetime.now()
    cycle = env["drive.cycle"].create(
        {
            "company_id": company.id,
            "date_pickup": now.date() + timedelta(days=3),
            "open_at": now - timedelta(days=5),
            "cutoff_at": now + timedelta(days=1),
            "preparation_at": now + timedelta(days=3),
            "point_ids": [
                Command.create(
                    {
                        "point_id": point.id,
                        "start": now + timedelta(days=3),
                        "stop": now + timedelta(days=3, hours=2),
                        "crate_max": point.crate_max,
                        "cold_max": point.cold_max,
                    }
                )
                for point in points
            ],
            "offer_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "producer_id": producers[number % PRODUCERS].id,
                        "price": 3,
                        "purchase_price": 2,
                    }
                )
                for number, product in enumerate(products)
            ],
        }
    )
    families = env["res.partner"].create(
        [{"name": f"Family {number}"} for number in range(size)]
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    env.flush_all()
    values = {
        "cycle": cycle.id,
        "company": company.id,
        "currency": company.currency_id.id,
        "warehouse": warehouse.id,
        "uid": env.uid,
        "families": families.ids,
        "points": cycle.point_ids.ids,
        "offers": cycle.offer_ids.ids,
        "unit": products[0].uom_id.id,
        "size": size,
        "lines": LINES,
    }
    env.cr.execute(SQL(BASKETS, **values))
    env.cr.execute(SQL(BASKET_LINES, **values))
    env.cr.execute(SQL(BASKET_AMOUNTS, **values))
    for table in ("sale_order", "sale_order_line", "drive_offer"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()
    return cycle


FIGURES = (
    Figure("close", close, sizes=SIZES, quick=SIZES[:1]),
    Figure("allocate", allocate, sizes=SIZES, quick=SIZES[:1]),
)
