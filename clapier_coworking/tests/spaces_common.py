from datetime import timedelta

from lxml import html

from odoo import fields, http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from ..coworking_time import at, to_utc
from .common import CoworkingCommon


class SpacesCommon(HttpCase, CoworkingCommon):
    """A room at 10 an hour, always open, and somebody with an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls._create_space(
            name="Round Room",
            payment="invoice",
            price_ids=[Command.create({"unit": "hour", "amount": 10})],
        )
        cls.lou = new_test_user(
            cls.env, login="lou_portal", groups="base.group_portal", name="Lou Granger"
        )
        cls.zone = cls.organisation._coworking_zone()

    @classmethod
    def _day(cls, days=14):
        return cls.organisation._coworking_today() + timedelta(days=days)

    @classmethod
    def _use(cls, space=None, days=14, hour=10, hours=1):
        """Return a use as pages write it, so many days from today."""
        start = at(cls._day(days), hour)
        return (space or cls.room)._website_use(start, start + timedelta(hours=hours))

    @classmethod
    def _utc(cls, days=14, hour=10):
        return to_utc(at(cls._day(days), hour), cls.zone)

    @classmethod
    def _book(cls, partner=None, space=None, days=14, hour=10, hours=1, **use):
        return cls.env["coworking.booking"]._request(
            partner or cls.env["res.partner"].create({"name": "Somebody Else"}),
            [
                {
                    "space": space or cls.room,
                    "start": cls._utc(days, hour),
                    "stop": cls._utc(days, hour + hours),
                    **use,
                }
            ],
        )

    def _get(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return html.fromstring(response.content)

    def _post(self, url, data=None, **kwargs):
        if "session" not in kwargs and not getattr(self, "session", None):
            self.authenticate(None, None)
        return self.url_open(
            url,
            data={"csrf_token": http.Request.csrf_token(self), **(data or {})},
            **kwargs,
        )

    def _confirm(self, *uses, **data):
        """Book by the form of the page that confirms."""
        return self._post(
            "/spaces/book",
            {
                "key": "ab" * 24,
                "use": list(uses),
                "people": 2,
                "name": "Noor Visitor",
                "email": "noor@visitor.example",
                "phone": "04 77 00 00 00",
                **data,
            },
        )

    def _bookings(self):
        self.env.invalidate_all()
        return self.env["coworking.booking"].search([("space_id", "=", self.room.id)])

    def _assert_refused(self, response):
        """The page says why, in a sentence, and nothing is claimed."""
        self.assertEqual(response.status_code, 200)
        alerts = html.fromstring(response.content).xpath("//*[@role='alert']")
        self.assertTrue(alerts and alerts[0].text_content().strip())
        self.assertFalse(self._bookings())
        self.assertFalse(
            self.env["coworking.claim"].search([("space_id", "=", self.room.id)])
        )

    def _soon(self, minutes):
        return fields.Datetime.now().replace(microsecond=0) + timedelta(minutes=minutes)
