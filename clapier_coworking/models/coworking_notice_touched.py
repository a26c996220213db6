from odoo import api, fields, models
from odoo.tools import SQL

CLOSED = """
INSERT INTO coworking_notice
    (partner_id, booking_id, visit_id, closure_id, company_id, kind, state, key,
     create_uid, create_date, write_uid, write_date)
SELECT told.partner_id, told.booking_id, told.visit_id, %(closure)s, told.company_id,
       'closed', 'queued', told.key || ',closed',
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM (
    SELECT partner_id, id AS booking_id, NULL::int4 AS visit_id, company_id,
           'coworking.booking,' || id AS key
      FROM coworking_booking WHERE id = ANY(%(bookings)s)
     UNION ALL
    SELECT COALESCE(partner_id, host_id), NULL, id, company_id,
           'coworking.visit,' || id
      FROM coworking_visit WHERE id = ANY(%(visits)s)
  ) told
    ON CONFLICT (key) DO NOTHING
RETURNING id
"""


class CoworkingNotice(models.Model):
    """What is told to those whose time a closure has taken."""

    _inherit = "coworking.notice"

    kind = fields.Selection(
        selection_add=[("closed", "Cancelled by a Closure")],
        ondelete={"closed": "cascade"},
    )
    visit_id = fields.Many2one(
        "coworking.visit", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    closure_id = fields.Many2one(
        "coworking.closure", readonly=True, ondelete="cascade", index="btree_not_null"
    )

    @api.depends("visit_id")
    def _compute_summary(self):
        """Override to tell the place of a desk."""
        result = super()._compute_summary()
        for notice in self.filtered("visit_id"):
            notice.summary = notice.visit_id.sudo()._tell_place()
        return result

    @api.depends("visit_id")
    def _compute_link(self):
        """Override to lead to the desks of who had one."""
        result = super()._compute_link()
        for notice in self.filtered("visit_id"):
            notice.link = notice.get_base_url() + "/my/coworking/desks"
        return result

    @api.model
    def _queue_closed(self, closure, bookings, visits):
        """Note that a closure cancelled these, in one statement; guests' hosts are told."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                CLOSED,
                closure=closure.id,
                bookings=bookings.ids,
                visits=visits.ids,
                uid=self.env.uid,
            )
        )
        closure.invalidate_recordset(["notice_ids"], flush=False)
        self.env.ref("clapier_coworking.cron_notice_send").sudo()._trigger()

    def _is_outdated(self):
        """Override to tell whether what a closure cancelled is still cancelled."""
        if self.kind == "closed":
            return (self.booking_id or self.visit_id).state != "cancelled"
        return super()._is_outdated()
