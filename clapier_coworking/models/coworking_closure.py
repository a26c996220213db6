from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CoworkingClosure(models.Model):
    """A time when spaces are closed: works, set-up, holidays, a private day."""

    _name = "coworking.closure"
    _description = "Closure of Spaces"
    _order = "start desc, id desc"

    name = fields.Char("Reason", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    space_ids = fields.Many2many(
        "coworking.space",
        string="Spaces",
        required=True,
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    active = fields.Boolean(default=True, help="An archived closure frees the spaces.")
    claim_ids = fields.One2many("coworking.claim", "closure_id", "Claims")

    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "A closure must end after it starts."
    )

    @api.constrains("space_ids")
    def _check_spaces(self):
        if any(not closure.space_ids for closure in self):
            raise ValidationError(self.env._("Choose the spaces that are closed."))

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to claim the time of the spaces."""
        closures = super().create(vals_list)
        closures._sync_claims()
        return closures

    def write(self, vals):
        """Override of base to claim the changed time of the spaces."""
        result = super().write(vals)
        if {"space_ids", "start", "stop", "active", "name"} & vals.keys():
            self._sync_claims()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        # The claims are kept as history: an archived closure explains them.
        if any(closure.claim_ids for closure in self):
            raise ValidationError(
                self.env._("Archive the closure instead: it frees the spaces at once.")
            )

    def _sync_claims(self):
        """Release what these closures claimed and claim what they say now."""
        self.sudo().claim_ids._release()
        uses = [
            {
                "space": space,
                "start": closure.start,
                "stop": closure.stop,
                "kind": "closure",
                "name": closure.name,
                "closure_id": closure.id,
                "buffers": False,
            }
            for closure in self.filtered("active")
            # A hall and its parts may both be named: the smallest are closed once.
            for space in closure.space_ids.sudo().leaf_ids
        ]
        self.env["coworking.claim"]._claim(uses)
