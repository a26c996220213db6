import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import get_lang

# The tablet asks often: the row is written once a minute.
SEEN_EVERY = timedelta(minutes=1)


class CoworkingKiosk(models.Model):
    """A tablet at the entrance where people check in, and take a place on the spot."""

    _name = "coworking.kiosk"
    _description = "Entrance Kiosk"
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    space_ids = fields.Many2many(
        "coworking.space",
        string="Areas",
        domain="[('kind', '=', 'desk'), ('company_id', '=', company_id)]",
        check_company=True,
        help="Places are taken in these on the spot; empty: all desk areas.",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_coworking.group_coworking_manager",
    )
    link = fields.Char(
        compute="_compute_link",
        compute_sudo=True,
        groups="clapier_coworking.group_coworking_manager",
        help="Open it on the tablet. Whoever has it may check people in: keep it there.",
    )
    qr = fields.Binary(
        "QR Code",
        compute="_compute_link",
        compute_sudo=True,
        groups="clapier_coworking.group_coworking_manager",
    )
    last_seen = fields.Datetime(readonly=True, copy=False)
    scan_ids = fields.One2many("coworking.kiosk.scan", "kiosk_id", "Scans")

    _token_unique = models.UniqueIndex("(token)", "Renew the link: it is already used.")

    @api.depends("token")
    def _compute_link(self):
        for kiosk in self:
            kiosk.link = f"{kiosk.get_base_url()}/coworking/kiosk/{kiosk.token}"
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
            lang=lang, tz=str(company._coworking_zone()) if company else None
        )

    def _seen(self):
        """Remember that the tablet is on."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.last_seen or now - self.last_seen >= SEEN_EVERY:
            self.last_seen = now

    def _areas(self):
        """Return the desk areas where this kiosk gives places."""
        self.ensure_one()
        return self.space_ids or self.env["coworking.space"].search(
            [("kind", "=", "desk"), ("company_id", "=", self.company_id.id)]
        )

    def _today(self):
        """Return what the tablet shows: places left, and nobody's name."""
        self.ensure_one()
        self._seen()
        areas = self._areas()
        today = self.company_id._coworking_today()
        left = areas._desk_left([today])
        now = fields.Datetime.now()
        coming = {
            key
            for key, window in areas._desk_windows([today]).items()
            if window[1] > now
        }
        halves = self._half_names()
        return {
            "areas": [
                {
                    "name": area.name,
                    "halves": [
                        {
                            "name": halves[half],
                            "left": left.get((area, today, half)),
                        }
                        for half in ("am", "pm")
                        if (area, today, half) in coming
                    ],
                }
                for area in areas
            ],
        }

    def _half_names(self):
        return dict(
            self.env["coworking.visit"]._fields["half"]._description_selection(self.env)
        )

    def _page_words(self):
        """Return what the page says by itself, in the language of the place."""
        return {
            "ready": self.env._("Welcome!"),
            "readyMessage": self.env._(
                "Hold your badge or QR code under the reader, or type your booking code."
            ),
            "kept": self.env._("Kept on this tablet"),
            "keptMessage": self.env._(
                "There is no network: your arrival is sent by itself, and the Wi-Fi code "
                "comes by mail."
            ),
            "waiting": self.env._("%s waiting to be sent"),
            "online": self.env._("Connected"),
            "offline": self.env._("No network: arrivals are kept here"),
            "dead": self.env._(
                "This link no longer works: ask the team for a new one."
            ),
            "closed": self.env._("closed"),
            "left": self.env._("%s left"),
            "full": self.env._("full"),
            "listFrom": self.env._("Places at %s"),
            "present": self.env._("You are checked in"),
            "already": self.env._("You are already checked in"),
            "offer": self.env._("Take a place now?"),
            "none": self.env._("No visit today"),
            "refused": self.env._("Not possible"),
            "unknown": self.env._("Unknown code"),
            "too_late": self.env._("Too late"),
        }
