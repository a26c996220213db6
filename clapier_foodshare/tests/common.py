from odoo.tests import TransactionCase, new_test_user


class FoodshareCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["res.company"].create({"name": "Organisation"})
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
