import json

from odoo import api, models
from odoo.tools import SQL

# Columns of coworking_month that the statements below write.
TYPES = {
    "subscription_id": "int4",
    "plan_id": "int4",
    "state": "varchar",
    "closed_on": "timestamp",
    "to_send": "bool",
    "explanation": "text",
    "lots": "jsonb",
    "ledger_row": "int4",
    **dict.fromkeys(
        (
            "invoiced granted_hours granted_days hours_used days_used hours_expired "
            "days_expired due passes overage_hours overage charged credit fair renewal "
            "hours_base days_base hours_paid days_paid paid"
        ).split(),
        "numeric",
    ),
}


class CoworkingMonth(models.Model):
    """Writing months: one statement, however many."""

    _inherit = "coworking.month"

    @api.model
    def _upsert(self, rows, added=()):
        """Write months, made where there are none, in one statement.

        :param rows: dicts with the same keys, ``account_id`` and ``month`` among them
        :param added: columns that are added to what is there, instead of replacing it
        :return: {account id: month id}
        """
        if not rows:
            return {}
        self.env.flush_all()
        columns = [name for name in rows[0] if name in TYPES]
        rows = [{**row, "month": row["month"].isoformat()} for row in rows]
        names = [SQL.identifier(name) for name in columns]
        sets = [
            SQL(
                "%(name)s = COALESCE(m.%(name)s, 0) + EXCLUDED.%(name)s"
                if column in added
                else "%(name)s = EXCLUDED.%(name)s",
                name=name,
            )
            for column, name in zip(columns, names, strict=True)
        ]
        if "state" not in columns:
            names.append(SQL.identifier("state"))
        result = self.env.execute_query(
            SQL(
                """
                INSERT INTO coworking_month AS m
                    (account_id, month, partner_id, company_id, %(names)s,
                     create_uid, create_date, write_uid, write_date)
                SELECT r.account_id, r.month, a.partner_id, a.company_id, %(values)s,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM jsonb_to_recordset(%(rows)s::jsonb)
                           AS r(account_id int4, month date, %(types)s)
                  JOIN coworking_account a ON a.id = r.account_id
              ORDER BY r.account_id
                ON CONFLICT (account_id, month) DO UPDATE SET %(sets)s
             RETURNING m.account_id, m.id
                """,
                names=SQL(", ").join(names),
                values=SQL(", ").join(
                    [SQL("r.%s", SQL.identifier(name)) for name in columns]
                    + ([] if "state" in columns else [SQL("'open'")])
                ),
                types=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), SQL(TYPES[name]))
                    for name in columns
                ),
                sets=SQL(", ").join(sets),
                uid=self.env.uid,
                rows=json.dumps(rows),
            )
        )
        self.invalidate_model(flush=False)
        return dict(result)
