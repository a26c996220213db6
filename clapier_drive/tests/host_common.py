import base64
import uuid
from datetime import datetime

from odoo import fields

from .common import DriveCommon

PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPEG = f"data:image/jpeg;base64,{base64.b64encode(bytes([255, 216, 255])).decode()}"
ORDERS = datetime(2027, 3, 5, 8)


class HostCommon(DriveCommon):
    """A cycle of Thursday 11 March 2027 whose orders are closed, with two points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.farm = cls._create_producer("Farm")
        cls.farm.write({"email": "farm@example.org", "lang": "en_US"})
        cls.families = cls.env["res.partner"].create(
            [
                {
                    "name": f"Camille{n} Anne Faure",
                    "email": f"family{n}@example.org",
                    "phone": "+33 6 12 34 56 78",
                    "street": "3 rue des Clapiers",
                    "lang": "en_US",
                }
                for n in range(3)
            ]
        )
        cls.organisation.partner_id.lang = "en_US"

    def _evening(self, quantities=(2, 3), points=None):
        """Close a cycle of leeks at 3.00 and set the first point and its baskets."""
        self.cycle = self._create_cycle(points or self._create_points(2))
        self.offer = self._create_offer(
            self.cycle, self._create_product("Leeks"), self.farm
        )
        self.baskets = self.env["sale.order"]
        for family, quantity in zip(self.families, quantities, strict=False):
            self.baskets |= self._create_basket(
                self.cycle, [(self.offer, quantity)], family
            )
        self.cycle.action_close()
        self.point, self.other = self.cycle.point_ids
        self.host = self._host_of(self.point)
        return self.baskets

    def _host_of(self, point):
        return point._for_token(point.sudo().token)

    def _share_all(self):
        self.cycle.action_share()
        self.cycle.action_validate()

    def _event(self, kind, basket=None, **vals):
        return {
            "key": str(uuid.uuid4()),
            "kind": kind,
            "at": f"{fields.Datetime.now().isoformat()}Z",
            **({"order_id": basket.id} if basket else {}),
            **vals,
        }

    def _take(self, kind, basket=None, **vals):
        """Send one thing from the host's phone, and return the answer."""
        [answer] = self.host._host_take([self._event(kind, basket, **vals)])
        return answer
