import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

MODULE = "clapier_drive"
LINES_A_BASKET = (4, 7)


class DriveDemo(models.AbstractModel):
    """Fills the demo drive with what data files cannot say: dates, cycles and baskets.

    Private methods, called by demo files alone.
    """

    _name = "drive.demo"
    _description = "Demo Data of the Drive"

    def _ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _demo_records(self, model, prefix):
        """Return the demo records of a model whose external id begins so, in their order."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", MODULE),
                ("model", "=", model),
                ("name", "=like", f"{prefix}%"),
            ],
            order="id",
        )
        return self.env[model].browse(data.mapped("res_id")).exists()

    def _company_self(self):
        """Return this model as the demo drive works: no notes, its own company."""
        company = self._ref("company_intervals")
        return self.with_company(company).with_context(
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            allowed_company_ids=company.ids,
        )

    @api.model
    def _load_company(self):
        """Give the company its warehouse, and the products of the drive its taxes on food."""
        company = self._ref("company_intervals")
        warehouses = self.env["stock.warehouse"]
        if not warehouses.search_count([("company_id", "=", company.id)], limit=1):
            warehouses.create(
                {"name": company.name, "code": "DRIVE", "company_id": company.id}
            )
        taxes = self.env["account.tax"].search(
            [("company_id", "=", company.id), ("amount", "=", 5.5)]
        )
        sale = taxes.filtered(lambda tax: tax.type_tax_use == "sale")
        sale = sale.filtered("price_include") or sale
        purchase = taxes.filtered(lambda tax: tax.type_tax_use == "purchase")
        purchase = purchase.filtered(lambda tax: not tax.price_include) or purchase
        self._demo_records("product.product", "product_").write(
            {
                "company_id": company.id,
                "taxes_id": [Command.set(sale[:1].ids)],
                "supplier_taxes_id": [Command.set(purchase[:1].ids)],
            }
        )

    @api.model
    def _load_cycles(self, offers, minimums, shortages):
        """Make a cycle that is shared out, one that is being received and one that is open.

        :param offers: {producer: [(product, price, purchase price, other values)]}
        :param minimums: {producer: minimum order}
        :param shortages: {product: part that has not come} in the cycle shared out
        """
        self = self._company_self()
        schedule = self._ref("schedule_thursdays").with_env(self.env)
        open_day = self._first_open_day(schedule)
        schedule.date_start = open_day - timedelta(weeks=2)
        shared = self._make_cycle(schedule, 0)
        self._load_offers(shared, offers, minimums)
        received = self._make_cycle(schedule, 1)
        received._clone_offers(shared)
        draw = random.Random(42)
        self._fill(shared, draw, 18)
        self._end(shared)
        self._receive(shared, shortages)
        shared.action_share()
        shared.action_validate()
        shared.claim_ids[:1].action_send()
        self._fill(received, draw, 20)
        self._end(received)
        received.reception_ids[:9].action_complete()
        schedule._generate()
        self._fill(
            schedule.cycle_ids.filtered(lambda cycle: cycle.date_pickup == open_day),
            draw,
            23,
        )
        self._load_institutions(open_day)

    def _first_open_day(self, schedule):
        """Return the first pick-up day whose cut-off is to come."""
        company = schedule.company_id
        day = company._drive_today()
        day += timedelta(days=(3 - day.weekday()) % 7)
        while schedule._prepare_cycle(0, day)["cutoff_at"] <= fields.Datetime.now():
            day += timedelta(weeks=1)
        return day

    def _make_cycle(self, schedule, number):
        day = schedule.date_start + timedelta(weeks=number)
        return self.env["drive.cycle"].create(schedule._prepare_cycle(number, day))

    def _load_offers(self, cycle, offers, minimums):
        self.env["drive.offer"].create(
            [
                {
                    "cycle_id": cycle.id,
                    "producer_id": self._ref(producer).id,
                    "product_id": self._ref(product).id,
                    "price": price,
                    "purchase_price": purchase_price,
                    **values,
                }
                for producer, rows in offers.items()
                for product, price, purchase_price, values in rows
            ]
        )
        self.env["drive.cycle.producer"].create(
            [
                {
                    "cycle_id": cycle.id,
                    "partner_id": self._ref(producer).id,
                    "amount_min": minimums.get(producer, 0.0),
                }
                for producer in offers
            ]
        )

    def _fill(self, cycle, draw, count):
        """Order in a cycle as families do; one whose cut-off is over is opened for it."""
        now = fields.Datetime.now()
        dates = {
            name: cycle[name] for name in ("open_at", "cutoff_at", "preparation_at")
        }
        cycle.write(
            {
                "open_at": min(cycle.open_at, now),
                "cutoff_at": now + timedelta(days=30),
                "preparation_at": now + timedelta(days=30),
            }
        )
        families = self._demo_records("res.partner", "family_")
        baskets = self.env["sale.order"].create(
            [
                {
                    "partner_id": family.id,
                    "company_id": cycle.company_id.id,
                    "drive_cycle_id": cycle.id,
                    "drive_cycle_point_id": draw.choice(cycle.point_ids).id,
                }
                for family in draw.sample(list(families), count)
            ]
        )
        offers = list(cycle.offer_ids)
        for basket in baskets:
            for offer in draw.sample(offers, draw.randint(*LINES_A_BASKET)):
                steps = 1 if offer.by_weight else draw.randint(1, 3)
                quantity = max(offer.quantity_min, offer.step * steps)
                if offer.quantity_max and quantity > offer.quantity_max / 4:
                    quantity = offer.step
                basket._drive_add(offer, quantity)
        # Two have not paid yet.
        baskets[:-2].action_confirm()
        cycle.write(dates)
        baskets.date_order = (
            cycle.open_at + (min(cycle.cutoff_at, now) - cycle.open_at) / 2
        )

    def _end(self, cycle):
        """Close a cycle as it was at its cut-off."""
        cycle._close()
        cycle.closed_at = cycle.cutoff_at
        cycle.producer_ids.filtered("purchase_id").told_at = cycle.cutoff_at
        cycle.producer_ids.purchase_id.write(
            {"date_order": cycle.cutoff_at, "date_approve": cycle.cutoff_at}
        )

    def _receive(self, cycle, shortages):
        """Count what has come; what is short is noted."""
        missing = {self._ref(product): part for product, part in shortages.items()}
        for reception in cycle.reception_ids:
            part = missing.get(reception.product_id)
            if part is None:
                reception.is_counted = True
                continue
            steps = int(
                reception.quantity_ordered * (1 - part) / reception.offer_id.step
            )
            reception.write(
                {
                    "quantity_received": steps * reception.offer_id.step,
                    "note": "Récolte moins bonne que prévu" if part < 1 else "Oublié",
                }
            )

    def _load_institutions(self, day):
        """Give the institutions the offers of the families, on Tuesdays."""
        schedule = self._ref("schedule_institutions").with_env(self.env)
        schedule.date_start = day + timedelta(days=5)
        source = self.env["drive.cycle"].search(
            [("company_id", "=", schedule.company_id.id), ("date_pickup", "=", day)],
            limit=1,
        )
        cycles = schedule._generate().sorted("date_pickup")
        for cycle in cycles:
            cycle._clone_offers(source)
