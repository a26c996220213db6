from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..foodshare_charter import Food, refusals

# What the category alone tells of the charter; the rest is asked for.
CHARTER = {
    "cooked": {"is_home_made": True},
    "meat_fish": {"is_meat_or_fish": True},
    "alcohol": {"is_alcohol": True},
    "raw": {"is_raw_milk_or_egg": True},
}
NEEDS_USE_BY = ("dairy", "cooked")
CATEGORIES = [
    ("vegetable", "Vegetables"),
    ("fruit", "Fruit"),
    ("bread", "Bread"),
    ("dairy", "Yoghurt, Milk, Cheese"),
    ("grocery", "Grocery"),
    ("drink", "Drinks"),
    ("cooked", "Cooked Dish"),
    ("meat_fish", "Meat or Fish"),
    ("raw", "Raw Milk or Egg"),
    ("alcohol", "Alcohol"),
]
# The rest of a deposit tells what happened to it.
LIVING = {"state", "grams_left", "association_id", "given_on"}


class FoodshareDeposit(models.Model):
    """What somebody left in a solidarity fridge, or wanted to."""

    _name = "foodshare.deposit"
    _description = "Deposit"
    _order = "date desc, id desc"
    # Who noted it is not kept either: an inhabitant may be logged in.
    _log_access = False

    name = fields.Char("Label", readonly=True, default="/", copy=False)
    fridge_id = fields.Many2one(
        "foodshare.fridge", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="fridge_id.equipment_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date("Left On", required=True, readonly=True, copy=False)
    giver = fields.Selection(
        [
            ("shop", "Shop"),
            ("kitchen", "Kitchen"),
            ("drive", "Drive"),
            ("inhabitant", "Inhabitant"),
        ],
        required=True,
        default="shop",
        index=True,
        help="Of inhabitants, nothing else is kept.",
    )
    category = fields.Selection(CATEGORIES, required=True, index=True)
    grams = fields.Integer("Weight", required=True, help="Grams.")
    grams_left = fields.Integer("Remaining", readonly=True, copy=False, help="Grams.")
    use_by = fields.Date(help="The last day on which it may be eaten.")
    best_before = fields.Date(help="It may be eaten later, with less taste.")
    is_opened = fields.Boolean("Opened Pack")
    lot_id = fields.Many2one(
        "stock.lot",
        index="btree_not_null",
        ondelete="restrict",
        help="Where a lot of the shop is recalled, it is found here.",
    )
    state = fields.Selection(
        [
            ("inside", "Inside"),
            ("quarantine", "Kept Apart"),
            ("gone", "Taken"),
            ("given", "Given to an Association"),
            ("expired", "Past Its Date"),
            ("discarded", "Thrown Away"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="inside",
        index=True,
    )
    refusal_codes = fields.Char(readonly=True, copy=False)
    refusal_reason = fields.Text(compute="_compute_refusal_reason")
    association_id = fields.Many2one(
        "res.partner",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    given_on = fields.Date(readonly=True, copy=False)
    taking_ids = fields.One2many("foodshare.taking", "deposit_id", "Out of the Fridge")
    request_key = fields.Char(readonly=True, copy=False)

    _request_once = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This deposit has been recorded already.",
    )
    _left_possible = models.Constraint(
        "CHECK (grams > 0 AND grams_left >= 0 AND grams_left <= grams)",
        "The weight is positive, and no more is left than there was.",
    )
    _inside_idx = models.Index("(fridge_id, use_by) WHERE state = 'inside'")

    @api.depends("refusal_codes", "fridge_id")
    @api.depends_context("lang")
    def _compute_refusal_reason(self):
        sentences = self._get_sentences()
        for deposit in self:
            deposit.refusal_reason = "\n".join(
                sentences[code] for code in (deposit.refusal_codes or "").split()
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: each deposit passes the charter, and a label names it.

        :raise UserError: a weight or a date is missing or impossible
        """
        welcome = {}
        for vals in vals_list:
            fridge_sudo = self.env["foodshare.fridge"].sudo().browse(vals["fridge_id"])
            codes = self._check_deposit(fridge_sudo, vals)
            vals.update(
                date=fridge_sudo.company_id._coworking_today(),
                state="refused" if codes else "inside",
                refusal_codes=" ".join(codes),
                grams_left=0 if codes else vals["grams"],
            )
            if not codes:
                welcome.setdefault(fridge_sudo, []).append(vals)
        for fridge_sudo, rows in welcome.items():
            for vals, label in zip(
                rows, fridge_sudo._next_labels(len(rows)), strict=True
            ):
                vals["name"] = str(label)
        return super().create(vals_list)

    def write(self, vals):
        """Override of base: what was left is not changed afterwards.

        :raise UserError: something else than what became of it
        """
        if vals.keys() - LIVING:
            raise UserError(
                self.env._(
                    "A deposit is not changed: throw this one away, and note it anew."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        raise UserError(self.env._("Deposits are kept: throw this one away instead."))

    def action_release(self):
        """Put back into the fridge what was kept apart: somebody looked at it.

        :raise UserError: the fridge is still too warm
        """
        self.check_access("write")
        apart = self.filtered(lambda deposit: deposit.state == "quarantine")
        if any(apart.fridge_id.mapped("is_alarm")):
            raise UserError(
                self.env._("The fridge is still too warm: wait until it is cold again.")
            )
        apart.write({"state": "inside"})

    def action_discard(self):
        """Throw away what is left."""
        self.check_access("write")
        self._leave_fridge("discarded")

    @api.model
    def _check_deposit(self, fridge_sudo, vals):
        """Return why the charter refuses a deposit: codes, none where it is welcome.

        :raise UserError: a weight or a date is missing or impossible
        """
        most = fridge_sudo.company_id._foodshare_policy().deposit_max_kg
        if not 0 < (vals.get("grams") or 0) <= most * 1000:
            raise UserError(
                self.env._("Give a weight between 1 gram and %s kilograms.", most)
            )
        if vals.get("category") in NEEDS_USE_BY and not vals.get("use_by"):
            raise UserError(
                self.env._("Give the use-by date that is printed on the pack.")
            )
        return self._get_refusals(fridge_sudo, vals)

    @api.model
    def _get_refusals(self, fridge_sudo, vals):
        """Return the codes of what the charter refuses in what is known so far."""
        food = Food(
            vals.get("giver") or "shop",
            vals.get("category"),
            is_opened=bool(vals.get("is_opened")),
            use_by=fields.Date.to_date(vals.get("use_by")) or None,
            best_before=fields.Date.to_date(vals.get("best_before")) or None,
            **CHARTER.get(vals.get("category"), {}),
        )
        return refusals(
            food,
            fridge_sudo.company_id._coworking_today(),
            too_warm=fridge_sudo.is_alarm,
        )

    @api.model
    def _get_sentences(self):
        """Return why the charter refuses, in words, by code."""
        return {
            "too_warm": self.env._(
                "The fridge is too warm at the moment: nothing can be left. Keep it at "
                "home, and come back later."
            ),
            "meat_or_fish": self.env._(
                "The fridge takes neither meat nor fish: they do not keep safely here."
            ),
            "alcohol": self.env._("The fridge takes no alcohol."),
            "opened": self.env._(
                "The pack is opened: only closed packs can be given away."
            ),
            "home_made": self.env._(
                "Dishes cooked at home cannot be given away here: nobody can tell what "
                "is in them. The trained teams of the kitchen may leave theirs."
            ),
            "raw": self.env._(
                "The fridge takes neither raw milk nor raw egg: they are a danger for "
                "small children and pregnant women."
            ),
            "past_use_by": self.env._(
                "The use-by date is over: this may no longer be given away."
            ),
            "too_close": self.env._(
                "The use-by date is too close for a gift to an association."
            ),
        }

    @api.model
    def _leave(self, fridge, key, **values):
        """Note what somebody leaves, once; what the charter refuses is noted as refused.

        :param key: idempotency key: the same key returns the same deposit
        :param values: ``giver``, ``category``, ``grams``, ``use_by``, ``best_before``,
            ``is_opened``
        :return: foodshare.deposit record in sudo
        :raise UserError: a weight or a date is missing or impossible
        """
        deposits_sudo = self.sudo()
        # Who sends the same key at the same time waits for this row, is run again by the
        # server, and finds the deposit.
        fridge.sudo()._touch()
        known_sudo = deposits_sudo.search([("request_key", "=", key)], limit=1)
        return known_sudo or deposits_sudo.create(
            {**values, "fridge_id": fridge.id, "request_key": key}
        )

    def _leave_fridge(self, kind, **values):
        """Take these deposits out of the fridge entirely, and note it in the ledger."""
        left = self.filtered(lambda item: item.state in ("inside", "quarantine"))
        self.env["foodshare.taking"].sudo().create(
            [
                {
                    "deposit_id": deposit.id,
                    "date": deposit.company_id._coworking_today(),
                    "kind": kind,
                    "grams": deposit.grams_left,
                }
                for deposit in left
            ]
        )
        left.write({"state": kind, "grams_left": 0, **values})
        return left

    @api.model
    def _expire(self):
        """Take out what is past its use-by, and have the volunteers told."""
        over = self.browse()
        waiting = Domain("state", "in", ("inside", "quarantine"))
        companies = (
            self.env["foodshare.fridge"]
            .sudo()
            .search([("active", "=", True)])
            .company_id
        )
        for company in companies:
            over |= self.search(
                waiting
                & Domain("company_id", "=", company.id)
                & Domain("use_by", "<", company._coworking_today())
            )
        left = over._leave_fridge("expired")
        self.env["foodshare.fridge.alert"]._add_expired(left)
        return left
