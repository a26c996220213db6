from odoo.tests import TransactionCase, new_test_user


class CoworkingCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["res.company"].create({"name": "Organisation"})
        cls.user = new_test_user(
            cls.env,
            login="coworking",
            groups="clapier_coworking.group_coworking_user",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.outsider = new_test_user(
            cls.env, login="outsider", groups="base.group_user"
        )
