import base64
import csv
import hashlib
import zipfile
from io import BytesIO, StringIO

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, html_sanitize

# What an index lists, in this order: name, kind.
PAGE = Markup("""<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"/><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{border:1px solid #ccc;padding:.4rem;
text-align:left;vertical-align:top}}code{{font-size:.75rem;word-break:break-all}}
</style></head><body><h1>{title}</h1>{body}</body></html>""")


class CoworkingEvidence(models.Model):
    """All that proves a training, in one file: each piece with its fingerprint."""

    _name = "coworking.evidence"
    _description = "Evidence File"
    _order = "id desc"
    _rec_name = "event_id"

    event_id = fields.Many2one(
        "event.event",
        "Training",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    state = fields.Selection(
        [("queued", "Queued"), ("done", "Ready")],
        default="queued",
        required=True,
        readonly=True,
    )
    made_at = fields.Datetime("Made On", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True)
    file = fields.Binary(related="attachment_id.datas", string="ZIP File")
    file_name = fields.Char(related="attachment_id.name", string="Name of the File")
    file_count = fields.Integer("Pieces", readonly=True)
    fingerprint = fields.Char("SHA-256", readonly=True)

    _one_queued = models.UniqueIndex(
        "(event_id) WHERE state = 'queued'", "This file is already asked for."
    )
    _queued_idx = models.Index("(id) WHERE state = 'queued'")

    @api.depends("event_id")
    def _compute_company_id(self):
        for evidence in self:
            evidence.company_id = evidence.event_id.company_id or self.env.company

    @api.model
    def _ask(self, events):
        """Queue the files of trainings; one that is queued already is not asked twice."""
        queued_sudo = self.sudo().search(
            [("event_id", "in", events.ids), ("state", "=", "queued")]
        )
        created_sudo = self.sudo().create(
            [{"event_id": event.id} for event in events - queued_sudo.event_id]
        )
        self.env.ref("clapier_coworking.ir_cron_training_evidence").sudo()._trigger()
        return queued_sudo | created_sudo

    def action_make(self):
        """Make these files now."""
        self.check_access("read")
        self.sudo()._make()

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/coworking.evidence/{self.id}/file/{self.file_name}"
            "?download=1",
            "target": "self",
        }

    @api.model
    def _cron_make(self):
        """Make the files that are queued, one transaction each."""
        queued = self.search([("state", "=", "queued")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(queued))
        for evidence in queued:
            if evidence.try_lock_for_update():
                evidence.sudo()._make()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _make(self):
        """Make the ZIP files of queued requests."""
        for evidence in self.filtered(lambda evidence: evidence.state == "queued"):
            evidence = evidence.with_context(
                lang=evidence.event_id.lang
                or evidence.company_id.partner_id.lang
                or self.env.lang
            )
            files = evidence._files()
            content = evidence._zip(files)
            attachment = self.env["ir.attachment"].create(
                {
                    "name": f"{evidence.event_id.name[:80].replace('/', '-')}.zip",
                    "raw": content,
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": evidence.id,
                }
            )
            evidence.write(
                {
                    "state": "done",
                    "made_at": fields.Datetime.now(),
                    "attachment_id": attachment.id,
                    "file_count": len(files),
                    "fingerprint": hashlib.sha256(content).hexdigest(),
                }
            )

    def _zip(self, files):
        """Return a ZIP of files, with an index for people and one for machines."""
        hashes = [
            (name, hashlib.sha256(content).hexdigest(), len(content))
            for name, content in files
        ]
        table = StringIO()
        writer = csv.writer(table)
        writer.writerow(["file", "sha256", "bytes"])
        writer.writerows(hashes)
        rows = Markup("").join(
            Markup(
                "<tr><td><a href='{name}'>{name}</a></td><td>{size}</td>"
                "<td><code>{digest}</code></td></tr>"
            ).format(name=name, size=size, digest=digest)
            for name, digest, size in hashes
        )
        event = self.event_id
        body = Markup("<p>{what}</p><table><tr>{head}</tr>{rows}</table>").format(
            what=self.env._(
                "%(company)s, %(begin)s to %(end)s, %(hours)s h. Made on %(now)s.",
                company=self.company_id.name,
                begin=format_date(self.env, event.date_begin),
                end=format_date(self.env, event.date_end),
                hours=event._coworking_number(event.coworking_hours),
                now=format_datetime(self.env, fields.Datetime.now()),
            ),
            head=Markup("").join(
                Markup("<th>{}</th>").format(title)
                for title in (
                    self.env._("Piece"),
                    self.env._("Bytes"),
                    self.env._("SHA-256"),
                )
            ),
            rows=rows,
        )
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("index.html", self._page(event.name, body))
            archive.writestr("index.csv", table.getvalue())
            for name, content in files:
                archive.writestr(name, content)
        return out.getvalue()

    def _page(self, title, body):
        return PAGE.format(
            lang=(self.env.lang or "en")[:2], title=escape(title), body=body
        )

    def _files(self):
        """Return (name, bytes) of each piece of one training."""
        self.ensure_one()
        learners = self.event_id._coworking_learners()
        certified = learners.filtered(
            lambda learner: learner._coworking_has_certificate()
        )
        files = [("programme.html", self._programme().encode())]
        for name, report, records in (
            ("convocations.pdf", "training_convocation", learners),
            ("attendance.pdf", "training_sheet", self.event_id),
            ("certificates.pdf", "training_certificate", certified),
        ):
            if records:
                content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
                    f"clapier_coworking.{report}", records.ids
                )
                files.append((name, content))
        files.append(("attendance.csv", self._attendance_csv()))
        for moment in ("hot", "cold"):
            files.append(
                (
                    f"evaluations-{moment}.csv",
                    self._answers_csv(learners[f"coworking_{moment}_input_id"]),
                )
            )
        files.append(("messages.csv", self._messages_csv()))
        files.extend(self._documents())
        return files

    def _programme(self):
        event = self.event_id
        body = Markup("").join(
            Markup("<h2>{}</h2>{}").format(title, content)
            for title, content in (
                (self.env._("Goals"), event.coworking_goals),
                (self.env._("Prerequisites"), event.coworking_prerequisites),
                (
                    self.env._("Programme"),
                    html_sanitize(event.coworking_programme or ""),
                ),
                (
                    self.env._("Half-days"),
                    Markup("<ul>{}</ul>").format(
                        Markup("").join(
                            Markup("<li>{}</li>").format(session.display_name)
                            for session in event.coworking_session_ids
                            if session.state == "planned"
                        )
                    ),
                ),
            )
            if content
        )
        return self._page(event.name, body)

    def _csv(self, header, rows):
        """Return a CSV as bytes, with the mark that lets a spreadsheet read accents.

        No cell is read as a formula.
        """
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(header)
        for row in rows:
            writer.writerow(
                f"'{cell}" if str(cell)[:1] in ("=", "+", "-", "@") else cell
                for cell in row
            )
        return out.getvalue().encode("utf-8-sig")

    def _attendance_csv(self):
        kinds = dict(
            self.env["coworking.attendance"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return self._csv(
            [
                self.env._("Half-day"),
                self.env._("Participant"),
                self.env._("What"),
                self.env._("When (UTC)"),
                self.env._("SHA-256 of the signature"),
            ],
            [
                [
                    row.session_id._when(),
                    row.signer_name
                    if not row.registration_id
                    else row.registration_id.name,
                    kinds[row.kind],
                    row.signed_at,
                    hashlib.sha256(base64.b64decode(row.signature)).hexdigest()
                    if row.signature
                    else "",
                ]
                for row in self.event_id.coworking_session_ids.attendance_ids.sorted(
                    "id"
                )
            ],
        )

    def _answers_csv(self, user_inputs):
        """Return what was answered, without the name of who answered."""
        return self._csv(
            [
                self.env._("Person who answers"),
                self.env._("Question"),
                self.env._("Answer"),
            ],
            [
                [rank, line.question_id.title, line.display_name]
                for rank, user_input in enumerate(user_inputs.sorted("id"), 1)
                if user_input.state == "done"
                for line in user_input.user_input_line_ids
                if not line.skipped
            ],
        )

    def _messages_csv(self):
        messages = self.env["coworking.training.message"].search(
            [
                ("registration_id.event_id", "=", self.event_id.id),
                ("state", "=", "sent"),
            ],
            order="id",
        )
        kinds = dict(messages._fields["kind"]._description_selection(self.env))
        return self._csv(
            [
                self.env._("Participant"),
                self.env._("Message"),
                self.env._("Sent (UTC)"),
            ],
            [[m.registration_id.name, kinds[m.kind], m.date] for m in messages],
        )

    def _documents(self):
        """Return the booklet and the agreements that were joined."""
        event = self.event_id
        files = []
        if event.coworking_booklet:
            name = (event.coworking_booklet_name or "booklet.pdf").replace("/", "-")
            files.append(
                (f"documents/{name}", base64.b64decode(event.coworking_booklet))
            )
        for funding in event.coworking_funding_ids.filtered("document"):
            name = (funding.document_name or "agreement.pdf").replace("/", "-")
            files.append(
                (f"fundings/{funding.id}-{name}", base64.b64decode(funding.document))
            )
        return files
