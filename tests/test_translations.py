"""French says everything that English says; test_registry compares English with the addons."""

import re
from collections import Counter

import polib
import pytest

from .repository import ADDONS, ROOT, term_places

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}|</?\w+")
REMEDY = "run setup/i18n"


def _catalogue(addon, name):
    return polib.pofile(str(ROOT / addon / "i18n" / name))


@pytest.mark.parametrize("addon", ADDONS)
def test_french_has_the_terms_of_the_template(addon):
    french = {term_places(entry) for entry in _catalogue(addon, "fr.po")}
    template = {term_places(entry) for entry in _catalogue(addon, f"{addon}.pot")}
    assert french == template, REMEDY


@pytest.mark.parametrize("addon", ADDONS)
def test_french_is_complete(addon):
    french = _catalogue(addon, "fr.po")
    assert not [entry.msgid for entry in french if not entry.translated()]
    assert not [entry.msgid for entry in french if entry.fuzzy or entry.obsolete]


@pytest.mark.parametrize("addon", ADDONS)
def test_french_keeps_placeholders_and_tags(addon):
    found = [
        f"{entry.msgid!r} -> {entry.msgstr!r}"
        for entry in _catalogue(addon, "fr.po")
        if entry.translated()
        and Counter(PLACEHOLDER.findall(entry.msgid))
        != Counter(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert not found
