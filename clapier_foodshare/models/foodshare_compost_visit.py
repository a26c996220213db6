from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class FoodshareCompostVisit(models.Model):
    """The ledger of the visits to the composters: who opened, what came, what was seen."""

    _name = "foodshare.compost.visit"
    _description = "Visit to a Composter"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "openers"

    site_id = fields.Many2one(
        "foodshare.compost.site",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    bin_id = fields.Many2one(
        "foodshare.compost.bin",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('site_id', '=', site_id)]",
        help="The bin that got what came, and that was looked at.",
    )
    openers = fields.Char("Opened By", required=True, help="First names are enough.")
    visitor_count = fields.Integer("Visitors")
    bucket_count = fields.Integer("Buckets")
    kg = fields.Float(
        "Weight (kg)",
        digits=(16, 3),
        help="Left empty: counted from the buckets.",
    )
    is_temperature_read = fields.Boolean("Temperature Taken")
    temperature = fields.Float("Temperature (°C)", digits=(16, 1), aggregator="avg")
    browns = fields.Selection(
        [("enough", "Enough"), ("low", "Few"), ("none", "None Left")]
    )
    moisture = fields.Selection(
        [("dry", "Dry"), ("right", "Just Right"), ("wet", "Wet")]
    )
    smell = fields.Selection(
        [("none", "No Smell"), ("ammonia", "Ammonia"), ("rotten", "Rotten")],
    )
    is_turned = fields.Boolean("Turned")
    note = fields.Char(readonly=True)
    request_key = fields.Char("Idempotency Key", readonly=True, copy=False)
    reversal_of_id = fields.Many2one(
        "foodshare.compost.visit", "Corrects", readonly=True, index="btree_not_null"
    )
    reversed_by_ids = fields.One2many(
        "foodshare.compost.visit", "reversal_of_id", "Corrected By", readonly=True
    )

    _positive = models.Constraint(
        "CHECK (reversal_of_id IS NOT NULL "
        "OR (kg >= 0 AND visitor_count >= 0 AND bucket_count >= 0))",
        "Weights, buckets and visitors are not negative.",
    )
    _temperature_possible = models.Constraint(
        "CHECK (temperature BETWEEN -30 AND 100)",
        "A heap is between -30 and 100 °C: read the thermometer again.",
    )
    _key_unique = models.UniqueIndex(
        "(site_id, request_key) WHERE request_key IS NOT NULL",
        "This visit has been noted already.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This visit has been corrected already.",
    )
    _site_date_idx = models.Index("(site_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: the company is the site's; buckets nobody weighed are counted."""
        sites = self.env["foodshare.compost.site"].browse(
            {vals["site_id"] for vals in vals_list if vals.get("site_id")}
        )
        companies = {site.id: site.company_id for site in sites}
        for vals in vals_list:
            self._check_numbers(vals)
            company = companies.get(vals.get("site_id"))
            if company:
                vals["company_id"] = company.id
                if not vals.get("kg") and vals.get("bucket_count"):
                    policy = company._foodshare_policy(vals.get("date"))
                    vals["kg"] = vals["bucket_count"] * policy.compost_bucket_weight
            if vals.get("temperature"):
                vals["is_temperature_read"] = True
        return super().create(vals_list)

    @api.model
    def _check_numbers(self, vals):
        """Check numbers before the database refuses them without saying what to do.

        :raise ValidationError: a negative number, or a temperature that no heap has
        """
        numbers = [
            vals.get(name) or 0 for name in ("kg", "visitor_count", "bucket_count")
        ]
        if not vals.get("reversal_of_id") and min(numbers) < 0:
            raise ValidationError(
                self.env._("Weights, buckets and visitors are not negative.")
            )
        if not -30 <= (vals.get("temperature") or 0) <= 100:
            raise ValidationError(
                self.env._(
                    "A heap is between -30 and 100 °C: read the thermometer again."
                )
            )

    @api.constrains("date", "kg", "bin_id", "site_id")
    def _check_possible(self):
        for visit in self:
            if visit.date > visit.company_id._coworking_today():
                raise ValidationError(
                    self.env._("A visit is noted once it is over: change its date.")
                )
            if visit.bin_id.site_id != visit.site_id:
                raise ValidationError(
                    self.env._("This bin is on another site: choose one of this site.")
                )
            limit = visit.company_id._foodshare_policy(
                visit.date
            ).compost_visit_weight_max
            if visit.kg > limit:
                raise ValidationError(
                    self.env._(
                        "More than %(limit).0f kg in one visit: check the weight.",
                        limit=limit,
                    )
                )

    def action_reverse(self):
        """Take these visits out of the sums by contrary rows that name them.

        :raise UserError: one of them is a correction, or was corrected
        """
        if any(visit.reversal_of_id or visit.reversed_by_ids for visit in self):
            raise UserError(
                self.env._("This visit has been corrected already: note a new one.")
            )
        self.create(
            [
                {
                    "site_id": visit.site_id.id,
                    "bin_id": visit.bin_id.id,
                    "date": visit.date,
                    "openers": visit.openers,
                    "visitor_count": -visit.visitor_count,
                    "bucket_count": -visit.bucket_count,
                    "kg": -visit.kg,
                    "reversal_of_id": visit.id,
                }
                for visit in self
            ]
        )
