"""A drill: a backup is restored beside, compared with what was put in, and dropped again."""

import hashlib
import json
import subprocess
import time

from . import figures, places, restore
from .console import Failure

MARK = "CLAPIER "
# l10n_fr_pos_cert checks its own chain of receipts. Nothing is committed.
RECEIPTS = (
    """
import json
for company in env["res.company"].search([], order="id"):
    company = company.with_company(company)
    if not hasattr(company, "_check_pos_hash_integrity"):
        break
    sealed = env["pos.order"].search_count([
        ("state", "in", ["paid", "done"]), ("company_id", "=", company.id),
        ("l10n_fr_secure_sequence_number", "!=", 0)])
    if company._is_accounting_unalterable() and sealed:
        found = company._check_pos_hash_integrity()
        print("""
    + repr(MARK)
    + """ + json.dumps([company.name, sealed, found["corrupted_orders"],
            found["result"]["last_order_hash"]]))
    else:
        print("""
    + repr(MARK)
    + """ + json.dumps([company.name, sealed, "None", ""]))
"""
)


class Report:
    """Prints one line per check and remembers whether all are well."""

    def __init__(self):
        self.failed = 0

    def line(self, subject, well, text):
        """Print one line."""
        self.failed += not well
        print(f"      {'OK' if well else 'FAULT':<6} {subject}: {text}", flush=True)


def run(site, databases, file, key, steps):
    """Try a backup; six steps. Return the exit code.

    :param key: file of the private key
    """
    start = time.monotonic()
    name = f"{site.database}_drill"
    databases.drop(name)
    report = Report()

    def inspect(partial, manifest):
        steps.step("Compare with the figures of then")
        with figures.Session(partial, databases.environ) as session:
            found = figures.measure(session)
            rows = session.query(
                "SELECT store_fname, checksum FROM ir_attachment "
                "WHERE store_fname IS NOT NULL"
            )
        for subject, well, text in figures.compare(manifest["figures"], found):
            report.line(subject, well, text)
        report.line(*attachments(rows, databases.filestore / partial, manifest))

    copy = restore.Copy(key, name)
    try:
        restore.restore(site, databases, file, copy, steps, inspect)
        steps.step("Chain of the receipts, checked by Odoo")
        for line in receipts(databases, name):
            report.line(*line)
    finally:
        databases.drop(name)
    steps.step(f"{file.name}: the copy is dropped again")
    print(
        f"\n{'The backup would do' if not report.failed else 'Look into this before you rely on it'}: "
        f"{report.failed} faults, {time.monotonic() - start:.0f} s."
    )
    return 1 if report.failed else 0


def attachments(rows, filestore, manifest):
    """Compare each attachment with its checksum in the database.

    :param rows: stored name and SHA-1, as Odoo keeps them
    :return: subject, whether it is well, text
    """
    marks, wrong = {}, []
    known = set(manifest["missing"])
    for name, checksum in rows:
        if name in known:
            continue
        if name not in marks:
            try:
                with open(filestore / name, "rb") as file:
                    marks[name] = hashlib.file_digest(file, "sha1").hexdigest()
            except FileNotFoundError:
                marks[name] = None
        if marks[name] is None or checksum and marks[name] != checksum:
            wrong.append(name)
    text = f"{len(rows)} attachments in {len(marks)} files"
    if known:
        text += f"; {len(known)} were missing when the backup was made"
    if wrong:
        text = f"{len(wrong)} are not what the database says ({wrong[0]})"
    return "attachments", not wrong, text


def receipts(databases, name):
    """Yield, per company, whether its chain of receipts is whole."""
    result = subprocess.run(
        [*databases.environment.odoo, "shell", "-d", name, "--no-http"],
        input=RECEIPTS,
        env=databases.environ,
        cwd=places.ROOT,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        tail = "\n".join(result.stderr.strip().splitlines()[-4:])
        raise Failure(f"{tail}\nOdoo could not open the copy: see above.")
    lines = [
        json.loads(line.partition(MARK)[2])
        for line in result.stdout.splitlines()
        if MARK in line
    ]
    if not lines:
        yield "receipts", True, "no till with a chain (l10n_fr_pos_cert) is installed"
    for company, sealed, corrupted, last in lines:
        well = corrupted == "None"
        text = f"{sealed} sealed, the last one {last[:12]}" if sealed else "none sealed"
        yield f"receipts of {company}", well, text if well else f"altered: {corrupted}"
