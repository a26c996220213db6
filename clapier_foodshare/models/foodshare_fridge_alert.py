from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

SEND_LIMIT = 200


class FoodshareFridgeAlert(models.Model):
    """The outbox of the volunteers: each thing to be told once; a cron writes the mails."""

    _name = "foodshare.fridge.alert"
    _description = "Alert of a Fridge"
    _order = "id desc"
    _rec_name = "kind"

    equipment_id = fields.Many2one(
        "foodshare.equipment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    kind = fields.Selection(
        [
            ("alarm", "Out of Limits"),
            ("expired", "Past Its Date"),
            ("cleaning", "Cleaning Overdue"),
        ],
        required=True,
        index=True,
    )
    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime("Noticed", required=True)
    detail = fields.Char(help="Temperature, labels or day that it is about.")
    sent_at = fields.Datetime("Told")

    _once = models.UniqueIndex("(key)")
    _waiting_idx = models.Index("(id) WHERE sent_at IS NULL")

    @api.model
    def _add_alarms(self, now):
        """Note the equipment that is out of its limits, each time once: one statement."""
        self.env["foodshare.equipment"].flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO foodshare_fridge_alert
                            (equipment_id, company_id, kind, key, date, detail)
                     SELECT id, company_id, 'alarm', concat('alarm-', id, '-', out_since),
                            %(now)s, concat(round(celsius::numeric, 1), ' °C')
                       FROM foodshare_equipment
                      WHERE alarm_at <= %(now)s AND active
                ON CONFLICT (key) DO NOTHING
                """,
                now=now,
            )
        )

    @api.model
    def _add_rows(self, rows):
        """Note what is to be told, unless it is already.

        :param rows: list of (equipment record, kind, key, detail)
        """
        if not rows:
            return
        keys = {key for _equipment, _kind, key, _detail in rows}
        known = set(self.search([("key", "in", list(keys))]).mapped("key"))
        now = fields.Datetime.now()
        self.create(
            [
                {
                    "equipment_id": equipment.id,
                    "company_id": equipment.company_id.id,
                    "kind": kind,
                    "key": key,
                    "date": now,
                    "detail": detail,
                }
                for equipment, kind, key, detail in rows
                if key not in known
            ]
        )

    @api.model
    def _add_expired(self, deposits):
        """Tell what has to be taken out of each fridge."""
        self._add_rows(
            [
                (
                    fridge.equipment_id,
                    "expired",
                    f"expired-{fridge.id}-{max(lots.ids)}",
                    ", ".join(lots.mapped("name")),
                )
                for fridge, lots in deposits.grouped("fridge_id").items()
            ]
        )

    @api.model
    def _add_cleaning(self, fridges):
        """Tell which fridges should have been cleaned."""
        self._add_rows(
            [
                (
                    fridge.equipment_id,
                    "cleaning",
                    f"cleaning-{fridge.id}-{fridge.cleaning_due}",
                    fields.Date.to_string(fridge.cleaning_due),
                )
                for fridge in fridges
            ]
        )

    @api.model
    def _send(self):
        """Write the mails of the alerts that wait."""
        waiting = self.search([("sent_at", "=", False)], order="id", limit=SEND_LIMIT)
        mails = []
        for alert in waiting:
            people = alert.equipment_id.volunteer_ids.filtered("email")
            company = alert.company_id
            subject, text = alert.with_context(
                lang=company.partner_id.lang or self.env.lang
            )._get_words()
            if people:
                mails.append(
                    {
                        "subject": subject,
                        "body_html": text,
                        "email_from": company.email_formatted
                        or self.env.user.email_formatted,
                        "recipient_ids": [Command.set(people.ids)],
                        "auto_delete": True,
                    }
                )
        self.env["mail.mail"].sudo().create(mails)
        waiting.write({"sent_at": fields.Datetime.now()})

    def _get_words(self):
        """Return the subject of the mail and what to do, in one sentence."""
        self.ensure_one()
        name = self.equipment_id.display_name
        if self.kind == "alarm":
            return (
                self.env._("%s: out of limits", name),
                self.env._(
                    "%(name)s has been out of its limits for too long (%(detail)s). What "
                    "is inside is kept apart and nothing is taken in: go and look.",
                    name=name,
                    detail=self.detail,
                ),
            )
        if self.kind == "expired":
            return (
                self.env._("%s: take out what is past its date", name),
                self.env._(
                    "These labels are past their use-by date: %(detail)s. Take them out "
                    "of %(name)s today.",
                    name=name,
                    detail=self.detail,
                ),
            )
        return (
            self.env._("%s: to be cleaned", name),
            self.env._(
                "%(name)s should have been cleaned by %(detail)s. Note it on the fridge "
                "once it is done.",
                name=name,
                detail=self.detail,
            ),
        )
