"""What a database holds, in figures that a restored copy must give again."""

import subprocess
import tempfile

from .console import Failure

# One form of every value, whatever the server's settings.
FORM = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; "
    "SET bytea_output = 'hex'; SET extra_float_digits = 1"
)
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' "
    "AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
# The journal, and each ledger that a trigger keeps from being rewritten.
SUMMED = """
    SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND attnum > 0 AND NOT attisdropped
       AND (relname = 'account_move_line' AND attname IN ('debit', 'credit')
            OR atttypid IN ('numeric'::regtype, 'float8'::regtype, 'int4'::regtype)
               AND attname <> 'id' AND attname !~ '_(id|uid)$'
               AND attrelid IN (SELECT tgrelid FROM pg_trigger
                                  JOIN pg_proc ON pg_proc.oid = tgfoid
                                 WHERE proname ~ '_ledger_guard$'))
     ORDER BY relname, attname
"""
# Rows in any order give the same sum; md5 is the same in every version of PostgreSQL.
CONTENT = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint"
    '::numeric), 0) FROM public."{}" t'
)


class Session:
    """One psql that stays connected, so that several statements may share a snapshot.

    :param database: name
    :param environ: with libpq's variables
    """

    END = "--end--"

    def __init__(self, database, environ):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["psql", "-XAqt", "-F", "\t", "-v", "ON_ERROR_STOP=1", database],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def __enter__(self):
        self.query(FORM)
        return self

    def __exit__(self, *_error):
        # Its transaction, if one is open, has nothing to keep.
        self.process.kill()
        self.process.communicate()
        self.errors.close()

    def query(self, statement):
        """Run a statement; return its rows as lists of strings (no tabs, no line ends in them).

        :raises Failure: with what PostgreSQL says
        """
        try:
            self.process.stdin.write(f"{statement};\n\\echo {self.END}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None
        rows = []
        for line in self.process.stdout:
            if line == f"{self.END}\n":
                return rows
            rows.append(line.rstrip("\n").split("\t"))
        raise self._failure()

    def _failure(self):
        self.process.wait()
        self.errors.seek(0)
        return Failure(
            f"    {self.errors.read().strip()}\nPostgreSQL refused: see above."
        )

    def snapshot(self):
        """Freeze what this session sees, and return the name under which others see the same."""
        self.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return self.query("SELECT pg_export_snapshot()")[0][0]


def measure(session, progress=lambda text: None):
    """Return the figures of the database that ``session`` sees.

    :param progress: is told, table by table, how far it is
    :return: ``tables`` (name: [rows, mark of their contents]), ``sums`` (table.column: sum)
    """
    names = [name for (name,) in session.query(TABLES)]
    tables = {}
    for position, name in enumerate(names, 1):
        progress(f"{position} of {len(names)} tables")
        ((rows, mark),) = session.query(CONTENT.format(name))
        tables[name] = [int(rows), mark]
    sums = {}
    for table, column in session.query(SUMMED):
        ((total,),) = session.query(
            f'SELECT coalesce(sum("{column}"::numeric), 0) FROM public."{table}"'
        )
        sums[f"{table}.{column}"] = total
    return {"tables": tables, "sums": sums}


def compare(expected, found):
    """Yield ``(subject, whether it is well, what was found)`` of two measures."""
    before, after = expected["tables"], found["tables"]
    lost = sorted(before.keys() ^ after.keys())
    counts = [
        f"{name} {before[name][0]} → {after[name][0]}"
        for name in sorted(before.keys() & after.keys())
        if before[name][0] != after[name][0]
    ]
    total = sum(rows for rows, _mark in after.values())
    wrong = [f"{name} is not in both" for name in lost] + counts
    yield (
        "rows per table",
        not wrong,
        _list(wrong) or f"{len(after)} tables, {total} rows",
    )
    changed = [
        name
        for name in sorted(before.keys() & after.keys())
        if before[name][1] != after[name][1]
    ]
    yield "contents per table", not changed, _list(changed) or "each row is the same"
    for name in sorted(expected["sums"].keys() | found["sums"].keys()):
        one, other = expected["sums"].get(name), found["sums"].get(name)
        yield (
            f"sum of {name}",
            one == other,
            other if one == other else f"{one} → {other}",
        )


def _list(names, limit=5):
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")
