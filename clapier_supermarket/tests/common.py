from psycopg2 import IntegrityError

from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger


class SupermarketCommon(TransactionCase):
    """The cooperative is the main company of the test database, with the French chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=cls.company.ids,
                tracking_disable=True,
            )
        )
        cls.policy = cls.env["supermarket.policy"].create(
            {"company_id": cls.company.id, "date_start": "2020-01-01"}
        )

    @classmethod
    def _create_person(cls, name="Camille Faure", **vals):
        """Return somebody known to the company who is not a member."""
        return cls.env["res.partner"].create({"name": name, **vals})

    @classmethod
    def _create_member(cls, name="Camille Faure", **vals):
        """Return a member with a number and a card, as the first share makes one."""
        member = cls._create_person(
            name,
            **{
                "supermarket_company_id": cls.company.id,
                "supermarket_is_member": True,
                "supermarket_member_since": "2024-01-15",
                **vals,
            },
        )
        member._supermarket_assign_number()
        return member

    def assertDatabaseRefuses(self, sentence, operation, *args):
        """Check that a constraint of the database refuses ``operation(*args)``.

        :param sentence: a part of the message that the user reads
        """
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as caught,
            self.cr.savepoint(),
        ):
            operation(*args)
            self.env.flush_all()
        self.env.invalidate_all()
        model = next(
            self.env[name]
            for name, cls in self.registry.items()
            if cls._table == caught.exception.diag.table_name
        )
        self.assertIn(sentence, model._sql_error_to_message(caught.exception))

    @classmethod
    def _create_user(cls, login, *groups):
        """Return a user of the company with the groups of the given xml ids."""
        return new_test_user(
            cls.env,
            login,
            groups=",".join(groups),
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
