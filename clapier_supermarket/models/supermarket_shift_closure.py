from odoo import api, fields, models
from odoo.exceptions import UserError


class SupermarketShiftClosure(models.Model):
    """Days on which the shop is closed: shifts are cancelled, who was registered is credited."""

    _name = "supermarket.shift.closure"
    _description = "Closure Days"
    _order = "date_start desc"

    active = fields.Boolean(default=True)
    name = fields.Char("Reason", required=True, translate=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )
    date_stop = fields.Date(
        "Last Day",
        required=True,
        compute="_compute_date_stop",
        store=True,
        readonly=False,
        precompute=True,
    )
    shift_ids = fields.One2many("supermarket.shift", "closure_id", "Shifts")
    shift_count = fields.Integer("Shifts Cancelled", compute="_compute_shift_count")

    _stop_after_start = models.Constraint(
        "CHECK (date_stop >= date_start)", "Closure days end after they begin."
    )

    @api.depends("date_start")
    def _compute_date_stop(self):
        for closure in self:
            closure.date_stop = max(
                closure.date_stop or closure.date_start, closure.date_start
            )

    @api.depends("shift_ids")
    def _compute_shift_count(self):
        for closure in self:
            closure.shift_count = len(closure.shift_ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM to close the shifts that exist."""
        closures = super().create(vals_list)
        closures._apply()
        return closures

    def write(self, vals):
        """Override of the ORM: more days close more shifts; fewer days are a new decision."""
        if not {"company_id", "active"}.isdisjoint(vals) and self.shift_ids:
            raise UserError(
                self.env._(
                    "Shifts are already cancelled for these closure days: open the shifts "
                    "again one by one instead."
                )
            )
        result = super().write(vals)
        self._apply()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for closure in self:
            if closure.shift_ids:
                raise UserError(
                    self.env._(
                        "Shifts are cancelled because of “%s”: it is kept as the reason.",
                        closure.name,
                    )
                )

    def _apply(self):
        """Cancel the open shifts of these days; who had a seat is credited on the day."""
        for closure in self.filtered("active"):
            self.env["supermarket.shift"].search(
                [
                    ("company_id", "=", closure.company_id.id),
                    ("state", "=", "open"),
                    ("date", ">=", closure.date_start),
                    ("date", "<=", closure.date_stop),
                ]
            )._cancel(closure.name, closure)
