from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class FoodshareCommon(TransactionCase):
    """A kitchen of one organisation; its clock is that of UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["res.company"].create({"name": "Organisation"})
        cls.organisation.partner_id.tz = "UTC"
        cls.env.user.company_ids |= cls.organisation
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.organisation.ids)
        )
        cls.user = new_test_user(
            cls.env,
            login="foodshare",
            groups="clapier_foodshare.group_foodshare_user",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.outsider = new_test_user(
            cls.env, login="outsider", groups="base.group_user"
        )

    @classmethod
    def _create_space(cls, name="Kitchen"):
        return cls.env["coworking.space"].create(
            {"name": name, "company_id": cls.organisation.id, "kind": "kitchen"}
        )

    @classmethod
    def _create_service(cls, spaces=None, **vals):
        """Return a service of Monday 1 March 2027 at noon."""
        return cls.env["foodshare.service"].create(
            {
                "company_id": cls.organisation.id,
                "start": datetime(2027, 3, 1, 12),
                "stop": datetime(2027, 3, 1, 14),
                "space_ids": [Command.set(spaces.ids if spaces else [])],
                **vals,
            }
        )

    @classmethod
    def _create_dish(cls, name="Soup", allergens=None, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "foodshare_is_dish": True,
                "list_price": 8,
                "taxes_id": [Command.clear()],
                "foodshare_allergen_ids": [Command.set(allergens.ids)]
                if allergens
                else [],
                **vals,
            }
        )

    @classmethod
    def _add_dish(cls, service, portions=10, **vals):
        return cls.env["foodshare.service.dish"].create(
            {
                "service_id": service.id,
                "product_id": cls._create_dish(**vals).id,
                "portion_max": portions,
            }
        )

    @classmethod
    def _create_team(cls, papers=True, **vals):
        """Return a team, with papers that are checked and do not run out."""
        return cls.env["foodshare.team"].create(
            {
                "name": "Team",
                "company_id": cls.organisation.id,
                "partner_id": cls.env["res.partner"].create({"name": "Cooks"}).id,
                "paper_ids": [
                    Command.create({"kind": kind, "is_checked": True})
                    for kind in (("hygiene", "insurance") if papers else ())
                ],
                **vals,
            }
        )
