import base64
import csv
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..coworking_time import at, to_utc

# Hours that were signed, of trainings of one organisation, on days of one year there.
SIGNED = """
WITH signed AS (
    SELECT a.registration_id, r.event_id, r.coworking_category AS category,
           sum(s.hours) AS hours,
           COALESCE((SELECT min(f.origin) FROM coworking_funding f
             JOIN coworking_funding_registration_rel fr ON fr.funding_id = f.id
            WHERE fr.registration_id = r.id
              AND f.state IN ('agreed', 'invoiced')), 'own') AS origin
      FROM coworking_attendance a
      JOIN coworking_session s ON s.id = a.session_id
      JOIN event_registration r ON r.id = a.registration_id
     WHERE a.kind = 'present' AND s.company_id = %(company)s
       AND s.start >= %(start)s AND s.start < %(stop)s
     GROUP BY a.registration_id, r.id
)
SELECT CASE WHEN GROUPING(category) = 0 THEN 'trainees'
            WHEN GROUPING(origin) = 0 THEN 'funding'
            WHEN GROUPING(event_id) = 0 THEN 'training' ELSE 'total' END,
       category, origin, event_id, count(*), sum(hours)
  FROM signed
 GROUP BY GROUPING SETS ((category), (origin), (event_id), ())
"""
REVENUE = """
SELECT COALESCE(l.coworking_origin, 'own'), -sum(l.balance)
  FROM account_move_line l
  JOIN account_move m ON m.id = l.move_id
 WHERE l.coworking_event_id IS NOT NULL AND m.company_id = %(company)s
   AND m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
   AND m.invoice_date BETWEEN %(first)s AND %(last)s
 GROUP BY 1 ORDER BY 1
"""


class CoworkingBpf(models.TransientModel):
    """The figures of the yearly education and finance report (BPF)."""

    _name = "coworking.bpf"
    _description = "Education and Finance Report"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year - 1
    )
    line_ids = fields.One2many("coworking.bpf.line", "bpf_id", "Figures")
    file = fields.Binary(readonly=True)
    file_name = fields.Char(readonly=True)

    @api.depends("year", "company_id")
    def _compute_display_name(self):
        for bpf in self:
            bpf.display_name = f"BPF {bpf.year} – {bpf.company_id.name}"

    def action_count(self):
        """Count the figures of the year."""
        self.ensure_one()
        self.line_ids = [Command.clear()] + [
            Command.create(vals) for vals in self._figures()
        ]
        return self._reopen()

    def action_xlsx(self):
        """Write the figures in a spreadsheet."""
        return self._give("xlsx", self._xlsx())

    def action_csv(self):
        """Write the figures in a CSV file."""
        out = StringIO()
        writer = csv.writer(out)
        writer.writerows(self._sheet_rows())
        return self._give("csv", out.getvalue().encode("utf-8-sig"))

    def _give(self, extension, content):
        self.ensure_one()
        self.write(
            {
                "file": base64.b64encode(content),
                "file_name": f"BPF-{self.year}.{extension}",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/coworking.bpf/{self.id}/file/{self.file_name}"
            "?download=1",
            "target": "self",
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def _figures(self):
        """Return the values of the figures: two statements, whatever the year holds."""
        self.env.flush_all()
        events = self.env["event.event"]
        zone = self.company_id._coworking_zone()
        names = self._names()
        lines = [
            {"section": "revenue", "name": names["origin"][origin], "amount": amount}
            for origin, amount in self.env.execute_query(
                SQL(
                    REVENUE,
                    company=self.company_id.id,
                    first=f"{self.year}-01-01",
                    last=f"{self.year}-12-31",
                )
            )
        ]
        rows = self.env.execute_query(
            SQL(
                SIGNED,
                company=self.company_id.id,
                start=to_utc(at(date(self.year, 1, 1), 0), zone),
                stop=to_utc(at(date(self.year + 1, 1, 1), 0), zone),
            )
        )
        titles = {
            event.id: event.display_name
            for event in events.browse(row[3] for row in rows if row[3])
        }
        for section, category, origin, event_id, trainees, hours in rows:
            if section == "trainees":
                name = names["category"][category or "other"]
            elif section == "funding":
                name = names["origin"][origin]
            elif section == "training":
                name = titles[event_id]
            else:
                name = self.env._("All the trainees")
            lines.append(
                {
                    "section": section,
                    "name": name,
                    "trainees": trainees,
                    "hours": hours or 0,
                }
            )
        order = [key for key, _name in self.line_ids._fields["section"].selection]
        merged = {}
        for line in lines:
            found = merged.setdefault(
                (line["section"], line["name"]),
                {**line, "trainees": 0, "hours": 0.0, "amount": 0.0},
            )
            for key in ("trainees", "hours", "amount"):
                found[key] += float(line.get(key, 0))
        return sorted(
            merged.values(),
            key=lambda line: (order.index(line["section"]), line["name"]),
        )

    def _names(self):
        """Return what each kind of trainee and each origin of funds is called."""
        registrations, fundings = (
            self.env["event.registration"],
            self.env["coworking.funding"],
        )
        return {
            "category": dict(
                registrations._fields["coworking_category"]._description_selection(
                    self.env
                )
            ),
            "origin": {
                **dict(fundings._fields["origin"]._description_selection(self.env)),
                "own": self.env._("People and companies themselves"),
            },
        }

    def _sheet_rows(self):
        sections = dict(
            self.line_ids._fields["section"]._description_selection(self.env)
        )
        header = [
            self.env._("Section"),
            self.env._("Figure"),
            self.env._("Trainees"),
            self.env._("Hours × Trainees"),
            self.env._("Amount, Taxes Excluded"),
        ]
        return [header] + [
            [
                sections[line.section],
                line.name,
                line.trainees,
                line.hours,
                line.amount,
            ]
            for line in self.line_ids
        ]

    def _xlsx(self):
        out = BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet(str(self.year))
            bold = book.add_format({"bold": True})
            sheet.set_column(0, 1, 40)
            sheet.set_column(2, 4, 20)
            for rank, row in enumerate(self._sheet_rows()):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(rank, column, cell, None if rank else bold)
                    else:
                        sheet.write_number(rank, column, cell)
        return out.getvalue()
