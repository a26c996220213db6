import random

from odoo import api, models

WEEKS_BEFORE = -1


class DriveDemo(models.AbstractModel):
    """A demo cycle that is over: its money is written and its producers settled with."""

    _inherit = "drive.demo"

    @api.model
    def _load_settlement(self, mandates):
        """Play a cycle from its baskets to its settlements, some still to be checked.

        :param mandates: names of the producers sold on behalf of
        """
        self = self._company_self()
        company = self.env.company
        for name in mandates:
            self._ref(name).with_company(company).drive_settlement_mode = "mandate"
        schedule = self._ref("schedule_thursdays").with_env(self.env)
        source = schedule.cycle_ids.filtered(
            lambda cycle: cycle.state == "allocated"
        ).sorted("date_pickup")[:1]
        if not source:
            return
        cycle = self._make_cycle(schedule, WEEKS_BEFORE)
        cycle._clone_offers(source)
        draw = random.Random(7)
        self._fill(cycle, draw, 15)
        self._end(cycle)
        for reception in cycle.reception_ids:
            if draw.random() < 0.15:
                step = reception.offer_id.step
                reception.quantity_received = (
                    int(reception.quantity_ordered * 0.7 / step) * step
                )
        cycle.reception_ids.action_complete()
        cycle.action_share()
        cycle.action_validate()
        cycle.claim_ids.action_send()
        cycle.claim_ids.action_accept()
        cycle.action_settle()
        settlements = cycle.settlement_ids
        settlements[: len(settlements) * 2 // 3].action_validate()
