from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Days of readings that tell whether the limits are kept
LOOK_BACK_DAYS = 30


class FoodshareTemperature(models.Model):
    """The log of temperatures: what was read, when, and whether it was within limits."""

    _name = "foodshare.temperature"
    _description = "Temperature"
    _inherit = ["supermarket.ledger"]
    _order = "moment desc, id desc"
    _rec_name = "moment"

    equipment_id = fields.Many2one(
        "foodshare.equipment", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    celsius = fields.Float("Temperature", required=True, help="Degrees Celsius.")
    moment = fields.Datetime(
        "Measured", required=True, default=lambda self: fields.Datetime.now()
    )
    source = fields.Selection(
        [("form", "Read by Somebody"), ("sensor", "Sensor")],
        required=True,
        readonly=True,
        default="form",
    )
    is_out = fields.Boolean("Out of Limits", readonly=True)
    corrects_id = fields.Many2one(
        "foodshare.temperature",
        index="btree_not_null",
        ondelete="restrict",
        help="The wrong reading that this one replaces.",
    )
    note = fields.Char()
    request_key = fields.Char(readonly=True)

    _moment_idx = models.Index("(equipment_id, moment DESC)")
    _request_once = models.UniqueIndex(
        "(equipment_id, request_key) WHERE request_key IS NOT NULL",
        "This reading has been recorded already.",
    )
    _possible = models.Constraint(
        "CHECK (celsius BETWEEN -60 AND 120)",
        "This temperature is impossible: read the thermometer again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: readings are judged by the policy of their day, and move the state.

        :raise UserError: a reading of the future, or one that corrects another equipment's
        """
        latest = fields.Datetime.now() + timedelta(minutes=5)
        for vals in vals_list:
            equipment = self.env["foodshare.equipment"].browse(vals["equipment_id"])
            moment = fields.Datetime.to_datetime(vals.get("moment")) or (
                fields.Datetime.now()
            )
            if moment > latest:
                raise UserError(
                    self.env._("A temperature of the future: check the time.")
                )
            company = equipment.sudo().company_id
            policy = company._foodshare_policy(company._coworking_local(moment).date())
            vals["is_out"] = equipment.sudo()._is_out(vals["celsius"], policy)
        readings = super().create(vals_list)
        if any(
            reading.corrects_id and reading.corrects_id.equipment_id != equipment
            for reading in readings
            for equipment in reading.equipment_id
        ):
            raise UserError(
                self.env._("A reading corrects one of the same equipment: choose it.")
            )
        since = fields.Datetime.now() - timedelta(days=LOOK_BACK_DAYS)
        for company, equipments in (
            readings.sudo().equipment_id.grouped("company_id").items()
        ):
            equipments._update_state(company._foodshare_policy().warm_minutes, since)
        self.env["foodshare.fridge"]._quarantine_warm()
        return readings

    @api.model
    def _record_sensor(self, equipment_sudo, celsius, moment, key):
        """Note what a sensor sends, once.

        :param celsius: number
        :param moment: naive UTC
        :param key: idempotency key of the sensor
        :return: foodshare.temperature record in sudo
        :raise UserError: an impossible value or time
        """
        temperatures_sudo = self.sudo()
        known_sudo = temperatures_sudo.search(
            [("equipment_id", "=", equipment_sudo.id), ("request_key", "=", key)]
        )
        if known_sudo:
            return known_sudo
        if not -60 <= celsius <= 120:
            raise UserError(
                self.env._("%s °C is impossible: check the sensor.", celsius)
            )
        policy = equipment_sudo.company_id._foodshare_policy()
        oldest = fields.Datetime.now() - timedelta(hours=policy.sensor_late_hours)
        if moment < oldest:
            raise UserError(
                self.env._("This reading is too old: check the sensor's clock.")
            )
        return temperatures_sudo.create(
            {
                "equipment_id": equipment_sudo.id,
                "celsius": celsius,
                "moment": moment,
                "source": "sensor",
                "request_key": key,
            }
        )
