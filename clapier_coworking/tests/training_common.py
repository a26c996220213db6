import base64
from datetime import timedelta
from io import BytesIO

from freezegun import freeze_time
from PIL import Image, ImageDraw

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
            cls.env,
            login="trainer",
            name="Tania Roux",
            groups="base.group_portal",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        ).partner_id
        cls.learner_user = new_test_user(
            cls.env,
            login="learner",
            name="Lou Martin",
            email="lou@example.com",
            groups="base.group_portal",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
        )
        cls.other_user = new_test_user(
            cls.env,
            login="other",
            name="Otto Blanc",
            email="otto@example.com",
            groups="base.group_portal",
            company_id=cls.organisation.id,
            company_ids=cls.organisation.ids,
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

    @classmethod
    def _create_course(cls, days=10, **vals):
        """Return a training with a morning and an afternoon in the classroom."""
        event = cls._create_training(
            days=days,
            coworking_is_training=True,
            coworking_trainer_id=cls.trainer.id,
            **vals,
        )
        begin = event.date_begin.replace(minute=0, second=0)
        cls.env["coworking.session"].create(
            [
                {
                    "event_id": event.id,
                    "start": begin + timedelta(hours=first),
                    "stop": begin + timedelta(hours=first + length),
                    "space_ids": [Command.set(cls.room.ids)],
                }
                for first, length in ((0, 3), (4, 4))
            ]
        )
        return event

    @classmethod
    def _png(cls, drawn=True, size=(300, 120)):
        """Return a picture of a signature, as a browser sends it."""
        picture = Image.new("RGBA", size, (0, 0, 0, 0))
        if drawn:
            ImageDraw.Draw(picture).line((20, 20, 200, 90), fill="black", width=4)
        out = BytesIO()
        picture.save(out, "PNG")
        return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()

    @classmethod
    def _sign(cls, session, registration=None, method="qr"):
        """Sign a half-day while it takes place."""
        with freeze_time(session.start + timedelta(minutes=5)):
            return cls.env["coworking.attendance"]._sign(
                session,
                registration or cls.env["event.registration"],
                cls._png(),
                method,
            )
