import random

from freezegun import freeze_time

from odoo.fields import Command

from .common import DriveCommon

ORDERING = "2027-03-05 08:00:00"
AFTER = "2027-03-12 08:00:00"


class SettlementCommon(DriveCommon):
    """A drive with a French chart of accounts, its taxes and four producers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation.write(
            {"country_id": cls.env.ref("base.fr").id, "city": "Saint-Étienne"}
        )
        cls.env["account.chart.template"].try_loading(
            "fr", company=cls.organisation, install_demo=False
        )
        cls.policy = cls.env["drive.policy"].create(
            {"company_id": cls.organisation.id, "date_start": "2027-01-01"}
        )
        cls.policy.credit_account_id = cls._account("4198%")
        taxes = cls.env["account.tax"]
        common = {"company_id": cls.organisation.id, "amount_type": "percent"}
        cls.sale_taxes = taxes.create(
            [
                {
                    **common,
                    "name": f"Sale {amount} {included}",
                    "amount": amount,
                    "type_tax_use": "sale",
                    "price_include_override": included,
                }
                for amount, included in (
                    (5.5, "tax_included"),
                    (20, "tax_excluded"),
                )
            ]
        )
        cls.purchase_tax = taxes.create(
            {
                **common,
                "name": "Purchase 5.5",
                "amount": 5.5,
                "type_tax_use": "purchase",
                "price_include_override": "tax_excluded",
            }
        )
        cls.commission_tax = taxes.create(
            {
                **common,
                "name": "Commission 20",
                "amount": 20,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
            }
        )
        cls.policy.commission_tax_id = cls.commission_tax
        vat = cls._account("4457%")
        (cls.sale_taxes[0] | cls.commission_tax).invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = vat
        cls.manager = cls.env.user
        cls.manager.group_ids |= cls.env.ref("clapier_drive.group_drive_manager")

    @classmethod
    def _account(cls, code):
        return (
            cls.env["account.account"]
            .with_company(cls.organisation)
            .search(
                [
                    ("code", "=like", code),
                    ("company_ids", "in", cls.organisation.ids),
                ],
                limit=1,
            )
        )

    @classmethod
    def _create_settled_producer(cls, name, mode="purchase", **vals):
        producer = cls._create_producer(name)
        producer.with_company(cls.organisation).write(
            {"drive_settlement_mode": mode, "email": f"{name}@example.com", **vals}
        )
        return producer

    def _balance(self, account):
        """Return what an account of the drive says, in whole cents."""
        [(total,)] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.organisation.id),
            ],
            aggregates=["balance:sum"],
        )
        return round((total or 0.0) * 100)

    def _random_cycle(self, draw, baskets=12):
        """Return a cycle with offers of every kind and confirmed random baskets."""
        points = self._create_points(2)
        with freeze_time(ORDERING):
            cycle = self._create_cycle(points)
            producers = [
                self._create_settled_producer("Farm"),
                self._create_settled_producer("Dairy", "mandate"),
                self._create_settled_producer(
                    "Bakery", "mandate", drive_commission_rate=0.155
                ),
                self._create_settled_producer("Late", drive_settlement_period="month"),
            ]
            offers = []
            for producer in producers:
                for number in range(3):
                    product = self._create_product(
                        f"{producer.name} {number}",
                        taxes_id=[Command.set(draw.choice(self.sale_taxes).ids)],
                        supplier_taxes_id=[Command.set(self.purchase_tax.ids)],
                    )
                    by_weight = number == 2
                    offers.append(
                        self._create_offer(
                            cycle,
                            product,
                            producer,
                            price=draw.randint(50, 2500) / 100,
                            purchase_price=draw.randint(30, 1800) / 100,
                            by_weight=by_weight,
                            weight_expected=1.255 if by_weight else 0,
                            step=0.1 if number == 1 else 1,
                        )
                    )
            for number in range(baskets):
                self._create_basket(
                    cycle,
                    [
                        (
                            offer,
                            draw.randint(1, 30) / 10
                            if offer.step == 0.1
                            else draw.randint(1, 4),
                        )
                        for offer in draw.sample(offers, draw.randint(2, 7))
                    ],
                    partner=self.env["res.partner"].create(
                        {"name": f"Family {number}"}
                    ),
                    point=draw.choice(cycle.point_ids),
                )
        return cycle

    def _receive_randomly(self, cycle, draw):
        """Count what has come: complete, short, over, damaged or nothing at all."""
        for reception in cycle.reception_ids:
            step = reception.offer_id.step
            steps = round(reception.quantity_ordered / step)
            received = draw.choice((steps, steps, steps * 2 // 3, steps + 2, 0))
            damaged = draw.choice((0, 0, 1)) if received else 0
            reception.write(
                {
                    "quantity_received": round(received * step, 3),
                    "quantity_damaged": round(damaged * step, 3),
                }
            )

    def _credit(self, line, kind, amount):
        order = line.order_id
        return self.env["drive.credit"].create(
            {
                "partner_id": order.partner_id.id,
                "company_id": order.company_id.id,
                "date": "2027-03-11",
                "kind": kind,
                "amount": amount,
                "reference": kind,
                "order_line_id": line.id,
                "cycle_id": order.drive_cycle_id.id,
            }
        )

    def _weigh_and_complain(self, cycle, draw):
        """Post differences of weight, problems, and credit that families paid with."""
        for line in cycle.order_ids.drive_line_ids.filtered("drive_given_qty"):
            share = line.price_total * line.drive_given_qty / line.product_uom_qty
            if line.drive_offer_id.by_weight:
                amount = round(share * draw.uniform(-0.1, 0.1), 2)
                if amount:
                    self._credit(line, "weight", amount)
            if draw.random() < 0.1 and share > 0.02:
                self._credit(line, "problem", round(share / 2, 2))
        for basket in cycle.order_ids[::4]:
            self.env["drive.credit"].create(
                {
                    "partner_id": basket.partner_id.id,
                    "company_id": basket.company_id.id,
                    "date": "2027-03-09",
                    "kind": "payment",
                    "amount": -1.23,
                    "reference": basket.name,
                    "cycle_id": cycle.id,
                }
            )

    def _run_cycle(self, seed, **kwargs):
        """Return a cycle from its baskets to the moment before it is settled."""
        draw = random.Random(seed)
        cycle = self._random_cycle(draw, **kwargs)
        with freeze_time("2027-03-10 08:00:00"):
            cycle._close()
        with freeze_time("2027-03-11 14:00:00"):
            self._receive_randomly(cycle, draw)
            cycle.action_share()
            cycle.action_validate()
            self._weigh_and_complain(cycle, draw)
        self.env.invalidate_all()
        return cycle
