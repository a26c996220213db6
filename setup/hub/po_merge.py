"""Merge each addon's template into its French catalogue; run in the virtual environment.

Usage: python po_merge.py FOLDER…
"""

import sys
from pathlib import Path

import polib

# They change with every export and would make each one a difference.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")


def main(folders):
    """Merge in every folder; return 1 while a string has no French, else 0."""
    missing = 0
    for folder in map(Path, folders):
        (template_path,) = folder.glob("*.pot")
        template = polib.pofile(str(template_path), wrapwidth=78)
        for key in VOLATILE:
            template.metadata.pop(key, None)
        template.save(newline="\n")
        french = merge(template, folder / "fr.po")
        untranslated = len(french.untranslated_entries())
        print(
            f"{template_path.stem}: {len(french)} terms, {untranslated} without French"
        )
        missing += untranslated
    return int(bool(missing))


def merge(template, path):
    """Write and return the catalogue ``path`` with the terms of ``template``, in its order.

    :param template: polib.POFile
    :param path: of a catalogue, which may not exist yet; terms that are gone are dropped
    """
    known = {}
    if path.exists():
        known = {
            entry.msgid: entry.msgstr
            for entry in polib.pofile(str(path))
            if not entry.fuzzy and not entry.obsolete
        }
    catalogue = polib.POFile(wrapwidth=78)
    catalogue.header = template.header
    catalogue.metadata = {
        **template.metadata,
        "Language": "fr",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    for term in template:
        catalogue.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=known.get(term.msgid, ""),
                comment=term.comment,
                tcomment=term.tcomment,
                flags=term.flags,
                occurrences=term.occurrences,
            )
        )
    catalogue.save(str(path), newline="\n")
    return catalogue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
