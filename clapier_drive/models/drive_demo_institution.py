from datetime import timedelta

from odoo import api, fields, models

WEEKS_BACK = 3


class DriveDemo(models.AbstractModel):
    """Gives the institutions of the demo a delivery of before, and an order now."""

    _inherit = "drive.demo"

    @api.model
    def _load_places(self, places):
        """Write values on records of the demo: {external id: values}."""
        for name, vals in places.items():
            self._ref(name).write(vals)

    @api.model
    def _load_institution_orders(self, quantities):
        """Order for institutions in a cycle that is over, and in the one that is open.

        :param quantities: {institution: {product: units}}, by external id
        """
        self = self._company_self()
        schedule = self._ref("schedule_institutions").with_env(self.env)
        source = schedule.cycle_ids.sorted("date_pickup")[:1]
        if not source:
            return
        past = self._make_cycle(schedule, -WEEKS_BACK)
        past._clone_offers(source)
        now = fields.Datetime.now()
        dates = {
            name: past[name] for name in ("open_at", "cutoff_at", "preparation_at")
        }
        past.write(
            {
                "cutoff_at": now + timedelta(days=1),
                "preparation_at": now + timedelta(days=1),
            }
        )
        self._order_for_institutions(past, quantities)
        past.write(dates)
        self._end(past)
        past.action_share()
        past.action_validate()
        before = schedule._prepare_cycle(-1, schedule.date_start - timedelta(weeks=1))
        if before["open_at"] <= now < before["cutoff_at"]:
            # The cycle that takes orders today comes before the first of the schedule.
            cycle = self.env["drive.cycle"].create(before)
            cycle._clone_offers(source)
            source = cycle
        if source.is_open:
            first = dict(list(quantities.items())[:1])
            self._order_for_institutions(source, first)

    def _order_for_institutions(self, cycle, quantities):
        products = {
            name: self._ref(name) for rows in quantities.values() for name in rows
        }
        offers = {offer.product_id: offer for offer in cycle.offer_ids}
        for institution, rows in quantities.items():
            self.env["sale.order"]._institution_save(
                self._ref(institution).with_env(self.env),
                cycle,
                {
                    offers[products[name]].id: str(units)
                    for name, units in rows.items()
                    if products[name] in offers
                },
            )
