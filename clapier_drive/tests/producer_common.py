from odoo.fields import Command
from odoo.tests import new_test_user

from .common import DriveCommon


class ProducerCommon(DriveCommon):
    """Two producers of one drive; two people work for the first, one for the second."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.farm = cls._create_company_partner("Farm")
        cls.dairy = cls._create_company_partner("Dairy")
        cls.farmer = cls._create_portal_user("farmer", cls.farm)
        cls.helper = cls._create_portal_user("helper", cls.farm)
        cls.dairyman = cls._create_portal_user("dairyman", cls.dairy)
        cls.nobody = new_test_user(
            cls.env, "nobody", groups="base.group_portal", lang="en_US"
        )

    @classmethod
    def _create_company_partner(cls, name):
        return cls.env["res.partner"].create({"name": name, "is_company": True})

    @classmethod
    def _create_portal_user(cls, login, company_partner):
        user = new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            lang="en_US",
            company_id=cls.organisation.id,
            company_ids=[Command.set(cls.organisation.ids)],
        )
        user.partner_id.parent_id = company_partner
        return user

    @classmethod
    def _offers(cls, cycle, count=3, **vals):
        """Return offers of the farm, by product."""
        offers = cls.env["drive.offer"]
        for number in range(count):
            product = cls._create_product(f"Vegetable {number}")
            offers |= cls._create_offer(cycle, product, cls.farm, **vals)
        return offers

    def _row(self, offer, quantity=None, offered=None):
        """Return what the portal's form sends of one offer."""
        was = f"{offer.quantity_max:g}" if offer.quantity_max else ""
        return {
            "quantity": was if quantity is None else quantity,
            "was": was,
            "offered": offer.active if offered is None else offered,
            "was_offered": offer.active,
        }
