import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_time, get_lang

# The tablet's list is asked for often: the row is written once a minute.
SEEN_EVERY = timedelta(minutes=1)


class SupermarketShiftKiosk(models.Model):
    """A tablet at the door where people scan their card when they come to their shift."""

    _name = "supermarket.shift.kiosk"
    _description = "Attendance Kiosk"
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    section_ids = fields.Many2many(
        "supermarket.shift.section",
        string="Sections",
        help="Only shifts of these sections are shown; empty: all shifts.",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_supermarket.group_supermarket_manager",
    )
    link = fields.Char(
        compute="_compute_link",
        compute_sudo=True,
        groups="clapier_supermarket.group_supermarket_manager",
        help="Open it on the tablet. Whoever has it may tick people: keep it to the shop.",
    )
    qr = fields.Binary(
        "QR Code",
        compute="_compute_link",
        compute_sudo=True,
        groups="clapier_supermarket.group_supermarket_manager",
    )
    last_seen = fields.Datetime(readonly=True, copy=False)
    scan_ids = fields.One2many("supermarket.shift.scan", "kiosk_id", "Scans")

    _token_unique = models.UniqueIndex("(token)", "Renew the link: it is already used.")

    @api.depends("token")
    def _compute_link(self):
        for kiosk in self:
            kiosk.link = f"{kiosk.get_base_url()}/shift/kiosk/{kiosk.token}"
            kiosk.qr = base64.b64encode(
                self.env["ir.actions.report"].barcode(
                    "QR", kiosk.link, width=300, height=300
                )
            )

    def action_renew_token(self):
        """Give these kiosks new links; the old ones no longer work."""
        self.check_access("write")
        for kiosk in self:
            kiosk.token = secrets.token_urlsafe(32)

    # --- What the tablet asks

    @api.model
    def _for_token(self, token):
        """Return the kiosk of a token, as superuser and in its language; empty if none."""
        kiosk_sudo = self.sudo().search([("token", "=", token)], limit=1)
        company = kiosk_sudo.company_id
        lang = get_lang(self.env, company.partner_id.lang).code
        return kiosk_sudo.with_company(company).with_context(
            lang=lang, tz=company._supermarket_tz() if company else None
        )

    def _seen(self):
        """Remember that the tablet is on."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.last_seen or now - self.last_seen >= SEEN_EVERY:
            self.last_seen = now

    def _shift_domain(self):
        """Return the domain of the shifts that concern this kiosk."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain(
            "state", "!=", "cancelled"
        )
        if self.section_ids:
            domain &= Domain("section_id", "in", self.section_ids.ids)
        return domain

    def _today_shifts(self):
        """Return the shifts of today, and those of yesterday that are not over."""
        now = fields.Datetime.now()
        running = Domain("start", "<=", now) & Domain("stop", ">", now)
        today = Domain("date", "=", self.company_id._supermarket_today())
        return self.env["supermarket.shift"].search(
            self._shift_domain() & (today | running)
        )

    def _today(self):
        """Return what the tablet shows: no more of a person than it takes to greet them."""
        self.ensure_one()
        self._seen()
        return {
            "shifts": [
                {
                    "id": shift.id,
                    "section": shift.section_id.name,
                    "start": _iso(shift.start),
                    "stop": _iso(shift.stop),
                    "hours": f"{self._hour(shift.start)} – {self._hour(shift.stop)}",
                    "registrations": [
                        {
                            "id": registration.id,
                            "number": registration.partner_id.supermarket_member_number
                            or "",
                            "state": registration.state,
                            "late": registration.is_late,
                            **self._person_values(registration),
                        }
                        for registration in shift.registration_ids.filtered(
                            "holds_seat"
                        ).sorted(lambda item: (item.partner_id.name or "", item.id))
                    ],
                }
                for shift in self._today_shifts()
            ],
        }

    def _photo_of(self, registration_id):
        """Return whose photo a registration of today shows; empty for any other."""
        registration = self._today_shifts().registration_ids.filtered(
            lambda item: item.id == registration_id and item.holds_seat
        )
        return registration.substitute_id or registration.partner_id

    def _person_values(self, registration, person=None):
        """Return name and photo of who is at the door; the photo only of today's people."""
        person = person or registration.substitute_id or registration.partner_id
        return {
            "name": _short_name(person.name),
            "photo": (
                f"/shift/kiosk/{self.token}/photo/{registration.id}?v={person.id}"
                if registration.holds_seat
                else ""
            ),
        }

    def _hour(self, moment):
        return format_time(
            self.env, moment, tz=self.company_id._supermarket_tz(), time_format="HH:mm"
        )

    # --- Words of the page

    def _page_words(self):
        """Return what the page says by itself, in the language of the shop."""
        return {
            "ready": self.env._("Hold your card under the reader, or tap your name."),
            "kept": self.env._("Kept on this tablet"),
            "keptMessage": self.env._(
                "There is no network: your scan will be sent by itself."
            ),
            "waiting": self.env._("%s waiting to be sent"),
            "online": self.env._("Connected"),
            "offline": self.env._("No network: scans are kept here"),
            "dead": self.env._(
                "This link no longer works: ask the member office for a new one."
            ),
            "listFrom": self.env._("List of %s"),
            "nobody": self.env._("Nobody is missing."),
            "noShift": self.env._("There is no shift today."),
            "confirm": self.env._("Is %s here?"),
            "booked": self.env._("Expected"),
            "missing": self.env._("Not here"),
            "attended": self.env._("Present"),
            "late": self.env._("Present, late"),
            "absent": self.env._("Absent"),
            "pending": self.env._("To be sent"),
            "already": self.env._("Already ticked"),
            "early": self.env._("Too early"),
            "too_late": self.env._("Too late"),
            "unknown": self.env._("Unknown card"),
            "not_registered": self.env._("Not registered"),
        }


def _iso(moment):
    return f"{moment.isoformat(timespec='seconds')}Z"


def _short_name(name):
    """Return what a door says aloud: first name and initial."""
    first, *others = (name or "").split() or [""]
    return f"{first} {others[-1][0]}." if others else first
