from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import CoworkingCommon


class TrainingCommon(CoworkingCommon):
    """A training of the organisation, its trainer, and two people to teach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "lang": "en_US", "tracking_disable": True}
        )
        cls.organisation = cls.organisation.with_env(cls.env)
        cls.room = cls._create_space(name="Classroom")
        cls.trainer = new_test_user(
            cls.env, login="trainer", name="Tania Roux", groups="base.group_portal"
        ).partner_id
        cls.learner_user = new_test_user(
            cls.env,
            login="learner",
            name="Lou Martin",
            email="lou@example.com",
            groups="base.group_portal",
        )
        cls.other_user = new_test_user(
            cls.env,
            login="other",
            name="Otto Blanc",
            email="otto@example.com",
            groups="base.group_portal",
        )
        cls.learner, cls.other = (cls.learner_user | cls.other_user).partner_id.sorted(
            "name"
        )

    @classmethod
    def _create_training(cls, seats=0, days=10, tickets=(), **vals):
        """Return a training of one day, in ``days`` days; 0 seats: no limit."""
        begin = fields.Datetime.now().replace(microsecond=0) + timedelta(days=days)
        return cls.env["event.event"].create(
            {
                "name": "First aid",
                "company_id": cls.organisation.id,
                "organizer_id": cls.organisation.partner_id.id,
                "address_id": False,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=8),
                "date_tz": "Europe/Paris",
                "seats_limited": bool(seats),
                "seats_max": seats,
                "event_ticket_ids": [Command.create(ticket) for ticket in tickets],
                **vals,
            }
        )

    @classmethod
    def _register(cls, event, partner=None, **vals):
        """Return the registration of a person, or of nobody in particular."""
        return cls.env["event.registration"].create(
            {
                "event_id": event.id,
                "partner_id": partner.id if partner else False,
                "name": partner.name if partner else "Somebody",
                **vals,
            }
        )
