import base64
import random
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path

from odoo import Command, api, fields, models
from odoo.tools import file_path

MODULE = "clapier_supermarket"
SALES_DAYS = 14
BASKETS_A_DAY = 7
LINES_A_BASKET = (3, 8)


class SupermarketDemo(models.AbstractModel):
    """Fills the demo shop with what data files cannot say: dates, stock and past sales.

    Private methods, called by demo files alone.
    """

    _name = "supermarket.demo"
    _description = "Demo Data of the Supermarket"

    def _ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _demo_records(self, model):
        """Return the demo records of ``model``, in the order of their files."""
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)], order="id"
        )
        return self.env[model].browse(data.mapped("res_id")).exists()

    @api.model
    def _load_french_chart(self):
        """Give the main company the French chart of accounts, unless it has it."""
        company = self.env.ref("base.main_company")
        if company.chart_template != "fr":
            self.env["account.chart.template"]._load("fr", company, False)

    @api.model
    def _load_register(self, movements):
        """Enter share movements in the register.

        :param movements: tuples of days ago, kind, type, quantity, giver and taker, the
            last three by demo external id, oldest first
        """
        today = fields.Date.context_today(self)
        self.env["supermarket.share.movement"]._record(
            [
                {
                    "date": today - timedelta(days=days),
                    "kind": kind,
                    "type_id": self._ref(share_type).id,
                    "quantity": quantity,
                    "from_partner_id": giver and self._ref(giver).id,
                    "to_partner_id": taker and self._ref(taker).id,
                }
                for days, kind, share_type, quantity, giver, taker in movements
            ]
        )

    @api.model
    def _load_images(self):
        """Give each demo record the picture of its name."""
        folder = Path(file_path(f"{MODULE}/demo/images"))
        for model in ("res.partner", "product.product"):
            data = self.env["ir.model.data"].search(
                [("module", "=", MODULE), ("model", "=", model)]
            )
            for line in data:
                picture = folder / f"{line.name}.png"
                if picture.exists():
                    record = self.env[model].browse(line.res_id)
                    record.image_1920 = base64.b64encode(picture.read_bytes())

    @api.model
    def _load_stock(self):
        """Put the counted stock on the shelves; sold by the lot that expires first."""
        company = self.env.ref("base.main_company")
        self._demo_records("stock.quant").action_apply_inventory()
        till_operations = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", company.id)], limit=1)
            .pos_type_id
        )
        # A cashier scans food, not lots: stock leaves first expired first.
        till_operations.write({"use_create_lots": False, "use_existing_lots": False})

    # -- sales

    @api.model
    def _load_sales(self):
        """Open and close the till on each weekday of the last two weeks, with sales."""
        chance = random.Random(42)  # the same demo each time
        today = fields.Date.context_today(self)
        config = self._ref("pos_config_till_1")
        members = self._demo_records("res.partner").filtered(
            lambda partner: (
                partner.supermarket_is_member
                and partner.supermarket_verdict == "allowed"
            )
        )
        portal_member = self._ref("member_claire_fayolle")
        shelves = self._shelves()
        for days in range(SALES_DAYS, 0, -1):
            day = today - timedelta(days=days)
            if day.weekday() == 6:
                continue
            buyers = chance.sample(list(members - portal_member), BASKETS_A_DAY - 1)
            if days % 3 == 0:
                buyers.append(portal_member)
            self._load_day(config, day, buyers, shelves, chance)

    def _shelves(self):
        """Return {product: quantity that may be sold}, never more than half the stock."""
        products = self._demo_records("product.product").filtered("is_storable")
        return {product: product.qty_available / 2 for product in products}

    def _load_day(self, config, day, buyers, shelves, chance):
        opening = datetime.combine(day, time(9))
        session = self.env["pos.session"].create(
            {"config_id": config.id, "user_id": self._ref("user_caisse").id}
        )
        session.set_opening_control(100, "")
        session.write({"start_at": opening, "stop_at": opening + timedelta(hours=9)})
        step = timedelta(hours=8) / len(buyers)
        for rank, buyer in enumerate(buyers):
            self._sell(session, buyer, opening + step * rank, shelves, chance)
        cash = session.order_ids.payment_ids.filtered("payment_method_id.is_cash_count")
        session.post_closing_cash_details(100 + sum(cash.mapped("amount")))
        session.close_session_from_ui()

    def _sell(self, session, buyer, moment, shelves, chance):
        """Record a paid order as the till would, taken from ``shelves``."""
        lines = []
        for product in chance.sample(list(shelves), chance.randint(*LINES_A_BASKET)):
            quantity = round(chance.uniform(0.2, 1.5), 3) if product.to_weight else 1
            if shelves[product] >= quantity:
                shelves[product] -= quantity
                lines.append(self._prepare_line(product, quantity))
        order = self.env["pos.order"].create(
            {
                "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "session_id": session.id,
                "user_id": session.user_id.id,
                "partner_id": buyer.id,
                "date_order": moment,
                "lines": [Command.create(line) for line in lines],
                "amount_total": 0,
                "amount_tax": 0,
                "amount_paid": 0,
                "amount_return": 0,
            }
        )
        order._compute_prices()
        method = chance.choice(["card", "card", "cash", "cheque"])
        order.add_payment(
            {
                "pos_order_id": order.id,
                "payment_date": moment,
                "payment_method_id": self._ref(f"pos_payment_method_{method}").id,
                "amount": order.amount_total,
            }
        )
        order._process_saved_order(draft=False)

    def _prepare_line(self, product, quantity):
        taxes = product.taxes_id.compute_all(product.lst_price, quantity=quantity)
        return {
            "product_id": product.id,
            "full_product_name": product.name,
            "qty": quantity,
            "price_unit": product.lst_price,
            "price_subtotal": taxes["total_excluded"],
            "price_subtotal_incl": taxes["total_included"],
            "tax_ids": [Command.set(product.taxes_id.ids)],
            "discount": 0,
        }
