from datetime import datetime, time, timedelta

from odoo import Command

from .common import SupermarketCommon


class ShiftCommon(SupermarketCommon):
    """Sections, slots, shifts and members who work, by the clock of the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section = cls.env["supermarket.shift.section"].create(
            {"name": "Till (test)"}
        )
        cls.today = cls.company._supermarket_today()

    @classmethod
    def _day(cls, offset):
        """Return the day ``offset`` days from today."""
        return cls.today + timedelta(days=offset)

    @classmethod
    def _create_template(cls, seat_count=4, **vals):
        """Return a slot of the cycle, by default Monday A at nine, valid from today."""
        return cls.env["supermarket.shift.template"].create(
            {
                "company_id": cls.company.id,
                "section_id": cls.section.id,
                "week": 1,
                "weekday": "0",
                "start_time": 9.0,
                "hours": 3.0,
                "seat_count": seat_count,
                "date_start": cls.today,
                **vals,
            }
        )

    @classmethod
    def _create_shift(cls, days=7, hour=9, hours=3, seat_count=4, **vals):
        """Return a shift without a slot, ``days`` from today at ``hour`` at the shop."""
        local = datetime.combine(cls._day(days), time()) + timedelta(hours=hour)
        start = cls.company._supermarket_utc(local)
        return cls.env["supermarket.shift"].create(
            {
                "company_id": cls.company.id,
                "section_id": cls.section.id,
                "start": start,
                "stop": start + timedelta(hours=hours),
                "seat_count": seat_count,
                **vals,
            }
        )

    @classmethod
    def _create_worker(cls, name="Camille Faure", team=None, template=None, **vals):
        """Return the working time of a new member, in a team or in none.

        :param team: ``flying``, or ``standard`` with ``template``
        """
        return cls._create_workers(1, name, team, template, **vals)

    @classmethod
    def _create_workers(cls, count, name="Member", team=None, template=None, **vals):
        """Return the working time of ``count`` new members."""
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": name if count == 1 else f"{name} {rank + 1}",
                    "supermarket_company_id": cls.company.id,
                    "supermarket_is_member": True,
                    "supermarket_member_since": "2024-01-15",
                    **vals,
                }
                for rank in range(count)
            ]
        )
        partners._supermarket_assign_number()
        workers = cls.env["supermarket.shift.member"].search(
            [("partner_id", "in", partners.ids)]
        )
        if template and not team:
            team = "standard"
        if team:
            workers._join_team(team, template)
        return workers

    @classmethod
    def _create_skill(cls, name="Cold chain", holders=None, **vals):
        """Return a skill that the members ``holders`` have for ever."""
        return cls.env["supermarket.shift.skill"].create(
            {
                "name": name,
                "holding_ids": [
                    Command.create(
                        {"partner_id": partner.id, "date_start": "2024-01-01"}
                    )
                    for partner in (holders and holders.partner_id) or ()
                ],
                **vals,
            }
        )

    @classmethod
    def _register(cls, shift, workers, basis="own", state="booked"):
        """Return registrations made without the limits of booking, on past shifts too."""
        kind = "standard" if basis == "own" else basis
        registrations = cls.env["supermarket.shift.registration"].create(
            [
                {
                    "shift_id": shift.id,
                    "member_id": worker.id,
                    "partner_id": worker.partner_id.id,
                    "company_id": shift.company_id.id,
                    "kind": kind,
                    "basis": basis,
                }
                for worker in workers
            ]
        )
        shift._recount_seats()
        if state != "booked":
            registrations._change_state(state)
        return registrations

    @classmethod
    def _post(cls, workers, kind, days=0, **vals):
        """Return the rows added to the ledgers of ``workers``, ``days`` from today."""
        Point = cls.env["supermarket.shift.point"]
        return Point.browse(
            Point._post(
                [
                    {
                        "member_id": worker.id,
                        "date": cls._day(days),
                        "kind": kind,
                        **vals,
                    }
                    for worker in workers
                ]
            )
        )

    def assertReplayed(self, workers):
        """Check that the stored points and standings are what a replay gives."""
        self.assertEqual(self.env["supermarket.shift.point"]._differences(workers), [])

    def assertSeatsCounted(self, shifts):
        """Check that the counters of seats are what the registrations say."""
        self.assertFalse(shifts._seat_differences())
