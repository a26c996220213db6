import secrets

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What is out of the limits counts from the first reading after the last good one; a
# reading that another row corrects does not count.
UPDATE_STATE = """
    WITH reading AS (
        SELECT temperature.* FROM foodshare_temperature temperature
         WHERE temperature.equipment_id = ANY(%(ids)s)
           AND temperature.moment >= %(since)s
           AND NOT EXISTS (SELECT FROM foodshare_temperature corrected
                            WHERE corrected.corrects_id = temperature.id)
    ), latest AS (
        SELECT DISTINCT ON (equipment_id) equipment_id, celsius, moment
          FROM reading ORDER BY equipment_id, moment DESC, id DESC
    ), good AS (
        SELECT equipment_id, max(moment) AS moment
          FROM reading WHERE NOT is_out GROUP BY equipment_id
    ), breach AS (
        SELECT reading.equipment_id, min(reading.moment) AS moment
          FROM reading LEFT JOIN good USING (equipment_id)
         WHERE reading.is_out AND (good.moment IS NULL OR reading.moment > good.moment)
         GROUP BY reading.equipment_id
    )
    UPDATE foodshare_equipment equipment
       SET celsius = latest.celsius,
           measured_at = latest.moment,
           out_since = breach.moment,
           alarm_at = breach.moment + make_interval(mins => %(minutes)s)
      FROM latest LEFT JOIN breach USING (equipment_id)
     WHERE equipment.id = latest.equipment_id
"""


class FoodshareEquipment(models.Model):
    """What keeps food cold or hot, and whether it does."""

    _name = "foodshare.equipment"
    _description = "Cold or Hot Equipment"
    _order = "kind, name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("fridge", "Solidarity Fridge"),
            ("cold_room", "Cold Room"),
            ("prepared", "Prepared Ahead"),
            ("freezer", "Freezer"),
            ("hot", "Hot Holding"),
        ],
        required=True,
        default="cold_room",
        index=True,
    )
    place = fields.Char(help="Where it stands.")
    limit_celsius = fields.Float(
        "Limit",
        compute="_compute_limit_celsius",
        help="By today's policy, in degrees Celsius: at most, at least for hot holding.",
    )
    celsius = fields.Float("Last Temperature", readonly=True, copy=False)
    measured_at = fields.Datetime("Measured", readonly=True, copy=False)
    out_since = fields.Datetime("Out of Limits Since", readonly=True, copy=False)
    alarm_at = fields.Datetime(
        "Alarm From",
        readonly=True,
        copy=False,
        help="From then on the food is no longer safe, unless the limits are kept again.",
    )
    is_alarm = fields.Boolean(
        "Out of Limits", compute="_compute_is_alarm", search="_search_is_alarm"
    )
    volunteer_ids = fields.Many2many(
        "res.partner",
        "foodshare_equipment_volunteer_rel",
        string="Volunteers Alerted",
        help="They receive the alerts by e-mail.",
    )
    temperature_ids = fields.One2many("foodshare.temperature", "equipment_id")
    sensor_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_foodshare.group_foodshare_manager",
    )
    sensor_url = fields.Char(
        "Address for the Sensor",
        compute="_compute_sensor_url",
        groups="clapier_foodshare.group_foodshare_manager",
        help="The sensor sends here its readings; keep it secret.",
    )

    _sensor_token_unique = models.UniqueIndex("(sensor_token)")
    _alarm_idx = models.Index("(alarm_at) WHERE alarm_at IS NOT NULL")

    @api.depends("kind", "company_id")
    def _compute_limit_celsius(self):
        for equipment in self:
            equipment.limit_celsius = equipment._limit(
                equipment.company_id._foodshare_policy()
            )

    @api.depends("alarm_at")
    def _compute_is_alarm(self):
        now = fields.Datetime.now()
        for equipment in self:
            equipment.is_alarm = bool(equipment.alarm_at and equipment.alarm_at <= now)

    def _search_is_alarm(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("alarm_at", "<=", fields.Datetime.now())

    @api.depends("sensor_token")
    def _compute_sensor_url(self):
        for equipment in self:
            equipment.sensor_url = (
                f"{equipment.get_base_url()}/foodshare/sensor/{equipment.sensor_token}"
            )

    def _limit(self, policy):
        """Return the limit of this equipment under a policy, in degrees Celsius."""
        if self.kind == "hot":
            return policy.hot_min
        return policy[f"{self.kind or 'cold_room'}_max"]

    def _is_out(self, celsius, policy):
        """Tell whether a temperature is out of the limits of this equipment."""
        limit = self._limit(policy)
        return celsius < limit if self.kind == "hot" else celsius > limit

    def _update_state(self, minutes, since):
        """Tell from the readings whether these keep their limits: one statement.

        :param minutes: out of limits for so long, the food is no longer safe
        :param since: naive UTC; older readings say nothing of today
        """
        self.env["foodshare.temperature"].flush_model()
        self.flush_model()
        self.env.execute_query(
            SQL(UPDATE_STATE, ids=self.ids, minutes=minutes, since=since)
        )
        changed = ["celsius", "measured_at", "out_since", "alarm_at"]
        self.invalidate_recordset(changed, flush=False)
        self.modified(changed)

    def action_renew_token(self):
        """Give the sensor another address: the former one is refused from now on."""
        self.check_access("write")
        for equipment in self:
            equipment.sensor_token = secrets.token_urlsafe(32)

    def action_temperatures(self):
        """Open the readings of this equipment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_foodshare.foodshare_temperature_action"
        )
        action["domain"] = [("equipment_id", "=", self.id)]
        action["context"] = {"default_equipment_id": self.id}
        return action
