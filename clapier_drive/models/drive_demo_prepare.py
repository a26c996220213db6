import random
import uuid

from odoo import api, models

VOLUNTEERS = ("Lou", "Sacha", "Maryam")


class DriveDemo(models.AbstractModel):
    """Packs the crates of the demo: all of last week's, a few of this week's."""

    _inherit = "drive.demo"

    @api.model
    def _load_cycles(self, offers, minimums, shortages):
        """Override to prepare the cycles that are closed."""
        result = super()._load_cycles(offers, minimums, shortages)
        demo = self._company_self()
        cycles = demo.env["drive.cycle"].search(
            [
                ("company_id", "=", self._ref("company_intervals").id),
                ("state", "in", ("closed", "allocated")),
            ]
        )
        draw = random.Random(11)
        for cycle in cycles:
            packable = cycle._packable_offers()
            contents = cycle.crate_ids.line_ids.filtered_domain(
                [("offer_id", "in", packable.ids)]
            )
            if cycle.state == "allocated":
                demo._pack(cycle, contents, draw)
                cycle.action_end_preparation()
            else:
                demo._pack(cycle, contents[:7], draw)
        return result

    def _pack(self, cycle, contents, draw):
        """Pack contents of a cycle, each volunteer a part of them."""
        at = f"{cycle.preparation_at.isoformat()}Z"
        for number, name in enumerate(VOLUNTEERS):
            phone = str(uuid.UUID(int=draw.getrandbits(128)))
            cycle._see_packer(phone, name)
            cycle._take(
                phone,
                [
                    {
                        "key": str(uuid.UUID(int=draw.getrandbits(128))),
                        "kind": "pack",
                        "at": at,
                        "content": content.id,
                        "weight": round(
                            content.offer_id.weight_expected
                            * content.quantity
                            * draw.uniform(0.9, 1.12)
                            * 1000
                        ),
                    }
                    for content in contents[number :: len(VOLUNTEERS)]
                ],
            )
