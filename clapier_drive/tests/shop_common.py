from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import DriveCommon

OPEN = "2027-03-08 12:00:00"
CLOSED = "2027-03-09 21:30:00"


class ShopCommon(DriveCommon):
    """A drive with a website, a family that has an account, and a cycle that is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(OPEN))
        cls.website = cls.env["website"].create(
            {
                "name": "Shop",
                "company_id": cls.organisation.id,
                "drive_is_shop": True,
            }
        )
        cls.family_user = new_test_user(
            cls.env,
            login="family",
            groups="base.group_portal",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.family = cls.family_user.partner_id
        cls.policy = cls.env["drive.policy"].create(
            {"company_id": cls.organisation.id, "date_start": "2027-01-01"}
        )
        cls.schedule = cls.env["drive.schedule"].create(
            {
                "name": "Thursdays",
                "company_id": cls.organisation.id,
                "date_start": "2027-03-11",
                "point_ids": [Command.set(cls._create_points().ids)],
            }
        )
        cls.cycle = cls._create_cycle(
            cls.schedule.point_ids, schedule_id=cls.schedule.id
        )
        cls.point = cls.cycle.point_ids
        cls.carrots = cls._create_offer(
            cls.cycle, cls._create_product("Carrots"), price=2.0
        )
        cls.honey = cls._create_offer(
            cls.cycle, cls._create_product("Honey"), price=8.0, quantity_max=3
        )

    @classmethod
    def _give_credit(cls, amount, partner=None):
        return cls.env["drive.credit"].create(
            {
                "partner_id": (partner or cls.family).id,
                "company_id": cls.organisation.id,
                "date": "2027-03-01",
                "kind": "shortage",
                "amount": amount,
                "reference": "Missing",
            }
        )

    def _balance(self, partner=None):
        return self.env["drive.credit"]._balance(
            partner or self.family, self.organisation
        )

    def _card_points(self):
        card = self.env["loyalty.card"].search(
            [
                ("program_id", "=", self.organisation.drive_wallet_id.id),
                ("partner_id", "=", self.family.id),
            ]
        )
        return card.points

    def _cart(self, *offers):
        """Return a basket of the family that is not ordered yet."""
        return self._create_basket(self.cycle, offers, self.family, confirm=False)

    def _pay(self, order, amount):
        """Pay a part of a basket online; the organisation has no journal that notes it."""
        provider = self.env["payment.provider"].create(
            {"name": "Test", "company_id": self.organisation.id}
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
            }
        )
        transaction._check_amount_and_confirm_order()
        self.env.invalidate_all()
        return transaction
