import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

QUARANTINE = """
    UPDATE foodshare_deposit deposit SET state = 'quarantine'
      FROM foodshare_fridge fridge
      JOIN foodshare_equipment equipment ON equipment.id = fridge.equipment_id
     WHERE deposit.fridge_id = fridge.id
       AND deposit.state = 'inside'
       AND equipment.alarm_at <= %s
 RETURNING deposit.id
"""


class FoodshareFridge(models.Model):
    """A solidarity fridge: who has too much leaves it, who needs it takes it."""

    _name = "foodshare.fridge"
    _description = "Solidarity Fridge"
    _inherit = ["image.mixin"]
    _inherits = {"foodshare.equipment": "equipment_id"}
    _order = "id"

    equipment_id = fields.Many2one(
        "foodshare.equipment", required=True, ondelete="restrict"
    )
    address = fields.Char(help="Shown on the public page.")
    opening = fields.Char("Opening Hours", help="In words, e.g. “day and night”.")
    instructions = fields.Html(
        help="Shown on the public page, below what the fridge takes."
    )
    is_published = fields.Boolean("Published", copy=False)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
    )
    url = fields.Char("Public Page", compute="_compute_url")
    label_last = fields.Integer("Last Label", readonly=True, copy=False, default=0)
    deposit_ids = fields.One2many("foodshare.deposit", "fridge_id", "Deposits")
    inside_count = fields.Integer("Packs Inside", compute="_compute_inside")
    inside_kg = fields.Float("Kilograms Inside", compute="_compute_inside")
    cleaned_on = fields.Date("Cleaned", readonly=True, copy=False)
    cleaning_due = fields.Date("To Clean By", compute="_compute_cleaning")
    is_cleaning_overdue = fields.Boolean(
        "Cleaning Overdue", compute="_compute_cleaning"
    )
    shift_template_id = fields.Many2one(
        "supermarket.shift.template",
        "Cleaning Shift",
        ondelete="set null",
        groups="clapier_supermarket.group_supermarket_user",
        help="The shift of the members' calendar whose task is this cleaning.",
    )

    _token_unique = models.UniqueIndex("(token)")
    _equipment_once = models.UniqueIndex("(equipment_id)")

    @api.depends("token")
    def _compute_url(self):
        for fridge in self:
            fridge.url = f"{fridge.get_base_url()}/fridge/{fridge.token}"

    @api.depends("deposit_ids.state", "deposit_ids.grams_left")
    def _compute_inside(self):
        inside = {
            fridge: (count, grams)
            for fridge, count, grams in self.env["foodshare.deposit"]._read_group(
                [("fridge_id", "in", self.ids), ("state", "=", "inside")],
                ["fridge_id"],
                ["__count", "grams_left:sum"],
            )
        }
        for fridge in self:
            count, grams = inside.get(fridge, (0, 0))
            fridge.inside_count = count
            fridge.inside_kg = grams / 1000

    @api.depends("cleaned_on", "company_id")
    def _compute_cleaning(self):
        for fridge in self:
            company = fridge.company_id or self.env.company
            # A fridge that was never cleaned is as clean as on its first day.
            begun = fridge.create_date and company._coworking_local(fridge.create_date)
            last = fridge.cleaned_on or (begun and begun.date())
            fridge.cleaning_due = last and last + timedelta(
                days=company._foodshare_policy().cleaning_days
            )
            fridge.is_cleaning_overdue = bool(
                fridge.cleaning_due and fridge.cleaning_due < company._coworking_today()
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: the equipment of a solidarity fridge is of that kind."""
        for vals in vals_list:
            vals["kind"] = "fridge"
        return super().create(vals_list)

    def action_cleaned(self):
        """Note that these fridges were cleaned today; by whom is not kept."""
        self.check_access("write")
        self.env["foodshare.fridge.cleaning"].create(
            [
                {"fridge_id": fridge.id, "date": fridge.company_id._coworking_today()}
                for fridge in self
            ]
        )

    def action_open_page(self):
        """Open the public page of this fridge."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_open_poster(self):
        """Open what hangs on this fridge, to be printed."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"{self.url}/poster"}

    def action_deposits(self):
        """Open the deposits of this fridge."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_foodshare.foodshare_deposit_action"
        )
        action["domain"] = [("fridge_id", "=", self.id)]
        action["context"] = {
            "default_fridge_id": self.id,
            "search_default_inside": 1,
        }
        return action

    def action_renew_page(self):
        """Give the page another address: the codes that hang on the fridge end."""
        self.check_access("write")
        for fridge in self:
            fridge.token = secrets.token_urlsafe(24)

    @api.model
    def _for_page(self, token):
        """Return the published fridge that has this token, in sudo, or none."""
        if not token or len(token) > 64:
            return self.sudo().browse()
        return self.sudo().search([("token", "=", token), ("is_published", "=", True)])

    def _touch(self):
        """Have entries of the same page wait for each other.

        The row is updated: who waited meanwhile is run again by the server.
        """
        self.ensure_one()
        self.env.execute_query(
            SQL("UPDATE foodshare_fridge SET id = id WHERE id = %s", self.id)
        )

    def _next_labels(self, count):
        """Return the next labels of this fridge; who asks at the same time waits.

        :param count: how many
        :return: a range
        """
        self.ensure_one()
        self.flush_recordset(["label_last"])
        [[last]] = self.env.execute_query(
            SQL(
                """
                UPDATE foodshare_fridge SET label_last = label_last + %s
                 WHERE id = %s RETURNING label_last
                """,
                count,
                self.id,
            )
        )
        self.invalidate_recordset(["label_last"], flush=False)
        return range(last - count + 1, last + 1)

    @api.model
    def _quarantine_warm(self):
        """Put apart what lies in fridges that are too warm, and tell it: two statements."""
        now = fields.Datetime.now()
        deposits = self.env["foodshare.deposit"]
        deposits.flush_model()
        self.env["foodshare.equipment"].flush_model()
        rows = self.env.execute_query(SQL(QUARANTINE, now))
        apart = deposits.browse(id_ for (id_,) in rows)
        apart.invalidate_recordset(["state"], flush=False)
        apart.modified(["state"])
        self.env["foodshare.fridge.alert"]._add_alarms(now)

    @api.model
    def _cron_watch(self):
        """Quarantine warm fridges, take out what is past its date, tell the volunteers."""
        self._quarantine_warm()
        self.env["foodshare.deposit"]._expire()
        self.env["foodshare.fridge.alert"]._add_cleaning(
            self.search([("active", "=", True)]).filtered("is_cleaning_overdue")
        )
        self.env["foodshare.fridge.alert"]._send()
