from datetime import timedelta

from odoo import fields
from odoo.http import Controller, request, route

from ..coworking_time import ImpossibleTime, at, to_utc
from ..coworking_use import parse_day, parse_hour, parse_number, parse_use
from .pages import CoworkingPages

PAGE = {"type": "http", "auth": "public", "website": True}
LENGTHS = (30, 60, 90, 120, 180, 240, 300, 360, 480, 600)
SEARCH_DAYS = 4
SEARCH_SPACES = 60
NEAREST = 3


class CoworkingSpaces(CoworkingPages, Controller):
    """The spaces on the website: list, plan of the floors, one space, search."""

    # --- List

    def sitemap_spaces(env, rule, qs):
        """List the pages of the spaces for search engines."""
        if not qs or qs.lower() in "/spaces":
            yield {"loc": "/spaces"}
        website = env["website"].get_current_website()
        for space in env["coworking.space"]._website_spaces(website):
            if not qs or qs.lower() in space._website_url():
                yield {"loc": space._website_url()}

    @route("/spaces", methods=["GET"], readonly=True, sitemap=sitemap_spaces, **PAGE)
    def coworking_spaces(self, kind="", capacity="", day="", **kw):
        """Show the spaces, whether they are free now, and the plan of the floors."""
        equipment_ids = [
            parse_number(text) for text in self._coworking_list("equipment")
        ]
        capacity, day = parse_number(capacity), parse_day(day)
        domain = [("capacity", ">=", capacity)]
        if kind in dict(request.env["coworking.space"]._fields["kind"].selection):
            domain.append(("kind", "=", kind))
        domain.extend(("equipment_ids", "=", id_) for id_ in equipment_ids if id_)
        everything = self._coworking_spaces()
        spaces = everything.filtered_domain(domain)
        if day:
            spaces = self._coworking_free_on(spaces, day)
        now = everything._website_now()
        return request.render(
            "clapier_coworking.spaces",
            self._coworking_values(
                spaces=spaces,
                now=now,
                plans=request.env["coworking.floor"]._plans(everything),
                shown=spaces,
                equipments=everything.equipment_ids,
                filters={
                    "kind": kind,
                    "capacity": capacity or "",
                    "day": day and day.isoformat() or "",
                    "equipment": equipment_ids,
                },
                today=fields.Date.to_string(self._coworking_today(everything)),
            ),
        )

    def _coworking_today(self, spaces):
        """Return today's date at the place."""
        company = spaces.company_id[:1] or request.website.company_id
        return company.sudo()._coworking_today()

    def _coworking_free_on(self, spaces, day):
        """Return the spaces that can be used at some time of a day, desk areas included."""
        kept = spaces.filtered(lambda space: space.kind == "desk")
        wholes = spaces - kept
        if not wholes:
            return kept
        zone = wholes[0].company_id._coworking_zone()
        start = max(to_utc(at(day, 0), zone), fields.Datetime.now())
        stop = to_utc(at(day, 24), zone)
        if stop <= start:
            return spaces.browse()
        free = wholes._free(start, stop)
        for space, ranges in free.items():
            length = timedelta(minutes=space.min_minutes)
            if any(space._on_step(first) + length <= last for first, last in ranges):
                kept |= space
        return spaces & kept

    # --- One space

    @route(
        "/spaces/<string:slug>", methods=["GET"], readonly=True, sitemap=False, **PAGE
    )
    def coworking_space(self, slug, week="", day="", minutes="", **kw):
        """Show one space with its free times: tap a day, tap a start."""
        space_sudo = self._coworking_space(slug)
        if not space_sudo:
            raise request.not_found()
        floor_spaces_sudo = space_sudo
        if space_sudo.floor_id:
            floor_spaces_sudo |= self._coworking_spaces(
                [("floor_id", "=", space_sudo.floor_id.id)]
            )
        now = floor_spaces_sudo._website_now()
        return request.render(
            "clapier_coworking.space",
            self._coworking_values(
                space=space_sudo,
                now=now.get(space_sudo),
                plan_now=now,
                plans=request.env["coworking.floor"]._plans(floor_spaces_sudo),
                **self._coworking_week(
                    space_sudo, parse_day(week), parse_day(day), minutes
                ),
            ),
        )

    def _coworking_week(self, space, week, day, minutes):
        """Return the free starts that the page of one space shows.

        :param week: first day that is asked for, or None
        :param day: day whose starts are asked for, or None
        """
        today = space.company_id._coworking_today()
        lengths = self._coworking_lengths(space)
        length = parse_number(minutes)
        if length not in lengths:
            length = min(lengths, key=lambda known: abs(known - (length or 60)))
        horizon = space.company_id._coworking_policy().horizon_days
        last_day = today + timedelta(days=horizon)
        first = min(max(week or day or today, today), last_day)
        following = first + timedelta(days=7)
        days = space._website_week(first, length) if space.kind != "desk" else []
        free_days = [date for date, starts in days if starts]
        chosen = day if day in free_days else next(iter(free_days), None)
        return {
            "days": days,
            "chosen": chosen,
            "starts": dict(days).get(chosen, []),
            "asked_day": day,
            "first": first,
            "before": max(first - timedelta(days=7), today) if first > today else None,
            "after": following if following <= last_day else None,
            "lengths": lengths,
            "minutes": length,
        }

    def _coworking_space(self, slug):
        """Return the published space of an address, in sudo; none for another."""
        __, space_id = request.env["ir.http"]._unslug(slug)
        if not space_id or not 0 < space_id < 2**31:
            return request.env["coworking.space"].sudo()
        return self._coworking_spaces([("id", "=", space_id)])

    def _coworking_lengths(self, space):
        """Return the lengths, in minutes, that a page offers for one space."""
        most = space.max_minutes or LENGTHS[-1]
        lengths = [n for n in LENGTHS if space.min_minutes <= n <= most]
        return sorted({*lengths, space.min_minutes})

    # --- Search

    @route("/spaces/search", methods=["GET"], readonly=True, sitemap=False, **PAGE)
    def coworking_search(self, hour="", minutes="", people="", kind="", **kw):
        """Look for free spaces on several dates; picks gather in a basket."""
        days = [parse_day(text) for text in self._coworking_list("day")]
        days = sorted({day for day in days if day})[:SEARCH_DAYS]
        hours = parse_hour(hour)
        length = parse_number(minutes, 60, 24 * 60) or 60
        people = parse_number(people, 1, 10**4) or 1
        domain = [("kind", "!=", "desk"), ("capacity", ">=", people)]
        if kind:
            domain.append(("kind", "=", kind))
        everything = self._coworking_spaces()
        results, error = [], None
        if days and hours is not None:
            spaces = everything.filtered_domain(domain)[:SEARCH_SPACES]
            for day in days:
                results.append(self._coworking_search_day(spaces, day, hours, length))
        elif days or hour:
            error = request.env._("Give at least one date and an hour.")
        picked = self._coworking_picked(everything)
        return request.render(
            "clapier_coworking.spaces_search",
            self._coworking_values(
                results=results,
                error=error,
                picked=picked,
                picked_uses={pick["use"] for pick in picked},
                lengths=LENGTHS,
                form={
                    "days": [day.isoformat() for day in days],
                    "hour": hour if hours is not None else "",
                    "minutes": length,
                    "people": people,
                    "kind": kind,
                },
                search_days=SEARCH_DAYS,
                today=fields.Date.to_string(self._coworking_today(everything)),
            ),
        )

    def _coworking_picked(self, spaces):
        """Return what is in the basket: [{use, space, when}], only what can be read."""
        picked = []
        for text in dict.fromkeys(self._coworking_list("use")):
            try:
                space_id, start, stop = parse_use(text)
                space = spaces.filtered(lambda item, id_=space_id: item.id == id_)
                zone = space.company_id._coworking_zone() if space else None
                if space:
                    when = space._tell_use(to_utc(start, zone), to_utc(stop, zone))
                    picked.append({"use": text, "space": space, "when": when})
            except ValueError:
                continue
        return picked

    def _coworking_search_day(self, spaces, day, hours, minutes):
        """Return what can be had on one day: one statement for all spaces.

        :return: {day, reason, free: [(space, use)], taken: [(space, [(when, use)])]}
        """
        result = {"day": day, "reason": None, "free": [], "taken": []}
        if not spaces:
            return result
        local = at(day, hours)
        try:
            start = to_utc(local, spaces[0].company_id._coworking_zone())
        except ImpossibleTime:
            result["reason"] = request.env._(
                "The clocks change that night: this hour does not exist or comes twice. "
                "Choose another hour."
            )
            return result
        now = fields.Datetime.now()
        if start <= now:
            result["reason"] = request.env._("This time is past: choose a later one.")
            return result
        length = timedelta(minutes=minutes)
        found = spaces._free_starts(
            max(start - timedelta(hours=12), now), start + timedelta(days=3), minutes
        )
        for space in spaces:
            starts = found.get(space, [])
            if start in starts:
                result["free"].append(
                    (space, space._website_use_utc(start, start + length))
                )
                continue
            nearest = sorted(starts, key=lambda begin: abs(begin - start))[:NEAREST]
            result["taken"].append(
                (
                    space,
                    [
                        (
                            space._tell_use(begin, begin + length),
                            space._website_use_utc(begin, begin + length),
                        )
                        for begin in sorted(nearest)
                    ],
                )
            )
        return result
