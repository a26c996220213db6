from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class DriveCommon(TransactionCase):
    """A drive whose families order until Tuesday 9 March 2027, 21:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["res.company"].create({"name": "Organisation"})
        cls.organisation.partner_id.tz = "Europe/Paris"
        # Taxes and accounts are not what is tested.
        cls.env.user.company_ids |= cls.organisation
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.organisation.ids)
        )
        cls.user = new_test_user(
            cls.env,
            login="drive",
            groups="clapier_drive.group_drive_user",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.outsider = new_test_user(
            cls.env, login="outsider", groups="base.group_user"
        )

    @classmethod
    def _create_points(cls, count=1, **vals):
        return cls.env["drive.point"].create(
            [
                {
                    "name": f"Point {number}",
                    "company_id": cls.organisation.id,
                    "partner_id": cls.organisation.partner_id.id,
                    **vals,
                }
                for number in range(count)
            ]
        )

    @classmethod
    def _create_cycle(cls, points=None, **vals):
        """Return a cycle of Thursday 11 March 2027 with its points."""
        points = points or cls._create_points()
        return cls.env["drive.cycle"].create(
            {
                "company_id": cls.organisation.id,
                "date_pickup": "2027-03-11",
                "open_at": datetime(2027, 3, 4, 19),
                "cutoff_at": datetime(2027, 3, 9, 21),
                "preparation_at": datetime(2027, 3, 11, 12),
                "point_ids": [
                    Command.create(
                        {
                            "point_id": point.id,
                            "start": datetime(2027, 3, 11, 16),
                            "stop": datetime(2027, 3, 11, 18),
                            "crate_max": point.crate_max,
                            "cold_max": point.cold_max,
                        }
                    )
                    for point in points
                ],
                **vals,
            }
        )

    @classmethod
    def _create_producer(cls, name="Producer"):
        return cls.env["res.partner"].create({"name": name})

    @classmethod
    def _create_product(cls, name="Product", **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
                **vals,
            }
        )

    @classmethod
    def _create_offer(cls, cycle, product=None, producer=None, **vals):
        return cls.env["drive.offer"].create(
            {
                "cycle_id": cycle.id,
                "product_id": (product or cls._create_product()).id,
                "producer_id": (producer or cls._create_producer()).id,
                "price": 3.0,
                "purchase_price": 2.0,
                **vals,
            }
        )

    @classmethod
    def _create_basket(cls, cycle, offers=(), partner=None, point=None, confirm=True):
        """Return a basket: ``offers`` is a list of (offer, quantity)."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": (
                    partner or cls.env["res.partner"].create({"name": "Family"})
                ).id,
                "company_id": cls.organisation.id,
                "drive_cycle_id": cycle.id,
                "drive_cycle_point_id": (point or cycle.point_ids[0]).id,
            }
        )
        for offer, quantity in offers:
            order._drive_add(offer, quantity)
        if confirm:
            order.action_confirm()
        return order

    def _run_cron(self, name):
        """Run one cron of the addon as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"clapier_drive.{name}").method_direct_trigger()
        self.env.invalidate_all()
