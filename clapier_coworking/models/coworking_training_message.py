from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

BATCH = 100
# An evaluation that is older is no longer asked for.
LATE = timedelta(days=60)
QUEUE = """
    INSERT INTO coworking_training_message
        (key, kind, registration_id, wait_id, company_id, state, date,
         create_uid, create_date, write_uid, write_date)
    SELECT row.key, row.kind, row.registration_id, row.wait_id, e.company_id, 'queued',
        %(now)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM (%(rows)s) AS row
      JOIN event_registration r ON r.id = row.registration_id
      JOIN event_event e ON e.id = r.event_id
     ORDER BY row.key
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
GIVEN = """
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[])
    AS given(key, kind, registration_id, wait_id)
"""
DUE = """
    SELECT due.kind || ':' || r.id AS key, due.kind, r.id AS registration_id,
        NULL::int AS wait_id
      FROM event_registration r
      JOIN event_event e ON e.id = r.event_id AND e.coworking_is_training AND e.active
      LEFT JOIN coworking_training_wait w ON w.id = r.coworking_wait_id
     CROSS JOIN LATERAL (VALUES
        ('convocation', e.coworking_convocation_days > 0 AND e.date_begin > %(now)s
            AND e.date_begin - make_interval(days => e.coworking_convocation_days)
                <= %(now)s),
        ('reminder', %(hours)s > 0 AND e.date_begin > %(now)s
            AND e.date_begin - make_interval(hours => %(hours)s) <= %(now)s),
        ('hot', e.coworking_hot_survey_id IS NOT NULL AND e.date_end <= %(now)s
            AND e.date_end > %(late)s AND r.state = 'done'),
        ('cold', e.coworking_cold_survey_id IS NOT NULL AND r.state = 'done'
            AND e.date_end + make_interval(days => e.coworking_cold_days) <= %(now)s
            AND e.date_end + make_interval(days => e.coworking_cold_days) > %(late)s)
     ) AS due(kind, is_due)
     WHERE e.company_id = %(company)s AND due.is_due AND r.active
       AND COALESCE(e.kanban_state, '') <> 'cancel'
       AND r.state IN ('open', 'done') AND COALESCE(w.state, 'accepted') = 'accepted'
