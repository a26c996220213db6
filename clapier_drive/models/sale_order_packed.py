from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _drive_crates_shown(self):
        """Return the crates of these baskets for who hands them over.

        :return: {order: [(key, name)]}; as many as were counted at the checkout where no
            crate is planned
        """
        return {
            order: [
                (
                    str(crate.number),
                    self.env._("%s cold", crate.number)
                    if crate.is_cold
                    else str(crate.number),
                )
                for crate in order.drive_crate_ids.sorted("number")
            ]
            or [
                (str(number), str(number))
                for number in range(1, (order.drive_held_crates or 1) + 1)
            ]
            for order in self
        }
