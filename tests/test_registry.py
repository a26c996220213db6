"""Checks that need the addons installed: templates of terms, rights, names of fields."""

import io
import re

import polib
import pytest

from .repository import ADDONS, ROOT, term_places

common = pytest.importorskip("odoo.tests")
translate = pytest.importorskip("odoo.tools.translate")

# Groups of people from outside: they read at most, and write through routes alone.
OUTSIDERS = ("base.group_portal", "base.group_public")


@pytest.mark.odoo
@common.tagged("post_install", "-at_install")
class TestRegistry(common.TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            cls.env[name]
            for name in cls.env.registry
            if cls.env[name]._original_module in ADDONS
        ]

    def _stored(self):
        """Return our models that have a table of their own and last."""
        return [x for x in self.models if not x._abstract and not x._transient]

    def test_template_holds_what_the_addon_says_today(self):
        for addon in ADDONS:
            with self.subTest(addon=addon), io.BytesIO() as buffer:
                translate.trans_export(False, [addon], buffer, "po", self.env)
                today = polib.pofile(buffer.getvalue().decode())
                committed = polib.pofile(str(ROOT / addon / f"i18n/{addon}.pot"))
                self.assertEqual(
                    {term_places(entry) for entry in committed},
                    {term_places(entry) for entry in today},
                    "run setup/i18n",
                )

    def test_fields_added_to_core_models_carry_the_name_of_their_addon(self):
        found = [
            str(field)
            for model in self.env.registry.models.values()
            for field in model._fields.values()
            if field._modules
            and field._modules[0] in ADDONS
            and model._original_module not in ADDONS
            # Its fields are named after what they set, such as pos_….
            and model._name != "res.config.settings"
            and not field.name.startswith(field._modules[0].removeprefix("clapier_"))
        ]
        self.assertFalse(found)

    def test_companies_are_kept_apart(self):
        rules = self.env["ir.rule"].sudo().search([("groups", "=", False)])
        guarded = {
            rule.model_id.model
            for rule in rules
            if re.search(r"\bcompany_ids?\b", rule.domain_force or "")
        }
        found = [
            model._name
            for model in self._stored()
            if "company_id" in model._fields and model._name not in guarded
        ]
        self.assertFalse(found, "no global rule on company_ids")

    def test_outsiders_write_nothing(self):
        groups = self.env["res.groups"].union(*map(self.env.ref, OUTSIDERS))
        names = [model._name for model in self.models]
        lines = self.env["ir.model.access"].search(
            [
                ("model_id.model", "in", names),
                ("group_id", "in", [False, *groups.ids]),
                "|",
                ("perm_write", "=", True),
                "|",
                ("perm_create", "=", True),
                ("perm_unlink", "=", True),
            ]
        )
        self.assertFalse(lines.mapped("name"))

    def test_every_screen_has_a_view_of_ours(self):
        names = [model._name for model in self.models if not model._abstract]
        views = self.env["ir.ui.view"].search([("model", "in", names)])
        having = {(view.model, view.type) for view in views}
        actions = self.env["ir.actions.act_window"].search([("res_model", "in", names)])
        missing = {
            f"{action.res_model} {kind}"
            for action in actions
            for kind in self._kinds_of_view(action)
            if (action.res_model, kind) not in having
        }
        self.assertFalse(missing)

    def _kinds_of_view(self, action):
        """Return the kinds of view that an action shows; a wizard needs no search."""
        kinds = set(action.view_mode.split(","))
        return kinds if self.env[action.res_model]._transient else kinds | {"search"}
