import base64
import binascii
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

SIGNATURE_MAX_BYTES = 200_000
SIGNATURE_MAX_PIXELS = 4_000_000


class CoworkingAttendance(models.Model):
    """Who signed a half-day, and who was absent: rows are added, never changed.

    No address of a machine is kept: a signature, a time and how it was given.
    """

    _name = "coworking.attendance"
    _description = "Attendance"
    _inherit = ["coworking.ledger"]
    _order = "id desc"
    _rec_name = "signer_name"

    session_id = fields.Many2one(
        "coworking.session",
        "Half-Day",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    registration_id = fields.Many2one(
        "event.registration",
        "Participant",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the trainer's own signature.",
    )
    event_id = fields.Many2one(
        "event.event",
        "Training",
        compute="_compute_event_id",
        store=True,
        precompute=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_event_id",
        store=True,
        precompute=True,
        readonly=True,
        index=True,
    )
    kind = fields.Selection(
        [
            ("present", "Signed"),
            ("absent", "Absent"),
            ("lifted", "Absence Lifted"),
            ("trainer", "Trainer's Signature"),
        ],
        required=True,
        readonly=True,
    )
    method = fields.Selection(
        [
            ("qr", "QR Code on One's Phone"),
            ("link", "Personal Link"),
            ("tablet", "Trainer's Tablet"),
            ("trainer", "Trainer"),
        ],
        required=True,
        readonly=True,
    )
    signed_at = fields.Datetime(required=True, readonly=True)
    signature = fields.Binary(readonly=True, attachment=False)
    signer_name = fields.Char(required=True, readonly=True)

    _signed_once = models.UniqueIndex(
        "(session_id, registration_id) WHERE kind = 'present'",
        "This half-day is already signed by this person.",
    )
    _trainer_once = models.UniqueIndex(
        "(session_id) WHERE kind = 'trainer'",
        "The trainer has already signed this half-day.",
    )
    _signature_needed = models.Constraint(
        "CHECK (kind IN ('absent', 'lifted') OR signature IS NOT NULL)",
        "A signature is missing.",
    )
    _whose = models.Constraint(
        "CHECK ((kind = 'trainer') = (registration_id IS NULL))",
        "An attendance is that of a participant, or the trainer's own.",
    )

    @api.depends("session_id")
    def _compute_event_id(self):
        for row in self:
            row.event_id = row.session_id.event_id
            row.company_id = row.session_id.company_id

    @api.model
    def _sign(self, session, registration, image, method):
        """Sign a half-day, once.

        :param session: coworking.session record
        :param registration: event.registration record; empty where the trainer signs
        :param image: the signature, a PNG as bytes or as a data URL
        :param method: how it was given
        :return: the row, in sudo
        :raise UserError: not now, not this person, already signed, recorded absent
        """
        session_sudo = session.sudo()
        registration_sudo = registration.sudo()
        self._check_may_sign(session_sudo, registration_sudo)
        vals = {
            "session_id": session.id,
            "registration_id": registration.id,
            "kind": "present" if registration else "trainer",
            "method": method,
            "signed_at": fields.Datetime.now(),
            "signature": self._clean_signature(image),
            "signer_name": registration_sudo.name or session_sudo.trainer_id.name,
        }
        try:
            with self.env.cr.savepoint():
                row_sudo = self.sudo().create(vals)
        except UniqueViolation as error:
            raise UserError(
                self.env._("This half-day is already signed: nothing more to do.")
            ) from error
        if registration_sudo.state == "open":
            registration_sudo.with_context(tracking_disable=True).action_set_done()
        return row_sudo

    @api.model
    def _check_may_sign(self, session_sudo, registration_sudo):
        if not session_sudo._is_sign_open():
            raise UserError(
                self.env._(
                    "This half-day cannot be signed now: sign from its beginning on, and "
                    "two hours after its end at the latest."
                )
            )
        row = session_sudo._statuses()[session_sudo].get(registration_sudo)
        if row and row.kind != "absent":
            raise UserError(
                self.env._("This half-day is already signed: nothing more to do.")
            )
        if row:
            raise UserError(
                self.env._(
                    "You were recorded absent for this half-day: ask the trainer to "
                    "correct it."
                )
            )
        if registration_sudo and (
            registration_sudo not in session_sudo.event_id._coworking_learners()
        ):
            raise UserError(
                self.env._("This person is not registered for this training.")
            )
        if not registration_sudo and not session_sudo.trainer_id:
            raise UserError(self.env._("Say first who teaches this half-day."))

    @api.model
    def _clean_signature(self, image):
        """Return a signature as base64 of a PNG made anew; refuse what is not one.

        :raise UserError: no picture, too large, or nothing drawn
        """
        refusal = UserError(
            self.env._("Sign in the frame with your finger, then send.")
        )
        if isinstance(image, str):
            try:
                image = base64.b64decode(
                    image.partition(",")[2] or image, validate=True
                )
            except (binascii.Error, ValueError) as error:
                raise refusal from error
        if not image or len(image) > SIGNATURE_MAX_BYTES:
            raise refusal
        try:
            picture = Image.open(BytesIO(image), formats=["PNG"])
            if picture.width * picture.height > SIGNATURE_MAX_PIXELS:
                raise refusal
            picture = picture.convert("RGBA")
        except (
            UnidentifiedImageError,
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
        ) as error:
            raise refusal from error
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        drawn = paper.convert("L")
        low, high = drawn.getextrema()
        if high - low < 64:
            raise refusal
        drawn.thumbnail((600, 300))
        out = BytesIO()
        drawn.save(out, "PNG", optimize=True)
        return base64.b64encode(out.getvalue())

    @api.model
    def _record(self, session, registrations, kind, name):
        """Record an absence, or lift one; who has signed is left out.

        :param kind: absent or lifted
        :param name: who records it
        :return: the rows, in sudo
        """
        statuses = session.sudo()._statuses()[session.sudo()]
        learners = session.sudo().event_id._coworking_learners()
        vals_list = []
        for registration in registrations.sudo() & learners:
            before = statuses.get(registration)
            if (kind == "absent") == (not before) and (
                not before or before.kind == "absent"
            ):
                vals_list.append(
                    {
                        "session_id": session.id,
                        "registration_id": registration.id,
                        "kind": kind,
                        "method": "trainer",
                        "signed_at": fields.Datetime.now(),
                        "signer_name": name,
                    }
                )
        return self.sudo().create(vals_list)
