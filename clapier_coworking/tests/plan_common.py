from datetime import date

from odoo.fields import Command

from .common import CoworkingCommon


class PlanCommon(CoworkingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation.country_id = cls.env.ref("base.fr")
        cls.env["account.chart.template"]._load(
            "fr", cls.organisation, install_demo=False
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context, allowed_company_ids=cls.organisation.ids, lang="en_US"
            )
        )
        cls.product = cls._create_product("Plan")
        cls.full = cls._create_plan(
            name="Full", price=150, hours=10, days_unlimited=True
        )
        cls.half = cls._create_plan(
            name="Half",
            kind="part",
            price=80,
            hours=5,
            days=8,
            hour_price=9,
            overdraft_hours=4,
        )
        cls.day_pass = cls._create_pass("Day Pass", 15, 1)
        cls.ten_days = cls._create_pass("Ten Days", 120, 10)
        cls.person = cls._create_person("Ada")

    @classmethod
    def _create_product(cls, name, **vals):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "company_id": cls.organisation.id, **vals}
        )

    @classmethod
    def _create_plan(cls, **vals):
        return cls.env["coworking.plan"].create(
            {
                "product_id": cls.product.id,
                "company_id": cls.organisation.id,
                "notice_days": 0,
                **vals,
            }
        )

    @classmethod
    def _create_pass(cls, name, price, quantity, unit="day", **vals):
        return cls.env["coworking.pass"].create(
            {
                "product_id": cls._create_product(name, list_price=price).id,
                "company_id": cls.organisation.id,
                "unit": unit,
                "quantity": quantity,
                **vals,
            }
        )

    @classmethod
    def _create_person(cls, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": f"{name.lower()}@example.com",
                "lang": "en_US",
                **vals,
            }
        )

    @classmethod
    def _subscribe(cls, partner, plan, start, **vals):
        """Return a subscription begun on its first day."""
        subscription = cls.env["coworking.subscription"].create(
            {
                "partner_id": partner.id,
                "plan_id": plan.id,
                "company_id": cls.organisation.id,
                "date_start": start,
                **vals,
            }
        )
        subscription.action_start()
        return subscription

    @classmethod
    def _use(cls, account, quantity, day, unit="hour", kind="use"):
        return cls.env["coworking.account"]._post(
            [
                {
                    "account_id": account.id,
                    "unit": unit,
                    "kind": kind,
                    "quantity": -quantity if kind == "use" else quantity,
                    "date": day,
                    "reference": "Test",
                }
            ]
        )

    @classmethod
    def _close(cls, month):
        return cls.env["coworking.month"]._close_month(cls.organisation, month)

    @classmethod
    def _pause(cls, subscription, first, last):
        subscription.pause_ids = [
            Command.create({"date_start": first, "date_stop": last})
        ]

    MARCH = date(2027, 3, 1)
    APRIL = date(2027, 4, 1)
