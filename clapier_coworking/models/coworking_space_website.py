from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..coworking_time import at, to_utc
from ..coworking_use import format_use
from .coworking_space_free import NEAREST_DAYS

KIND_ICONS = {
    "room": "fa-users",
    "desk": "fa-laptop",
    "office": "fa-building-o",
    "hall": "fa-university",
    "kitchen": "fa-cutlery",
}


class CoworkingSpace(models.Model):
    """What the website shows of the spaces: read in sudo, published ones only."""

    _inherit = "coworking.space"

    @api.model
    def _website_spaces(self, website, domain=Domain.TRUE):
        """Return the spaces that a website shows, in sudo.

        :param website: website record; its company's spaces only where it says so
        """
        shown = Domain("is_published", "=", True) & Domain(domain)
        if website.coworking_company_only:
            shown &= Domain("company_id", "=", website.company_id.id)
        return self.sudo().search(shown)

    def _website_url(self):
        """Return the address of this space's page."""
        self.ensure_one()
        return f"/spaces/{self.env['ir.http']._slug(self)}"

    def _website_icon(self):
        """Return the Font Awesome name of this kind of space."""
        return KIND_ICONS[self.kind]

    # --- Prices

    def _website_price_from(self, public):
        """Return the lowest price that one public pays, None where there is none.

        :return: coworking.price record in sudo, that of the smallest unit
        """
        self.ensure_one()
        prices_sudo = self.sudo().price_ids.filtered(
            lambda price: (
                not price.calendar_id and price.public_id in (public, public.browse())
            )
        )
        for unit in ("hour", "half_day", "day", "evening"):
            of_unit_sudo = prices_sudo.filtered(
                lambda price, unit=unit: price.unit == unit
            )
            own_sudo = of_unit_sudo.filtered("public_id") or of_unit_sudo
            if own_sudo:
                return own_sudo[0]
        return prices_sudo

    def _website_price_table(self):
        """Return the prices of this space as rows: (public or None, hours, {unit: price})."""
        self.ensure_one()
        rows = defaultdict(dict)
        for price_sudo in self.sudo().price_ids:
            rows[price_sudo.public_id, price_sudo.calendar_id][price_sudo.unit] = (
                price_sudo
            )
        return [
            (public, calendar, prices)
            for (public, calendar), prices in sorted(
                rows.items(),
                key=lambda row: (bool(row[0][1]), bool(row[0][0]), row[0][0].sequence),
            )
        ]

    # --- Free times

    def _website_now(self):
        """Tell since or from when each space is free: one statement for all of them.

        :return: {space: (free now, next free start or None)}; a desk area is not there:
            it is used place by place
        """
        now = fields.Datetime.now()
        wholes = self.filtered(lambda space: space.kind != "desk")
        free = wholes._free(now, now + timedelta(days=NEAREST_DAYS)) if wholes else {}
        result = {}
        for space, ranges in free.items():
            length = timedelta(minutes=space.min_minutes)
            starts = [
                begin
                for first, last in ranges
                if (begin := space._on_step(first)) + length <= last
            ]
            open_now = bool(ranges) and ranges[0][0] <= now
            result[space] = (open_now, next(iter(starts), None))
        return result

    def _website_week(self, first_day, minutes):
        """Return the free starts of this space on seven days, on the clock of the place.

        :return: [(day, [(local start, local stop), …]), …]
        """
        self.ensure_one()
        company = self.company_id
        days = [first_day + timedelta(days=n) for n in range(7)]
        zone = company._coworking_zone()
        start = max(to_utc(at(first_day, 0), zone), fields.Datetime.now())
        stop = to_utc(at(first_day + timedelta(days=7), 0), zone)
        horizon = company._coworking_policy().horizon_days
        stop = min(stop, fields.Datetime.now() + timedelta(days=horizon))
        found = defaultdict(list)
        if start < stop:
            length = timedelta(minutes=minutes)
            for begin in self._free_starts(start, stop, minutes)[self]:
                local = company._coworking_local(begin)
                found[local.date()].append(
                    (local, company._coworking_local(begin + length))
                )
        return [(day, found[day]) for day in days]

    def _website_use(self, local_start, local_stop):
        """Return a use of this space as forms and addresses write it."""
        return format_use(self.id, local_start, local_stop)

    def _website_use_utc(self, start, stop):
        """Return a use given in UTC as forms and addresses write it."""
        company = self.company_id
        return format_use(
            self.id, company._coworking_local(start), company._coworking_local(stop)
        )

    # --- Words

    def _tell_use(self, start, stop):
        """Return a time as the clock of the place shows it, in the reader's language."""
        return self.company_id._coworking_tell_range(start, stop)

    @api.model
    def _tell_day(self, day, pattern="EEEE d MMMM"):
        """Return a day in the reader's language."""
        return format_date(self.env, day, date_format=pattern)

    def _tell_next_free(self, moment):
        """Return when this space is free next, short: today the hour, else the day too."""
        company = self.company_id
        local = company._coworking_local(moment)
        pattern = "HH:mm"
        if local.date() != company._coworking_today():
            pattern = "EEE d MMM, HH:mm"
        tz = str(company._coworking_zone())
        return format_datetime(self.env, moment, tz=tz, dt_format=pattern)
