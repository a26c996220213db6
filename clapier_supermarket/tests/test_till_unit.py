from odoo.tests import tagged

from odoo.addons.web.tests import test_js

from .backend_common import BackendHttpCase


@tagged("post_install", "-at_install")
class TestTillUnit(BackendHttpCase):
    def test_unit_tests_of_the_till_pass_in_the_browser(self):
        ours = test_js.HOOTCommon._generate_hash(self, "@clapier_supermarket")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={ours}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
