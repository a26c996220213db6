import re

from odoo import models

CHANNEL = re.compile(r"clapier_drive\.board_(\d{1,9})")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Override of bus to let those who may read a cycle follow its board."""
        wanted = {
            channel: int(found[1])
            for channel in channels
            if isinstance(channel, str) and (found := CHANNEL.fullmatch(channel))
        }
        channels = [channel for channel in channels if channel not in wanted]
        Cycle = self.env["drive.cycle"].with_context(
            allowed_company_ids=self.env.user.company_ids.ids
        )
        if wanted and self.env.user._is_internal() and Cycle.has_access("read"):
            channels.extend(Cycle.search([("id", "in", list(wanted.values()))]))
        return super()._build_bus_channel_list(channels)
