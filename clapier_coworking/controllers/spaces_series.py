from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from ..coworking_recurrence import FREQUENCIES, Rule, TooMany, occurrences
from ..coworking_time import ImpossibleTime, at, to_utc
from ..coworking_use import parse_day, parse_hour, parse_number
from .spaces import PAGE
from .spaces_book import CoworkingSpacesBook

SERIES = ("day", "hour", "freq", "ends", "until")


class CoworkingSpacesSeries(CoworkingSpacesBook):
    """Bookings that come back: the dates are shown one by one before anything is kept."""

    @route(
        "/spaces/<string:slug>/series",
        methods=["GET"],
        readonly=True,
        sitemap=False,
        **PAGE,
    )
    def coworking_series(self, slug, **kw):
        """Ask how a use comes back, then show each of its dates."""
        space_sudo = self._coworking_space(slug)
        if not space_sudo or space_sudo.kind == "desk":
            raise request.not_found()
        series = self._coworking_series_form(space_sudo)
        if not series["asked"]:
            return self._coworking_render_series(space_sudo, series)
        try:
            dates = self._coworking_occurrences(space_sudo, series)
        except UserError as refusal:
            return self._coworking_render_series(space_sudo, series, refusal.args[0])
        form = self._coworking_form()
        uses, skipped = [], []
        zone = space_sudo.company_id._coworking_zone()
        for start, stop in dates:
            try:
                to_utc(start, zone), to_utc(stop, zone)
                uses.append(space_sudo._website_use(start, stop))
            except ImpossibleTime:
                skipped.append(space_sudo._tell_day(start.date(), "EEEE d MMMM y"))
        form["uses"] = uses
        return self._coworking_render_confirm(form, skipped=skipped)

    def _coworking_series_form(self, space):
        """Return what the form of a series says, completed where it says nothing."""
        values = request.httprequest.values
        series = {name: values.get(name, "").replace("\0", "")[:32] for name in SERIES}
        lengths = self._coworking_lengths(space)
        today = space.company_id._coworking_today()
        series.update(
            asked="freq" in values,
            minutes=parse_number(values.get("minutes"), 60),
            people=parse_number(values.get("people"), 1, 10**4) or 1,
            interval=parse_number(values.get("interval"), 1, 366),
            count=parse_number(values.get("count"), 10),
            weekdays=sorted(
                {n for n in map(parse_number, self._coworking_list("weekday")) if n < 7}
            ),
            lengths=lengths,
            day=series["day"] or fields.Date.to_string(today + timedelta(days=1)),
            hour=series["hour"] or "09:00",
            ends=series["ends"] or "count",
        )
        return series

    def _coworking_occurrences(self, space, series):
        """Return the dates of a series, on the wall clock.

        :raise UserError: one sentence that says what is wrong with the form
        """
        env = request.env
        day, hour = parse_day(series["day"]), parse_hour(series["hour"])
        if not day or hour is None:
            raise UserError(env._("Give the first date and the hour."))
        until = parse_day(series["until"]) if series["ends"] == "until" else None
        if series["ends"] == "until" and not until:
            raise UserError(env._("Give the last date, or how many times."))
        if series["freq"] not in FREQUENCIES or not series["interval"]:
            raise UserError(env._("Say how the booking comes back."))
        if not 0 < series["minutes"] <= 24 * 60:
            raise UserError(env._("Choose how long the booking lasts, a day at most."))
        limit = space.company_id._coworking_policy().occurrence_max
        start = at(day, hour)
        rule = Rule(
            series["freq"],
            series["interval"],
            tuple(series["weekdays"]) if series["freq"] == "weekly" else (),
            None if until else max(series["count"], 1),
            until,
        )
        try:
            dates = occurrences(
                start, start + timedelta(minutes=series["minutes"]), rule, limit
            )
        except TooMany:
            raise UserError(
                env._("One request asks for %s dates at most: make several.", limit)
            ) from None
        if not dates:
            raise UserError(env._("The last date comes before the first one."))
        return dates

    def _coworking_render_series(self, space, series, error=None):
        env = request.env
        monday = fields.Date.to_date("2024-01-01")
        return request.render(
            "clapier_coworking.space_series",
            self._coworking_values(
                space=space,
                series=series,
                error=error,
                weekdays=[
                    (
                        n,
                        env["coworking.space"]._tell_day(
                            monday + timedelta(days=n), "EEE"
                        ),
                    )
                    for n in range(7)
                ],
                limit=space.company_id._coworking_policy().occurrence_max,
                today=fields.Date.to_string(space.company_id._coworking_today()),
            ),
        )
