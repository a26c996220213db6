import base64
import secrets

from odoo import api, fields, models
from odoo.tools import email_normalize

# Without letters that look alike.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class EventRegistration(models.Model):
    """A participant of a training: personal page, hours signed, evaluations."""

    _inherit = "event.registration"

    coworking_attendee_id = fields.Many2one(
        "res.partner",
        "Participant",
        compute="_compute_coworking_attendee_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Sees the documents on the portal; empty where somebody else has booked.",
    )
    coworking_token = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_coworking.group_coworking_manager",
    )
    coworking_code = fields.Char(
        "Code to Sign",
        readonly=True,
        copy=False,
        default=lambda self: self._coworking_new_code(),
        groups="clapier_coworking.group_coworking_user",
        help="On the convocation: signs on a phone that knows nobody.",
    )
    coworking_category = fields.Selection(
        [
            ("employee", "Employee"),
            ("apprentice", "Apprentice"),
            ("jobseeker", "Job Seeker"),
            ("individual", "At One's Own Expense"),
            ("other", "Other"),
        ],
        "Kind of Trainee",
        help="As the yearly education and finance report counts them.",
    )
    coworking_funding_ids = fields.Many2many(
        "coworking.funding",
        "coworking_funding_registration_rel",
        "registration_id",
        "funding_id",
        "Fundings",
        copy=False,
    )
    coworking_wait_id = fields.Many2one(
        "coworking.training.wait",
        "From the Waiting List",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    coworking_attendance_ids = fields.One2many(
        "coworking.attendance", "registration_id", "Attendance"
    )
    coworking_hours_signed = fields.Float(
        "Hours Signed", compute="_compute_coworking_hours_signed"
    )
    coworking_hot_input_id = fields.Many2one(
        "survey.user_input", "Evaluation at the End", readonly=True, copy=False
    )
    coworking_cold_input_id = fields.Many2one(
        "survey.user_input", "Evaluation Some Time After", readonly=True, copy=False
    )

    _coworking_token_unique = models.UniqueIndex(
        "(coworking_token) WHERE coworking_token IS NOT NULL",
        "This page exists already.",
    )

    def _init_column(self, column_name):
        """Override of the ORM: registrations of before get secrets of their own, later."""
        if column_name in ("coworking_token", "coworking_code"):
            return None
        return super()._init_column(column_name)

    @api.model
    def _coworking_new_code(self):
        return "".join(secrets.choice(CODE_LETTERS) for _rank in range(8))

    @api.depends("partner_id", "email")
    def _compute_coworking_attendee_id(self):
        for registration in self:
            partner = registration.partner_id
            email = email_normalize(registration.email)
            if registration.coworking_attendee_id or not partner or partner.is_company:
                registration.coworking_attendee_id = registration.coworking_attendee_id
            elif not email or email == partner.email_normalized:
                registration.coworking_attendee_id = partner
            else:
                registration.coworking_attendee_id = False

    @api.depends("coworking_attendance_ids")
    def _compute_coworking_hours_signed(self):
        groups = (
            self.env["coworking.attendance"]
            .sudo()
            ._read_group(
                [("registration_id", "in", self.ids), ("kind", "=", "present")],
                ["registration_id"],
                ["session_id:recordset"],
            )
        )
        rows = {registration.id: sessions for registration, sessions in groups}
        for registration in self:
            sessions = rows.get(registration._origin.id, ())
            registration.coworking_hours_signed = sum(s.hours for s in sessions)

    def write(self, vals):
        """Override of `event` to offer the seats that are freed to who waits."""
        leaving = (
            vals.get("state") in ("cancel", "draft") or vals.get("active") is False
        )
        events_sudo = self.sudo().event_id if leaving else self.sudo().event_id.browse()
        result = super().write(vals)
        if events_sudo and not self.env.context.get("coworking_no_offer"):
            self.env["coworking.training.wait"]._offer_seats(events_sudo)
        return result

    def _coworking_page_url(self):
        """Return the address of the personal page of one participant."""
        self.ensure_one()
        registration_sudo = self.sudo()
        if not registration_sudo.coworking_token:
            # Registered before trainings existed.
            registration_sudo.coworking_token = secrets.token_urlsafe(32)
        return f"/training/me/{registration_sudo.coworking_token}"

    def _coworking_page_qr(self):
        """Return the QR code of the personal page, as a picture in base64."""
        return base64.b64encode(
            self.env["ir.actions.report"].barcode(
                "QR",
                self.get_base_url() + self._coworking_page_url(),
                width=240,
                height=240,
            )
        )

    def _coworking_sign_code(self):
        """Return the code that signs on a phone that knows nobody."""
        self.ensure_one()
        registration_sudo = self.sudo()
        if not registration_sudo.coworking_code:
            registration_sudo.coworking_code = self._coworking_new_code()
        return registration_sudo.coworking_code

    def _coworking_has_certificate(self):
        """Tell whether one participant can have the certificate of attendance."""
        self.ensure_one()
        registration_sudo = self.sudo()
        return bool(
            registration_sudo.event_id.coworking_is_training
            and registration_sudo.event_id.date_end <= fields.Datetime.now()
            and registration_sudo.coworking_hours_signed
        )

    @api.model
    def _coworking_of_token(self, token):
        """Return the registration of a personal page, in sudo; none for another token."""
        if not token or not isinstance(token, str) or len(token) < 32:
            return self.sudo().browse()
        return self.sudo().search(
            [
                ("coworking_token", "=", token),
                ("event_id.coworking_is_training", "=", True),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )

    @api.model
    def _coworking_of_partner(self, partner):
        """Return the registrations for trainings that a person sees, in sudo."""
        return self.sudo().search(
            [
                ("coworking_attendee_id", "=", partner.id),
                ("event_id.coworking_is_training", "=", True),
                ("state", "in", ("draft", "open", "done")),
            ],
            order="id desc",
        )

    def _coworking_lang(self):
        """Return the language of the documents of one participant."""
        self.ensure_one()
        return (
            self.event_id.lang
            or self.partner_id.lang
            or self.event_id.company_id.partner_id.lang
            or self.env.lang
        )
