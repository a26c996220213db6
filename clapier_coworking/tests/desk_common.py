from datetime import date, datetime, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import CoworkingCommon

# A Monday: nine in the morning in Paris.
NOW = datetime(2027, 3, 1, 8, 0)
MONDAY, TUESDAY, SATURDAY = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 6)


class DeskCommon(CoworkingCommon):
    """An area of two desks, open on weekdays from nine to six; it is Monday morning.

    Where browsers wait, the clock runs: the area is open day and night instead.
    """

    FROZEN = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.FROZEN:
            frozen = freeze_time(NOW)
            frozen.start()
            cls.addClassCleanup(frozen.stop)
        cls.policy = cls.env["coworking.policy"].create(
            {
                "company_id": cls.organisation.id,
                "date_start": "2026-01-01",
                "horizon_days": 60,
                "cancel_fee_percent": 50,
                **({} if cls.FROZEN else {"day_start": 0, "evening_start": 24}),
            }
        )
        cls.area = cls._create_space(
            name="Desks",
            kind="desk",
            capacity=2,
            resource_calendar_id=cls.FROZEN and cls._create_calendar(((9, 18),)).id,
            price_ids=[
                Command.create({"unit": "half_day", "amount": 10}),
                Command.create({"unit": "day", "amount": 16}),
            ],
        ).with_context(lang="en_US")
        cls.today = cls.organisation._coworking_today()
        cls.tomorrow = cls.today + timedelta(days=1)
        cls.person = cls._create_person("Camille Faure")
        # What is told of days and half-days is read in English.
        cls.visits = cls.env["coworking.visit"].with_context(lang="en_US")

    @classmethod
    def _create_person(cls, name="Somebody", days=0, **vals):
        """Return a person, with so many days on a pass."""
        person = cls.env["res.partner"].create(
            {"name": name, "email": "somebody@example.com", "lang": "en_US", **vals}
        )
        if days:
            account = cls.env["coworking.account"]._make(person, cls.organisation)
            cls.env["coworking.account"]._post(
                [
                    {
                        "account_id": account.id,
                        "unit": "day",
                        "kind": "purchase",
                        "quantity": days,
                        "date": cls.today,
                        "reference": "Pack",
                    }
                ]
            )
        return person

    def _freeze(self, moment):
        """Make it another moment, for one test."""
        frozen = freeze_time(moment)
        frozen.start()
        self.addCleanup(frozen.stop)

    def _book(self, person=None, day=None, half="day", **options):
        return self.visits._book(
            person or self.person, self.area, day or self.tomorrow, half, **options
        )

    def _days(self, person):
        """Return the days left on a person's pass."""
        account = self.env["coworking.account"]._of(person, self.organisation)
        account.invalidate_recordset()
        return account.days_balance

    def _left(self, day=TUESDAY):
        """Return the places left on both half-days of a day; None where it is closed."""
        left = self.area._desk_left([day])
        return [left.get((self.area, day, half)) for half in ("am", "pm")]