"""


class CoworkingTrainingMessage(models.Model):
    """What participants are told by mail: the queue, then the log.

    The key says what is told: it is queued once. The mail and the state that says so are
    written in one transaction: it is sent once.
    """

    _name = "coworking.training.message"
    _description = "Message about Trainings"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("convocation", "Convocation"),
            ("reminder", "Reminder"),
            ("hot", "Evaluation at the End"),
            ("cold", "Evaluation Some Time After"),
            ("offer", "Seat Offered"),
        ],
        required=True,
        readonly=True,
    )
    registration_id = fields.Many2one(
        "event.registration",
        "Participant",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    event_id = fields.Many2one(related="registration_id.event_id", string="Training")
    wait_id = fields.Many2one(
        "coworking.training.wait",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    key = fields.Char(required=True, readonly=True, help="What is told; told once.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    error = fields.Char("Why", readonly=True)
    date = fields.Datetime(
        readonly=True, help="When it was queued, then when it was sent or skipped."
    )

    _once = models.UniqueIndex("(key)", "This message is already queued.")
    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    @api.model
    def _queue(self, rows):
        """Queue messages in one statement; those whose key was ever queued are left out.

        :param rows: dicts of key, kind, registration_id, and wait_id
        """
        names = ("key", "kind", "registration_id", "wait_id")
        return self._insert(
            SQL(GIVEN, *([row.get(name) or None for row in rows] for name in names))
        )

    @api.model
    def _insert(self, rows):
        self.env.flush_all()
        ids = self.env.execute_query(
            SQL(QUEUE, rows=rows, now=fields.Datetime.now(), uid=self.env.uid)
        )
        return self.sudo().browse(row[0] for row in ids)

    @api.model
    def _queue_due(self, company):
        """Queue what is due now at one organisation, in one statement.

        :return: the messages queued now
        """
        now = fields.Datetime.now()
        return self._insert(
            SQL(
                DUE,
                now=now,
                late=now - LATE,
                company=company.id,
                hours=company._coworking_policy().reminder_hours,
            )
        )

    @api.model
    def _cron_queue(self):
        """Queue what is due at each organisation that teaches."""
        groups = self.env["event.event"]._read_group(
            [
                ("coworking_is_training", "=", True),
                ("date_end", ">", fields.Datetime.now() - timedelta(days=800)),
            ],
            ["company_id"],
        )
        companies = [company for (company,) in groups if company]
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._queue_due(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def action_queue_again(self):
        """Queue again what failed, once its cause is gone."""
        self.check_access("write")
        self.filtered(lambda message: message.state == "failed").sudo().write(
            {"state": "queued", "error": False}
        )

    @api.model
    def _cron_send(self):
        """Send what is queued, by batches: each is one transaction."""
        queued = [("state", "=", "queued")]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(queued))
        while messages := self.search(queued, limit=BATCH, order="id"):
            # Whoever holds the others sends them.
            messages = messages.try_lock_for_update()
            messages._send()
            if not messages or not self.env["ir.cron"]._commit_progress(len(messages)):
                break

    def _send(self):
        """Make the mails of queued messages, for the mail queue to send."""
        queued_sudo = self.sudo().filtered(lambda message: message.state == "queued")
        outdated_sudo = queued_sudo.filtered(lambda message: message._is_outdated())
        outdated_sudo._settle("skipped", self.env._("No longer true."))
        silent_sudo = (queued_sudo - outdated_sudo).filtered(
            lambda message: not message.registration_id.email
        )
        silent_sudo._settle("skipped", self.env._("No e-mail address."))
        ready_sudo = queued_sudo - outdated_sudo - silent_sudo
        for kind, messages_sudo in ready_sudo.grouped("kind").items():
            if kind in ("hot", "cold"):
                messages_sudo._invite(kind)
            messages_sudo._make_mails(kind)

    def _is_outdated(self):
        """Return whether what one message says is no longer true."""
        self.ensure_one()
        now = fields.Datetime.now()
        registration = self.registration_id
        if self.kind == "offer":
            return self.wait_id.state != "offered" or self.wait_id.offered_until <= now
        if registration.state not in ("open", "done") or not registration.active:
            return True
        return self.kind in ("convocation", "reminder") and (
            registration.event_id.date_begin <= now
        )

    def _invite(self, kind):
        """Open an evaluation for each participant, once."""
        answer_field = f"coworking_{kind}_input_id"
        registrations_sudo = self.registration_id.filtered(
            lambda registration: not registration[answer_field]
        )
        inputs_sudo = (
            self.env["survey.user_input"]
            .sudo()
            .create(
                [
                    {
                        "survey_id": registration.event_id[
                            f"coworking_{kind}_survey_id"
                        ].id,
                        "partner_id": registration.coworking_attendee_id.id,
                        "email": registration.email,
                        "nickname": registration.name,
                    }
                    for registration in registrations_sudo
                ]
            )
        )
        for registration, user_input in zip(
            registrations_sudo, inputs_sudo, strict=True
        ):
            registration[answer_field] = user_input

    def _make_mails(self, kind):
        """Render the template of one kind; one at a time where the batch fails."""
        template_sudo = self.env.ref(
            f"clapier_coworking.mail_template_training_{kind}", raise_if_not_found=False
        )
        if not template_sudo:
            self._settle("failed", self.env._("Its template was deleted."))
            return
        try:
            with self.env.cr.savepoint():
                mails = template_sudo.sudo().send_mail_batch(self.registration_id.ids)
                if kind == "convocation":
                    self._attach_booklets(mails)
        except UserError as error:
            if len(self) == 1:
                self._settle("failed", str(error))
                return
            for message in self:
                message._make_mails(kind)
            return
        self._settle("sent")

    @api.model
    def _attach_booklets(self, mails):
        """Add the welcome booklet of the training to each convocation."""
        registrations_sudo = (
            self.env["event.registration"].sudo().browse(mails.mapped("res_id"))
        )
        booklets_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "event.event"),
                    ("res_field", "=", "coworking_booklet"),
                    ("res_id", "in", registrations_sudo.event_id.ids),
                ]
            )
        )
        by_event = {
            booklet.res_id: booklet.copy(
                {
                    "name": self.env["event.event"]
                    .sudo()
                    .browse(booklet.res_id)
                    .coworking_booklet_name
                    or "booklet.pdf",
                    "res_model": "event.event",
                    "res_id": booklet.res_id,
                    "res_field": False,
                }
            )
            for booklet in booklets_sudo
        }
        event_ids = {
            registration.id: registration.event_id.id
            for registration in registrations_sudo
        }
        for event_id, booklet in by_event.items():
            mails.filtered(
                lambda mail, event_id=event_id: event_ids[mail.res_id] == event_id
            ).write({"attachment_ids": [Command.link(booklet.id)]})

    def _settle(self, state, error=False):
        """Write what became of messages."""
        self.write({"state": state, "date": fields.Datetime.now(), "error": error})
