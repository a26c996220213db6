from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestShiftTimeline(SupermarketCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_user(
            "office", "clapier_supermarket.group_supermarket_user"
        )
        cls.portal = cls._create_user("portal", "base.group_portal")
        cls.worker = cls._create_member().supermarket_shift_member_ids

    def _timeline(self, user):
        return (
            self.env["supermarket.shift.timeline"]
            .with_user(user)
            .search([("member_id", "=", self.worker.id)])
        )

    def test_points_reversals_and_teams_stand_in_it(self):
        self.worker._join_team("flying")
        Point = self.env["supermarket.shift.point"]
        [row_id] = Point._post(
            [
                {
                    "member_id": self.worker.id,
                    "date": self.company._supermarket_today(),
                    "kind": "correction",
                    "points": -2,
                    "note": "Broken jar",
                }
            ]
        )
        Point._post([], Point.browse(row_id), "Not their jar")
        rows = self._timeline(self.office)
        self.assertEqual(sorted(rows.mapped("kind")), ["points", "reversal", "team"])
        self.assertEqual(sum(rows.mapped("points")), self.worker.balance)
        self.assertIn("Not their jar", rows.mapped("note"))

    def test_it_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "clapier_supermarket")]
        )._update_translations(["fr_FR"])
        Timeline = self.env["supermarket.shift.timeline"].with_context(lang="fr_FR")
        fields_sudo = Timeline.sudo().fields_get(["rule", "state"])
        for name, words in (
            ("rule", {"own_attended": "Créneau fixe fait", "flying": "Volant"}),
            ("state", {"booked": "Inscrit·e", "requested": "Demandé"}),
        ):
            shown = dict(fields_sudo[name]["selection"])
            self.assertEqual({key: shown[key] for key in words}, words)

    def test_leaves_and_extensions_say_until_when(self):
        today = self.company._supermarket_today()
        stop = fields.Date.add(today, days=20)
        self.env["supermarket.shift.extension"].create(
            {
                "member_id": self.worker.id,
                "date_start": today,
                "date_stop": stop,
                "reason": "Promised",
            }
        )
        [row] = self._timeline(self.office)
        self.assertEqual(
            (row.kind, row.date, row.date_stop, row.note),
            ("extension", today, stop, "Promised"),
        )

    def test_the_portal_does_not_read_it(self):
        with self.assertRaises(AccessError):
            self._timeline(self.portal)
