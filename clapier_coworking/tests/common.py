from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class CoworkingCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["res.company"].create({"name": "Organisation"})
        cls.organisation.partner_id.tz = "Europe/Paris"
        cls.user = new_test_user(
            cls.env,
            login="coworking",
            groups="clapier_coworking.group_coworking_user",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.manager = new_test_user(
            cls.env,
            login="coworking_manager",
            groups="clapier_coworking.group_coworking_manager",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.outsider = new_test_user(
            cls.env, login="outsider", groups="base.group_user"
        )

    @classmethod
    def _create_space(cls, **vals):
        """Return a space of the organisation, always open unless ``vals`` says more."""
        return cls.env["coworking.space"].create(
            {
                "name": "Room",
                "company_id": cls.organisation.id,
                "capacity": 8,
                **vals,
            }
        )

    @classmethod
    def _create_calendar(cls, hours=((8, 20),), days=range(5), **vals):
        """Return opening hours: ``hours`` on each of ``days`` (0 is Monday), Paris time."""
        return cls.env["resource.calendar"].create(
            {
                "name": "Opening",
                "tz": "Europe/Paris",
                "company_id": cls.organisation.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": str(day),
                            "hour_from": first,
                            "hour_to": last,
                            "day_period": "full_day",
                        }
                    )
                    for day in days
                    for first, last in hours
                ],
                **vals,
            }
        )

    @classmethod
    def _claim(cls, space, start, stop, **use):
        """Claim a use of a space and return its claims."""
        [claims] = cls.env["coworking.claim"]._claim(
            [
                {
                    "space": space,
                    "start": start,
                    "stop": stop,
                    "kind": "booking",
                    "name": "Use",
                    **use,
                }
            ]
        )
        return claims

    @classmethod
    def _at(cls, day, hour, minute=0):
        """Return a naive UTC datetime of March 2027, a month without any holiday."""
        return datetime(2027, 3, day, hour, minute)

    def _run_cron(self, name):
        """Run one cron of the addon as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"clapier_coworking.{name}").method_direct_trigger()
        self.env.invalidate_all()
