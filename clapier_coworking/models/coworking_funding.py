from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class CoworkingFunding(models.Model):
    """What a funding body pays of a training, by its agreement."""

    _name = "coworking.funding"
    _description = "Training Funding"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(
        "Agreement No.",
        copy=False,
        tracking=True,
        help="As the funding body writes it.",
    )
    event_id = fields.Many2one(
        "event.event",
        "Training",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('coworking_is_training', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    registration_ids = fields.Many2many(
        "event.registration",
        "coworking_funding_registration_rel",
        "funding_id",
        "registration_id",
        "Participants",
        copy=False,
        domain="[('event_id', '=', event_id), ('state', '!=', 'cancel')]",
    )
    funder_id = fields.Many2one(
        "res.partner", "Funding Body", required=True, index=True, tracking=True
    )
    origin = fields.Selection(
        [
            ("opco", "Skills Operator (OPCO)"),
            ("company", "Employer"),
            ("self_employed", "Fund of the Self-Employed"),
            ("jobseeker", "Employment Agency"),
            ("region", "Region or Other Public Body"),
            ("cpf", "Personal Training Account (CPF)"),
            ("other", "Other"),
        ],
        required=True,
        default="opco",
        help="As the yearly education and finance report counts it.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked For"),
            ("agreed", "Agreed"),
            ("refused", "Refused"),
            ("invoiced", "Invoiced"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    hours = fields.Float("Agreed Hours", tracking=True, help="For each participant.")
    amount = fields.Monetary(
        "Agreed Amount", tracking=True, help="Taxes excluded, for all the participants."
    )
    document = fields.Binary("Agreement", attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, copy=False, index="btree_not_null"
    )

    _amounts_positive = models.Constraint(
        "CHECK (COALESCE(amount, 0) >= 0 AND COALESCE(hours, 0) >= 0)",
        "An agreed amount or number of hours cannot be negative.",
    )

    @api.depends("event_id")
    def _compute_company_id(self):
        for funding in self:
            funding.company_id = funding.event_id.company_id or self.env.company

    @api.depends("number", "funder_id", "event_id")
    def _compute_display_name(self):
        for funding in self:
            funding.display_name = " · ".join(
                filter(
                    None,
                    [funding.funder_id.name, funding.number, funding.event_id.name],
                )
            )

    @api.constrains("registration_ids", "event_id")
    def _check_registrations(self):
        for funding in self:
            if funding.registration_ids.event_id - funding.event_id:
                raise ValidationError(
                    self.env._("Choose participants of this training only.")
                )

    @api.constrains("amount", "registration_ids", "state")
    def _check_not_beyond_price(self):
        """What is funded of a seat never exceeds what it costs."""
        for registration in self.registration_ids:
            if registration._coworking_rest() < 0:
                raise ValidationError(
                    self.env._(
                        "More is funded than the training costs for %s: lower the amount "
                        "of an agreement.",
                        registration.name,
                    )
                )

    def _go(self, before, state):
        self.check_access("write")
        if any(funding.state not in before for funding in self):
            raise UserError(
                self.env._("This agreement is no longer there: read its state again.")
            )
        self.write({"state": state})

    def action_ask(self):
        """Note that the funding was asked for."""
        self._go(("draft",), "asked")

    def action_agree(self):
        """Note that the funding body agrees; its number and amount are needed."""
        for funding in self:
            if not (funding.number and funding.amount and funding.registration_ids):
                raise UserError(
                    self.env._(
                        "Fill in the agreement's number, its amount and its participants."
                    )
                )
        self._go(("draft", "asked"), "agreed")

    def action_refuse(self):
        """Note that the funding body refuses: the participants pay the whole."""
        self._go(("draft", "asked", "agreed"), "refused")

    def action_invoice(self):
        """Make the invoice of what was agreed, to the funding body."""
        self._go(("agreed",), "agreed")
        for company, fundings in self.grouped("company_id").items():
            moves_sudo = (
                self.env["account.move"]
                .sudo()
                .with_company(company)
                .create([funding._prepare_invoice_vals() for funding in fundings])
            )
            for funding, move in zip(fundings, moves_sudo, strict=True):
                funding.sudo().move_id = move
        self.write({"state": "invoiced"})
        return self[:1].action_view_invoice()

    def action_view_invoice(self):
        """Open the invoice to the funding body."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def _prepare_invoice_vals(self):
        """Return the values of the invoice of one agreement."""
        self.ensure_one()
        names = ", ".join(self.registration_ids.mapped("name"))
        return {
            "move_type": "out_invoice",
            "partner_id": self.funder_id.id,
            "company_id": self.company_id.id,
            "ref": self.number,
            "invoice_line_ids": [
                Command.create(
                    {
                        **self.registration_ids[:1]._coworking_prepare_line_vals(),
                        "name": self.env._(
                            "%(training)s, agreement %(number)s: %(people)s "
                            "(%(hours)s h each)",
                            training=self.event_id.name,
                            number=self.number,
                            people=names,
                            hours=self.event_id._coworking_number(self.hours),
                        ),
                        "quantity": 1,
                        "price_unit": self.amount,
                        "coworking_origin": self.origin,
                    }
                )
            ],
        }

    def _share(self):
        """Return what one agreement pays for each of its participants."""
        self.ensure_one()
        if self.state not in ("agreed", "invoiced") or not self.registration_ids:
            return 0.0
        return self.amount / len(self.registration_ids)

    def _taken_off(self):
        """Return the words of an invoice line that takes off what is funded."""
        self.ensure_one()
        return self.env._(
            "Paid by %(funder)s, agreement %(number)s",
            funder=self.funder_id.name,
            number=self.number,
        )
