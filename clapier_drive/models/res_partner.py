from odoo import api, fields, models

OFFICE = "clapier_drive.group_drive_user"


class ResPartner(models.Model):
    _inherit = "res.partner"

    drive_offer_ids = fields.One2many(
        "drive.offer", "producer_id", "Drive Offers", groups=OFFICE
    )
    drive_absence_ids = fields.One2many(
        "drive.absence", "partner_id", "Drive Absences", groups=OFFICE
    )
    drive_offer_count = fields.Integer(
        "Drive Offers Made", compute="_compute_drive_offer_count", groups=OFFICE
    )
    drive_credit_count = fields.Integer(
        "Rows of Drive Credit", compute="_compute_drive_credit", groups=OFFICE
    )
    drive_credit = fields.Monetary(
        compute="_compute_drive_credit",
        currency_field="currency_id",
        groups=OFFICE,
        help="What a family has to its credit at the drives selected.",
    )

    @api.depends("drive_offer_ids")
    def _compute_drive_offer_count(self):
        counts = dict(
            self.env["drive.offer"]._read_group(
                [("producer_id", "in", self.ids)], ["producer_id"], ["__count"]
            )
        )
        for partner in self:
            partner.drive_offer_count = counts.get(partner._origin, 0)

    @api.depends_context("allowed_company_ids")
    def _compute_drive_credit(self):
        found = {
            partner: (count, amount)
            for partner, count, amount in self.env["drive.credit"]._read_group(
                [("partner_id", "in", self.ids)],
                ["partner_id"],
                ["__count", "amount:sum"],
            )
        }
        for partner in self:
            count, amount = found.get(partner._origin, (0, 0.0))
            partner.drive_credit_count, partner.drive_credit = count, amount

    def action_drive_offers(self):
        """Show what this producer offers and has offered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_offer_action"
        )
        return {**action, "domain": [("producer_id", "=", self.id)], "context": {}}

    def action_drive_credits(self):
        """Show the credit ledger of this family."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_credit_action"
        )
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
