from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import DriveCommon


@tagged("post_install", "-at_install")
class TestOrganisation(DriveCommon):
    def _visible_menus(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        return menus.browse(menus._visible_menu_ids())

    def test_user_finds_the_organisation_behind_the_menu(self):
        menu = self.env.ref("clapier_drive.drive_organisation_menu")
        self.assertIn(menu, self._visible_menus(self.user))
        domain = safe_eval(
            menu.action.domain, {"allowed_company_ids": self.organisation.ids}
        )
        partners = self.env["res.partner"].with_user(self.user).search(domain)
        self.assertEqual(partners, self.organisation.partner_id)

    def test_other_employee_does_not_see_the_menu(self):
        menu = self.env.ref("clapier_drive.drive_menu_root")
        self.assertNotIn(menu, self._visible_menus(self.outsider))

    def test_administrator_is_manager(self):
        self.assertTrue(
            self.env.ref("base.user_admin").has_group(
                "clapier_drive.group_drive_manager"
            )
        )
