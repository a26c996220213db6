"""Figures of order cycles that go with money: one checkout, and from cut-off to settled."""

from odoo import Command

from .drive import BASELINE_LARGEST, LINES, SIZES, create_cycle, stock_orders
from .figure import Figure, measure

BENCH = "drive"
CHUNK = 100


def settle(env, size):
    """Time a cycle from its cut-off to settled, a tenth of the products short.

    Close, receive, share out, validate (credits, claims, messages queued), load the points,
    post the summary, draft and validate the settlements. Left out of ours: no stock move
    and no invoice per family. Baseline: stock does the same work family by family, tuned:
    no scheduler after each confirmation, deliveries in chunks of 100; up to 300 baskets.
    """
    cycle = create_cycle(env, size)
    steps = {}

    def step(name, work):
        seconds, statements = measure(env, work, runs=1)
        steps[f"{name}_seconds"] = seconds
        steps[f"{name}_statements"] = statements

    def work():
        savepoint = env.cr.savepoint()
        step("close", cycle.action_close)
        step("receive", lambda: _receive(cycle))
        step("allocate", lambda: (cycle.action_share(), cycle.action_validate()))
        step("depart", cycle.action_depart)
        step("account", cycle.action_settle)
        step("bill", cycle.settlement_ids.action_validate)
        savepoint.close(rollback=True)

    seconds, statements = measure(env, work, runs=3 if size < SIZES[-1] else 1)
    return {
        "seconds": seconds,
        "statements": statements,
        **steps,
        **_stock_settle(env, cycle, size),
    }


def _receive(cycle):
    for reception in cycle.reception_ids[::10]:
        reception.quantity_received = int(reception.quantity_ordered * 2 / 3)


def _stock_settle(env, cycle, size):
    if size > BASELINE_LARGEST:
        return {}
    env["ir.config_parameter"].set_param("stock.no_auto_scheduler", "1")
    cycle.offer_ids.product_id.invoice_policy = "delivery"
    orders = stock_orders(env, cycle.order_ids)

    def work():
        orders.action_confirm()
        purchases = env["purchase.order"].search(
            [
                ("partner_id", "in", cycle.offer_ids.producer_id.ids),
                ("state", "=", "draft"),
            ]
        )
        purchases.button_confirm()
        for picking in purchases.picking_ids:
            picking.move_ids.picked = True
            picking._action_done()
        deliveries = orders.picking_ids
        for start in range(0, len(deliveries), CHUNK):
            chunk = deliveries[start : start + CHUNK]
            chunk.action_assign()
            chunk.move_ids.picked = True
            chunk._action_done()
        invoices = orders._create_invoices()
        invoices.action_post()
        purchases.action_create_invoice()
        bills = purchases.invoice_ids
        bills.invoice_date = env.company._drive_today()
        bills.action_post()

    seconds, statements = measure(env, work, runs=1)
    return {
        "baseline": "stock: confirm, buy, receive, deliver, invoice",
        "baseline_seconds": seconds,
        "baseline_statements": statements,
        "baseline_runs": 1,
    }


def checkout(env, size):
    """Time the confirmation of one basket of 12 lines, with ``size`` orders in the week.

    Baseline: stock confirms the same order, bought to order, after as many others.
    """
    cycle = create_cycle(env, size)
    families = env["res.partner"].create([{"name": "Next"}] * 2)
    lines = cycle.offer_ids[:LINES]
    basket = env["sale.order"].create(
        {
            "partner_id": families[0].id,
            "company_id": cycle.company_id.id,
            "drive_cycle_id": cycle.id,
            "drive_cycle_point_id": cycle.point_ids[0].id,
        }
    )
    for offer in lines:
        basket._drive_add(offer, 1)

    def work():
        savepoint = env.cr.savepoint()
        basket.action_confirm()
        env.flush_all()
        savepoint.close(rollback=True)

    seconds, statements = measure(env, work)
    return {
        "seconds": seconds,
        "statements": statements,
        **_stock_checkout(env, cycle, basket, families[1], size),
    }


def _stock_checkout(env, cycle, basket, family, size):
    if size > BASELINE_LARGEST:
        return {}
    stock_orders(env, cycle.order_ids - basket).action_confirm()
    order = env["sale.order"].create(
        {
            "partner_id": family.id,
            "company_id": cycle.company_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": 1,
                        "price_unit": line.price_unit,
                    }
                )
                for line in basket.order_line
            ],
        }
    )

    def work():
        savepoint = env.cr.savepoint()
        order.action_confirm()
        env.flush_all()
        savepoint.close(rollback=True)

    seconds, statements = measure(env, work)
    return {
        "baseline": "stock confirm with buy-to-order",
        "baseline_seconds": seconds,
        "baseline_statements": statements,
    }


FIGURES = (
    Figure("checkout", checkout, sizes=SIZES, quick=SIZES[:1]),
    Figure("settle", settle, sizes=SIZES, quick=SIZES[:1]),
)
