from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..foodshare_mushroom import efficiency, next_flush, next_weight

GROWING = ("incubating", "fruiting")


class FoodshareMushroomBatch(models.Model):
    """Blocks of substrate that were inoculated together, and what they gave."""

    _name = "foodshare.mushroom.batch"
    _description = "Mushroom Batch"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_inoculation desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    product_id = fields.Many2one(
        "product.product",
        "Mushroom",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('tracking', '=', 'lot')]",
        help="Sold by weight and followed by lots.",
    )
    substrate_product_id = fields.Many2one(
        "product.product",
        "Substrate",
        required=True,
        check_company=True,
        ondelete="restrict",
        help="The block; its bill of materials says what it is made of.",
    )
    spawn = fields.Char(required=True, help="Strain, supplier and lot of the spawn.")
    block_count = fields.Integer("Blocks", default=1, required=True)
    dry_kg = fields.Float(
        "Dry Substrate (kg)",
        required=True,
        digits=(16, 3),
        help="Of all its blocks, water not counted.",
    )
    date_inoculation = fields.Date(
        "Inoculated On",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    space_id = fields.Many2one(
        "coworking.space", check_company=True, help="Where the building knows the room."
    )
    room = fields.Char(help="Or its name, and the shelf.")
    state = fields.Selection(
        [
            ("incubating", "Incubates"),
            ("fruiting", "Fruits"),
            ("spent", "Spent"),
            ("contaminated", "Contaminated"),
        ],
        required=True,
        readonly=True,
        default="incubating",
        copy=False,
        tracking=True,
        group_expand=True,
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing of the Blocks",
        check_company=True,
        copy=False,
        index="btree_not_null",
    )
    flush_ids = fields.One2many("foodshare.mushroom.flush", "batch_id", "Flushes")
    flush_count = fields.Integer("Flushes Noted", readonly=True, copy=False, default=0)
    kg = fields.Float(
        "Harvested (kg)", compute="_compute_yield", store=True, digits=(16, 3)
    )
    efficiency = fields.Float(
        "Biological Efficiency (%)",
        compute="_compute_yield",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="Fresh weight over dry substrate.",
    )
    date_next = fields.Date("Next Flush", compute="_compute_forecast")
    kg_next = fields.Float("Expected (kg)", compute="_compute_forecast", digits=(16, 1))
    is_late = fields.Boolean("Flush Is Late", compute="_compute_forecast")
    contamination_date = fields.Date("Contaminated On", readonly=True, copy=False)
    contamination_reason = fields.Text("What Was Seen", copy=False)
    contamination_photo = fields.Image(
        "Photo", max_width=1920, max_height=1920, copy=False
    )
    spent_site_id = fields.Many2one(
        "foodshare.compost.site", "Composter for the Blocks", copy=False
    )
    spent_kg = fields.Float("Spent Blocks (kg)", copy=False, digits=(16, 3))
    spent_flow_id = fields.Many2one(
        "foodshare.compost.flow", "Taken by the Composter", readonly=True, copy=False
    )
    note = fields.Html()

    _numbers_positive = models.Constraint(
        "CHECK (dry_kg > 0 AND block_count > 0 AND spent_kg >= 0)",
        "Blocks and dry substrate are above zero; weights are not negative.",
    )

    @api.depends("flush_ids.kg", "flush_ids.is_cancelled", "dry_kg")
    def _compute_yield(self):
        for batch in self:
            batch.kg = sum(batch._flushes().mapped("kg"))
            batch.efficiency = (
                efficiency(batch.kg, batch.dry_kg) if batch.dry_kg > 0 else 0.0
            )

    @api.depends("state", "date_inoculation", "kg", "dry_kg", "company_id")
    def _compute_forecast(self):
        for batch in self:
            policy = batch.company_id._foodshare_policy(batch.date_inoculation)
            flushes = batch._flushes()
            expected = (
                batch.state in GROWING
                and batch.date_inoculation
                and next_flush(
                    batch.date_inoculation,
                    flushes.mapped("date"),
                    policy.mushroom_incubation_days,
                    policy.mushroom_interval_days,
                    policy.mushroom_flush_max,
                )
            )
            batch.date_next = expected
            batch.kg_next = expected and next_weight(
                batch.dry_kg,
                policy.mushroom_efficiency,
                batch.kg,
                len(flushes),
                policy.mushroom_flush_max,
            )
            batch.is_late = expected and expected < batch.company_id._coworking_today()

    @api.constrains("date_inoculation")
    def _check_date(self):
        for batch in self:
            if batch.date_inoculation > batch.company_id._coworking_today():
                raise ValidationError(
                    self.env._("A batch is noted once inoculated: change its date.")
                )

    @api.constrains("product_id")
    def _check_product(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        for product in self.product_id:
            if product.tracking != "lot" or not product.uom_id._has_common_reference(
                kilogram
            ):
                raise ValidationError(
                    self.env._(
                        "%s must be sold by weight and followed by lots: change it in its "
                        "product first.",
                        product.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to give batches their numbers."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = (
                    self.env["ir.sequence"]
                    .sudo()
                    .next_by_code("foodshare.mushroom.batch")
                    or "/"
                )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_harvested(self):
        if any(batch.flush_ids for batch in self):
            raise UserError(
                self.env._("A batch that was harvested is kept: its lots name it.")
            )

    def _flushes(self):
        """Return the flushes that count."""
        return self.flush_ids.filtered(lambda flush: not flush.is_cancelled)

    def _check_growing(self):
        """Check that these batches still give something.

        :raise UserError: one is contaminated or spent
        """
        for batch in self:
            if batch.state == "contaminated":
                raise UserError(
                    self.env._(
                        "Batch %s is contaminated: nothing of it may be harvested.",
                        batch.name,
                    )
                )
            if batch.state == "spent":
                raise UserError(self.env._("Batch %s is spent.", batch.name))

    def action_fruit(self):
        """Note that these batches form their first mushrooms."""
        self.check_access("write")
        self._check_growing()
        self.state = "fruiting"

    def action_harvest(self):
        """Ask for the weight of a flush.

        :raise UserError: the batch is contaminated or spent
        """
        self.ensure_one()
        self._check_growing()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_foodshare.foodshare_mushroom_harvest_action"
        )
        return {**action, "context": {"default_batch_id": self.id}}

    def action_contaminate(self):
        """Take these batches out: what was seen is told and shown.

        :raise UserError: the reason or the photo is missing
        """
        self.check_access("write")
        self._check_growing()
        if any(
            not (batch.contamination_reason or "").strip()
            or not batch.contamination_photo
            for batch in self
        ):
            raise UserError(
                self.env._(
                    "Write what you saw and take a photo first, under “Contamination”."
                )
            )
        self.write(
            {
                "state": "contaminated",
                "contamination_date": self.env.company._coworking_today(),
            }
        )

    def action_spend(self):
        """End these batches; their blocks go to the composter that was chosen.

        :raise UserError: a composter without a weight
        """
        self.check_access("write")
        self._check_growing()
        leaving = self.filtered("spent_site_id")
        if any(batch.spent_kg <= 0 for batch in leaving):
            raise UserError(
                self.env._("Weigh the blocks that go to the composter first.")
            )
        flows = self.env["foodshare.compost.flow"].create(
            [
                {
                    "site_id": batch.spent_site_id.id,
                    "date": batch.company_id._coworking_today(),
                    "kind": "spent",
                    "kg": batch.spent_kg,
                    "partner_id": batch.company_id.partner_id.id,
                    "note": batch.name,
                }
                for batch in leaving
            ]
        )
        for batch, flow in zip(leaving, flows, strict=True):
            batch.spent_flow_id = flow
        self.state = "spent"

    def action_produce(self):
        """Order the manufacturing of the blocks, from the recipe of the substrate.

        :raise UserError: it is ordered already, or the substrate has no recipe
        """
        self.ensure_one()
        self.check_access("write")
        if self.production_id:
            raise UserError(self.env._("These blocks are ordered already."))
        productions_sudo = self.env["mrp.production"].sudo()
        production_sudo = productions_sudo.with_company(self.company_id).create(
            {
                "product_id": self.substrate_product_id.id,
                "product_qty": self.block_count,
                "company_id": self.company_id.id,
                "origin": self.name,
            }
        )
        if not production_sudo.bom_id:
            raise UserError(
                self.env._(
                    "%s has no bill of materials: write what a block is made of first.",
                    self.substrate_product_id.display_name,
                )
            )
        production_sudo.action_confirm()
        self.production_id = production_sudo.id
