from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..foodshare_charter import ASSOCIATION, Food, refusals
from ..models.foodshare_deposit import CHARTER


class FoodshareDepositGift(models.TransientModel):
    """Gives what lies in the fridge to a food-aid association."""

    _name = "foodshare.deposit.gift"
    _description = "Gift to an Association"

    deposit_ids = fields.Many2many(
        "foodshare.deposit",
        string="Deposits",
        required=True,
        default=lambda self: [Command.set(self.env.context.get("active_ids", []))],
    )
    association_id = fields.Many2one(
        "res.partner",
        required=True,
        domain="[('is_company', '=', True)]",
    )

    def action_give(self):
        """Note the gift.

        :raise UserError: something is not inside, or its use-by date is too close
        """
        deposits = self.deposit_ids
        deposits.check_access("write")
        if not self.association_id.is_company:
            raise UserError(
                self.env._("Choose an association: gifts to a person are not noted.")
            )
        for deposit in deposits:
            if deposit.state != "inside":
                raise UserError(
                    self.env._(
                        "Label %s is not inside: leave it out of the gift.",
                        deposit.name,
                    )
                )
            company = deposit.company_id
            hours = company._foodshare_policy().gift_hours
            # The kitchen's dishes were let in by the charter; the hours alone are new.
            food = Food(
                ASSOCIATION,
                deposit.category,
                use_by=deposit.use_by or None,
                **{
                    flag: value
                    for flag, value in CHARTER.get(deposit.category, {}).items()
                    if flag != "is_home_made"
                },
            )
            if refusals(food, company._coworking_today(), gift_hours=hours):
                raise UserError(
                    self.env._(
                        "Label %(label)s must keep at least %(hours)s hours before its "
                        "use-by date: leave it out of the gift.",
                        label=deposit.name,
                        hours=hours,
                    )
                )
        deposits._leave_fridge(
            "given",
            association_id=self.association_id.id,
            given_on=deposits.company_id[:1]._coworking_today(),
        )
        return {"type": "ir.actions.act_window_close"}
