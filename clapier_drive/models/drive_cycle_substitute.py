from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What replaces a product that is given after all is not given as well.
DROP_NEEDLESS = """
    UPDATE sale_order_line instead SET drive_given_qty = 0, drive_rule = 'none'
      FROM sale_order_line missing, sale_order basket
     WHERE missing.id = instead.drive_substitute_for_id AND basket.id = missing.order_id
       AND basket.drive_cycle_id = %(cycle)s
       AND missing.drive_given_qty > missing.product_uom_qty - 0.0005
"""
# Paid from the credit of the missing product, never more than that.
SUBSTITUTIONS = """
    INSERT INTO drive_credit
        (partner_id, company_id, date, kind, amount, reference, order_line_id, cycle_id,
         create_uid, create_date, write_uid, write_date)
    SELECT credit.partner_id, credit.company_id, %(date)s, 'substitution',
        -LEAST(ROUND(instead.drive_substitute_value::numeric, 2), credit.amount),
        instead.name, instead.id, credit.cycle_id,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line instead
      JOIN drive_credit credit ON credit.order_line_id = instead.drive_substitute_for_id
       AND credit.kind IN ('shortage', 'minimum') AND credit.reversal_of_id IS NULL
     WHERE credit.cycle_id = %(cycle)s AND instead.drive_given_qty > 0
       AND instead.drive_substitute_value > 0
    ON CONFLICT DO NOTHING
    RETURNING id
"""


class DriveCycle(models.Model):
    """Other products instead of those that are missing, and what that changes in money."""

    _inherit = "drive.cycle"

    def _check_may_substitute(self):
        """Refuse to replace products before the sharing out, or once it is validated.

        :raise UserError: says when it can be done
        """
        if any(cycle.state != "received" for cycle in self):
            raise UserError(
                self.env._(
                    "Another product is given instead between the sharing out and its "
                    "validation."
                )
            )

    def _plan_crates(self):
        """Override to leave out what replaces a product that is given after all."""
        self.env.flush_all()
        self.env.cr.execute(SQL(DROP_NEEDLESS, cycle=self.id))
        if self.env.cr.rowcount:
            self.env["sale.order.line"].invalidate_model(
                ["drive_given_qty", "drive_rule"]
            )
        return super()._plan_crates()

    def _credit_families(self):
        """Override to take from the credits what is given instead."""
        result = super()._credit_families()
        self.env.execute_query(
            SQL(
                SUBSTITUTIONS,
                cycle=self.id,
                date=self.company_id._drive_today(),
                uid=self.env.uid,
            )
        )
        self.env["drive.credit"].invalidate_model()
        return result
