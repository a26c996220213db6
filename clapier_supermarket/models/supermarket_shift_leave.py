from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

KINDS = [
    ("leave_temporary", "Temporary leave"),
    ("leave_incapacity", "Incapacity"),
    ("leave_parental", "Parental leave"),
    ("exemption", "Exemption"),
]


class SupermarketShiftLeave(models.Model):
    """A time in which a member owes no shift."""

    _name = "supermarket.shift.leave"
    _description = "Leave from Shifts"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"

    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    kind = fields.Selection(
        KINDS, required=True, default="leave_temporary", tracking=True
    )
    date_start = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_stop = fields.Date(
        "Until", tracking=True, help="Last day; empty: until further notice."
    )
    reason = fields.Text(groups="clapier_supermarket.group_supermarket_user")
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        groups="clapier_supermarket.group_supermarket_user",
        help="Such as a medical certificate; the member office alone reads it.",
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("validated", "Validated"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="requested",
        tracking=True,
        index=True,
    )
    key = fields.Char(readonly=True, copy=False)
    point_id = fields.Many2one(
        "supermarket.shift.point", "Ledger Row", readonly=True, ondelete="set null"
    )

    _stop_after_start = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "A leave ends after it begins.",
    )
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(member_id, member_id, '[]') WITH =,"
        " daterange(date_start, date_stop, '[]') WITH &&) WHERE (state = 'validated')",
        "This member is already on leave in that time: end the other leave first.",
    )
    _one_per_key = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL", "This request has already arrived."
    )

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for leave in self:
            leave.display_name = f"{leave.partner_id.name} – {kinds.get(leave.kind)}"

    @api.constrains("kind", "date_start", "date_stop")
    def _check_length(self):
        """Hold the shortest and the longest leave of the policy of its first day."""
        for leave in self:
            policy = self.env["supermarket.policy"]._policy_for(
                leave.company_id, leave.date_start
            )
            message = leave._length_refusal(policy)
            if message:
                raise ValidationError(message)

    def _length_refusal(self, policy):
        """Say what is wrong with the length of one leave, or return None."""
        self.ensure_one()
        if self.kind == "exemption":
            return None
        if not self.date_stop:
            return self.env._("Say until when: only an exemption has no last day.")
        days = (self.date_stop - self.date_start).days + 1
        if self.kind == "leave_parental":
            months = policy.shift_leave_parental_months
            last = self.date_start + relativedelta(months=months, days=-1)
            if self.date_stop > last:
                return self.env._(
                    "A parental leave lasts at most %(months)s months: end it on "
                    "%(last)s or before.",
                    months=months,
                    last=format_date(self.env, last),
                )
            return None
        shortest = (
            policy.shift_leave_temporary_days
            if self.kind == "leave_temporary"
            else policy.shift_leave_incapacity_days
        )
        if days < shortest:
            first = self.date_start + timedelta(days=shortest - 1)
            return self.env._(
                "This leave lasts %(days)s days and the policy asks for %(shortest)s at "
                "least: end it on %(first)s or later.",
                days=days,
                shortest=shortest,
                first=format_date(self.env, first),
            )
        return None

    def write(self, vals):
        """Override of the ORM: the last day of a leave that runs may change, no more."""
        granted = self.filtered(lambda leave: leave.state == "validated")
        if granted and not {"member_id", "kind", "date_start"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "%s is granted: cancel it and make another one instead.",
                    granted[0].display_name,
                )
            )
        result = super().write(vals)
        if granted and "date_stop" in vals:
            granted._free_shifts()
            granted._come_back()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(leave.state != "requested" for leave in self):
            raise UserError(
                self.env._("Only a request is deleted: cancel the leave instead.")
            )

    def action_validate(self):
        """Grant leaves: shifts to come in them are freed, without any points."""
        self.check_access("write")
        for leave in self:
            if leave.state != "requested":
                raise UserError(
                    self.env._("%s is no request any more.", leave.display_name)
                )
        self.state = "validated"
        self._free_shifts()
        self._post_events()
        self.member_id._refresh()

    def action_refuse(self):
        """Refuse requests."""
        self.check_access("write")
        self.filtered(lambda leave: leave.state == "requested").state = "refused"

    def action_cancel(self):
        """Undo leaves: as if they had never been; points are reversed."""
        self.check_access("write")
        validated = self.filtered(lambda leave: leave.state == "validated")
        self.state = "cancelled"
        rows = validated.sudo().point_id
        if rows:
            rows._post([], rows, self.env._("Leave cancelled."))
            validated.sudo().point_id = False
        validated._come_back()

    def action_end(self):
        """End leaves that run: their last day is yesterday."""
        self.check_access("write")
        for leave in self.filtered(lambda leave: leave.state == "validated"):
            yesterday = leave.company_id._supermarket_today() - timedelta(days=1)
            if leave.date_start > yesterday:
                leave.action_cancel()
            elif not leave.date_stop or leave.date_stop > yesterday:
                # An earlier end may be shorter than the policy asks for: it is the office's.
                leave._end_on(yesterday)
                leave._come_back()

    def _end_on(self, day):
        """Write the last day without the check of the shortest leave."""
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE supermarket_shift_leave SET date_stop = %s WHERE id = ANY(%s)",
            [day, self.ids],
        )
        self.invalidate_recordset(["date_stop"])
        self.message_post(
            body=self.env._("Ended early, on %s.", format_date(self.env, day))
        )

    def _come_back(self):
        """Register members again for the shifts to come of their slot, and judge them."""
        self.env["supermarket.shift"]._register_standard(
            self.company_id, members=self.member_id
        )
        self.member_id._refresh()

    def _free_shifts(self):
        for leave in self:
            leave.member_id.sudo().registration_ids.filtered(
                lambda registration, leave=leave: (
                    registration.state in ("booked", "waiting")
                    and registration.start > fields.Datetime.now()
                    and registration.date >= leave.date_start
                    and (not leave.date_stop or registration.date <= leave.date_stop)
                )
            )._release()

    def _post_events(self):
        """Enter in the ledger the leaves that have begun."""
        begun = self.sudo().filtered(
            lambda leave: (
                not leave.point_id
                and leave.date_start <= leave.company_id._supermarket_today()
            )
        )
        Point_sudo = self.env["supermarket.shift.point"].sudo()
        ids = Point_sudo._post(
            [
                {
                    "member_id": leave.member_id.id,
                    "date": leave.date_start,
                    "kind": leave.kind,
                    "leave_id": leave.id,
                }
                for leave in begun
            ]
        )
        for leave, point_id in zip(begun, ids, strict=True):
            leave.point_id = point_id

    @api.model
    def _post_due(self, company):
        """Enter in the ledger the leaves validated beforehand whose first day has come."""
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "validated"),
                ("point_id", "=", False),
                ("date_start", "<=", company._supermarket_today()),
            ],
            order="id",
        )._post_events()
