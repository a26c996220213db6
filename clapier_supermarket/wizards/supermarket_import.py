import base64
import csv
import io
import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import split_every

from ..parsing import HEADER_SEARCH_DEPTH, clean, fold, read_table
from .supermarket_import_plan import PlannedLine, group_by_vals

_logger = logging.getLogger(__name__)

BATCH_SIZE = 500
STATUSES = [
    ("bad", "Bad"),
    ("create", "To create"),
    ("update", "To update"),
    ("unchanged", "Unchanged"),
]


class SupermarketImport(models.TransientModel):
    """Members or products from a file of another tool: a dry run first, then all or nothing.

    The plan is made anew from the file each time, so that what is imported is judged by
    the database of that moment. Each kind of file adds its ``_plan_KIND`` and ``_apply_KIND``.
    """

    _name = "supermarket.import"
    _description = "Import Members or Products"

    kind = fields.Selection(
        [("members", "Members"), ("products", "Products")],
        "What to Import",
        required=True,
        default="members",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(
        attachment=False,
        help="CSV or XLSX, with the names of the columns in a first line.",
    )
    file_name = fields.Char()
    opening_date = fields.Date(
        "Date of the Opening Movements",
        default=fields.Date.context_today,
        help="Shares held enter the register as subscriptions of this day.",
    )
    leave_out_bad = fields.Boolean(
        "Leave Bad Lines Out", help="Import the other lines; keep the report of these."
    )
    state = fields.Selection(
        [("choose", "File"), ("checked", "Dry Run"), ("done", "Imported")],
        default="choose",
        required=True,
        readonly=True,
    )

    # What the dry run found
    line_ids = fields.One2many("supermarket.import.line", "import_id", readonly=True)
    create_count = fields.Integer("To Create", readonly=True)
    update_count = fields.Integer("To Update", readonly=True)
    unchanged_count = fields.Integer("Unchanged", readonly=True)
    bad_count = fields.Integer("Bad", readonly=True)
    unused_headers = fields.Char("Columns Not Used", readonly=True)
    message = fields.Char(readonly=True)
    report = fields.Binary(attachment=False, readonly=True)
    report_name = fields.Char(readonly=True)

    @api.depends("file_name")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.file_name or self.env._("Import")

    # -- buttons

    def action_check(self):
        """Dry run: read the file, show line by line what an import would do."""
        self.ensure_one()
        if self.state != "done":
            self._show(self._plan())
            self.write({"state": "checked", "message": False})
        return True

    def action_import(self):
        """Import the file as a whole; a second click finds it done."""
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("This import is already running: wait until it ends.")
            ) from error
        if self.state == "done":
            return True
        lines = self._plan()
        self._show(lines)
        if self.bad_count and not self.leave_out_bad:
            self.write({"state": "checked", "message": self._refusal()})
            return True
        good = [line for line in lines if line.status in ("create", "update")]
        try:
            with self.env.cr.savepoint():
                self._apply(good)
        except UserError as error:
            self.env.invalidate_all()
            self.write(
                {
                    "state": "checked",
                    "message": self.env._("Nothing was imported. %s", error.args[0]),
                }
            )
            return True
        self.write({"state": "done", "message": False})
        return True

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        if self.state == "checked":
            self.line_ids.unlink()
            self.write({"state": "choose", "message": False, "report": False})
        return True

    # -- plan

    def _plan(self):
        """Read the file and decide for each record, without writing.

        :return: [PlannedLine]
        :raises UserError: the file cannot be read at all
        """
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            rows = read_table(base64.b64decode(self.file))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "This file is neither CSV nor XLSX: save it in one of these formats."
                )
            ) from error
        lines = self._read_lines(rows)
        self._check_may_import()
        wizard = self.with_company(self.company_id)
        getattr(wizard, f"_plan_{self.kind}")(lines)
        return lines

    def _read_lines(self, rows):
        """Return the PlannedLines of numbered ``rows``, below the row that names columns."""
        columns = self.env["supermarket.import.header"]._columns_by_header(self.kind)

        def known(position):
            return len({columns.get(fold(cell)) for cell in rows[position][1]} - {None})

        top = max(range(min(len(rows), HEADER_SEARCH_DEPTH)), key=known, default=None)
        if top is None or known(top) < 2:
            raise UserError(
                self.env._(
                    "No line of this file names known columns: name them as in "
                    "Configuration / Columns of Files, or add your words there."
                )
            )
        places, unused = {}, []
        for place, header in enumerate(rows[top][1]):
            column = columns.get(fold(header))
            if column and column not in places:
                places[column] = place
            elif clean(header):
                unused.append(clean(header))
        self.unused_headers = ", ".join(unused)
        lines = []
        for number, cells in rows[top + 1 :]:
            texts = {
                column: cells[place]
                for column, place in places.items()
                if place < len(cells)
            }
            texts = {column: text for column, text in texts.items() if clean(text)}
            if texts:
                lines.append(PlannedLine(number, texts))
        return lines

    def _check_may_import(self):
        """Refuse before anything is shown what would be refused at the end."""
        model = {"members": "res.partner", "products": "product.product"}[self.kind]
        for operation in ("create", "write"):
            self.env[model].check_access(operation)

    def _describe_changes(self, line):
        """Return "Field: old → new, …" for a record that the line updates."""
        if not line.vals:
            return ""
        labels = line.record.fields_get(list(line.vals), ["string"])

        def shown(value):
            return getattr(value, "display_name", None) or str(value or "∅")

        parts = []
        for name, value in line.vals.items():
            field = line.record._fields[name]
            if isinstance(value, PlannedLine):
                value = value.label
            elif field.relational:
                ids = value[0][2] if field.type == "many2many" else [value]
                value = ", ".join(
                    self.env[field.comodel_name].browse(ids).mapped(shown)
                )
            old = line.record[name]
            old = ", ".join(old.mapped(shown)) if field.relational else shown(old)
            parts.append(f"{labels[name]['string']}: {old or '∅'} → {shown(value)}")
        return ", ".join(parts)

    # -- result

    def _show(self, lines):
        """Keep the plan as result lines, counts and a report of the bad lines."""
        self.line_ids.unlink()
        for batch in split_every(BATCH_SIZE, lines):
            self.env["supermarket.import.line"].create(
                [
                    {
                        "import_id": self.id,
                        "number": line.number,
                        "name": line.label,
                        "status": line.status,
                        "reason": " ".join(line.errors) or line.changes,
                    }
                    for line in batch
                ]
            )
        counts = Counter(line.status for line in lines)
        self.write({f"{status}_count": counts[status] for status, _label in STATUSES})
        self._write_report([line for line in lines if line.errors])

    def _write_report(self, lines):
        if not lines:
            self.report = False
            return
        output = io.StringIO()
        writer = csv.writer(output, delimiter=";")
        writer.writerow([self.env._("Line"), self.env._("Name"), self.env._("Reason")])
        for line in lines:
            # a cell that begins so would be a formula in a spreadsheet
            label = f"'{line.label}" if line.label[:1] in "=+-@" else line.label
            writer.writerow([line.number, label, " ".join(line.errors)])
        self.report = base64.b64encode(output.getvalue().encode("utf-8-sig"))
        stem = (self.file_name or self.kind).rpartition(".")[0] or self.kind
        self.report_name = self.env._("bad lines of %s.csv", stem)

    def _refusal(self):
        return self.env._(
            "Nothing was imported: correct the bad lines of the file, or choose to leave "
            "them out."
        )

    # -- apply

    def _apply(self, lines):
        """Write the plan; the caller holds a savepoint around it."""
        wizard = self.with_company(self.company_id).with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        getattr(wizard, f"_apply_{self.kind}")(lines)

    def _apply_records(self, lines, model):
        """Create and update the records of ``lines`` in batches; lines may await others.

        :param model: empty recordset of the model to write
        """
        waiting = [line for line in lines if line.status == "create"]
        done, total = 0, len(waiting)
        while waiting:
            ready = [line for line in waiting if line.ready_vals() is not None]
            if not ready:
                raise UserError(self._loop_sentence(waiting))
            for batch in split_every(BATCH_SIZE, ready, list):
                records = model.create([line.ready_vals() for line in batch])
                for line, record in zip(batch, records, strict=True):
                    line.record = record
                    line.vals = {}
                done += len(batch)
                _logger.info("Import of %s: %s of %s created", self.kind, done, total)
            waiting = [line for line in waiting if not line.record]
        for vals, group in group_by_vals(lines):
            model.concat(*(line.record for line in group)).write(vals)

    def _loop_sentence(self, lines):
        return self.env._(
            "Lines %s refer to each other: one of them must stand alone.",
            ", ".join(str(line.number) for line in lines[:10]),
        )

    @api.model
    def _repeat_sentence(self, earlier):
        return self.env._("Line %s of the file is about the same one.", earlier.number)


class SupermarketImportLine(models.TransientModel):
    """What the dry run says about one line of the file."""

    _name = "supermarket.import.line"
    _description = "Line of an Import"
    _order = "status, number"

    import_id = fields.Many2one(
        "supermarket.import", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer("Line", help="As counted in the file, its first line is 1.")
    name = fields.Char()
    # sorted by key: bad lines come first
    status = fields.Selection(STATUSES, required=True)
    reason = fields.Char("Reason or Changes")
