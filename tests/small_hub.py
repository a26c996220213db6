"""A hub of a few rows on the real PostgreSQL, and a program that stands in for Odoo."""

import datetime
import hashlib
import os
import subprocess
import sys
import time
from types import SimpleNamespace

from hub import age, backup, console, operations, rotation

SCHEMA = """
CREATE TABLE ir_attachment (id serial PRIMARY KEY, store_fname varchar, checksum varchar);
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar UNIQUE, value text);
INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'the-first');
CREATE TABLE ir_cron (
    id serial PRIMARY KEY, cron_name varchar, active boolean DEFAULT true,
    interval_number int DEFAULT 1, interval_type varchar DEFAULT 'hours',
    failure_count int DEFAULT 0, nextcall timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
INSERT INTO ir_cron (cron_name) VALUES ('Send e-mails');
CREATE TABLE ir_module_module (
    id serial PRIMARY KEY, name varchar, state varchar, latest_version varchar);
CREATE TABLE ir_mail_server (
    id serial PRIMARY KEY, active boolean DEFAULT true, smtp_host varchar,
    owner_user_id int);
INSERT INTO ir_mail_server (smtp_host) VALUES ('localhost');
CREATE TABLE mail_mail (
    id serial PRIMARY KEY, state varchar,
    create_date timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
CREATE TABLE coworking_notice (
    id serial PRIMARY KEY, state varchar,
    create_date timestamp DEFAULT (now() AT TIME ZONE 'UTC'));
CREATE TABLE account_move_line (id serial PRIMARY KEY, debit numeric, credit numeric);
INSERT INTO account_move_line (debit, credit) VALUES (12.50, 0), (0, 12.50);
CREATE TABLE demo_ledger (
    id serial PRIMARY KEY, partner_id int, points float8, note text, photo bytea);
INSERT INTO demo_ledger (partner_id, points, note, photo)
     VALUES (7, 1.5, E'two\\nlines\\tand a tab', '\\x00ff'), (8, -0.1, NULL, NULL);
CREATE FUNCTION demo_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a ledger is not rewritten'; END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON demo_ledger
   FOR EACH ROW EXECUTE FUNCTION demo_ledger_guard();
"""
# Neutralizes as Odoo does, and finds the chain of receipts as the environment says.
ODOO = """
import os, subprocess, sys
words = sys.argv[1:]
database = words[words.index("-d") + 1]
with open(os.environ["STUB_CALLS"], "a") as calls:
    calls.write(" ".join(words) + chr(10))
if words[0] == "neutralize":
    subprocess.run(["psql", "-Xqc", "UPDATE ir_cron SET active = false", database], check=True)
elif words[0] == "shell":
    print('CLAPIER ["The hub", 3, "%s", "abcdef"]' % os.environ.get("STUB_CORRUPTED", "None"))
if "-u" in words:
    sql = "INSERT INTO account_move_line (debit) VALUES (7);"
    manifest = os.path.join(words[words.index("-u") + 1], "__manifest__.py")
    if os.environ.get("STUB_UPDATE") != "stays":
        version = eval(open(manifest).read())["version"]
        sql += "UPDATE ir_module_module SET latest_version = '%s'" % version
    subprocess.run(["psql", "-Xqc", sql, database], check=True)
    sys.exit(os.environ.get("STUB_UPDATE") == "fails")
"""


class SmallHub:
    """A database, its files, a folder for its backups, a key."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.data = folder / "data"
        self.calls = folder / "calls"
        self.calls.touch()
        configuration = folder / "odoo.conf"
        configuration.write_text(
            f"[options]\ndata_dir = {self.data}\ndb_name = {self.name}\n"
        )
        environ = {**os.environ, "STUB_CALLS": str(self.calls)}
        self.site = operations.Site(self.name, configuration, self.data, environ)
        release = folder / "library/odoo/release.py"
        release.parent.mkdir(parents=True)
        release.write_text("one build")
        program = folder / "odoo.py"
        program.write_text(ODOO)
        self.environment = SimpleNamespace(
            odoo=[sys.executable, str(program)],
            environ=environ,
            odoo_library=folder / "library",
        )
        self.databases = self.site.databases(self.environment)

    def fill(self):
        """Make the database, or empty it, and the files."""
        if self.name not in self.databases.names():
            self.databases.query(f'CREATE DATABASE "{self.name}" TEMPLATE template0')
        self.sql("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
        self.sql(SCHEMA)
        for content in (b"a picture", b"another picture"):
            self.store(content)

    def sql(self, statement, database=None):
        """Run SQL in the hub's database; return its rows."""
        return self.databases.query(statement, database or self.name)

    def store(self, content):
        """Keep an attachment as Odoo does; return its file."""
        checksum = hashlib.sha1(content).hexdigest()
        path = self.site.filestore / checksum[:2] / checksum
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.sql(
            "INSERT INTO ir_attachment (store_fname, checksum) "
            f"VALUES ('{checksum[:2]}/{checksum}', '{checksum}')"
        )
        return path

    def install(self, module, version):
        """Note a module as Odoo does."""
        self.sql(
            "INSERT INTO ir_module_module (name, state, latest_version) "
            f"VALUES ('{module}', 'installed', '{version}')"
        )

    def play(self, **variables):
        """Tell the stand-in for Odoo what to play."""
        self.environment.environ.update(variables)
        self.databases.environ.update(variables)

    def alone(self):
        """Wait until no one else is connected."""
        while self.sql(
            f"SELECT 1 FROM pg_stat_activity WHERE datname = '{self.name}'", "postgres"
        ):
            time.sleep(0.05)

    def key(self):
        """Make a pair of keys; return the file of the private one, and the public one."""
        path = self.folder / "hub.key"
        subprocess.run(
            [age.program("age-keygen"), "-o", str(path)],
            check=True,
            capture_output=True,
        )
        return path, path.read_text().split("public key: ")[1].split()[0]

    def arguments(self, *more):
        """Return the words that name this hub to a command."""
        return [
            *("--odoo-conf", str(self.site.configuration)),
            *("--folder", str(self.folder / "backups")),
            *more,
        ]

    def backup(self, *words):
        """Make a backup; return its file."""
        assert backup.main(self.arguments(*words)) == 0
        return rotation.backups(self.folder / "backups")[0].path

    def beside(self):
        """Return the names of the databases that were made of this one."""
        return {
            name for name in self.databases.names() if name.startswith(self.name)
        } - {self.name}

    def stores(self):
        """Return the names of the file stores."""
        folder = self.data / "filestore"
        return {path.name for path in folder.iterdir() if path.is_dir()}

    def drop_beside(self):
        """Drop the databases that were made of this one."""
        for name in self.beside():
            self.databases.drop(name)


def at(text):
    """Return a time of UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def silent():
    """Return steps that may be of any number."""
    return console.Steps(0)
