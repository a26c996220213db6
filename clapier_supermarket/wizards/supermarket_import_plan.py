"""What an import means to do with one record of a file; plain Python."""

from collections import defaultdict


class PlannedLine:
    """One record of the file, on its way into the database.

    :ivar number: its line in the file, as a text editor counts
    :ivar cells: {column: text or date}, empty cells left out
    :ivar data: {column: parsed value}
    :ivar errors: sentences; any makes the line bad
    :ivar record: the record it is about, empty if it will be created
    :ivar vals: values to write; a value may be another PlannedLine, not created yet
    :ivar extra: what is done beside writing the record, by name
    """

    __slots__ = (
        "cells",
        "changes",
        "data",
        "errors",
        "extra",
        "label",
        "number",
        "record",
        "vals",
    )

    def __init__(self, number, cells):
        self.number = number
        self.cells = cells
        self.data = {}
        self.errors = []
        self.label = ""
        self.record = None
        self.vals = {}
        self.extra = {}
        self.changes = ""

    @property
    def status(self):
        """bad, create, update or unchanged."""
        if self.errors:
            return "bad"
        if not self.record:
            return "create"
        return "update" if self.vals or self.extra else "unchanged"

    def parse(self, column, parser, message):
        """Read one cell; what ``parser`` refuses (ValueError) makes ``message`` an error."""
        if column not in self.cells:
            return
        try:
            self.data[column] = parser(self.cells[column])
        except (ValueError, OverflowError):
            self.errors.append(message)

    def ready_vals(self):
        """Return ``vals`` with ids in place of the lines referred to, or None if too early."""
        vals = {}
        for name, value in self.vals.items():
            if isinstance(value, PlannedLine):
                if not value.record:
                    return None
                value = value.record.id
            vals[name] = value
        return vals


def find_repeats(lines, key):
    """Yield (line, earlier line) for each line whose ``key(line)`` was seen before.

    A false key is no key.
    """
    first = {}
    for line in lines:
        value = key(line)
        if not value:
            continue
        if value in first:
            yield line, first[value]
        else:
            first[value] = line


def group_by_vals(lines):
    """Return [(vals, [line, …]), …]: lines that write the same values, written at once."""
    groups = defaultdict(list)
    for line in lines:
        vals = line.ready_vals()
        if vals:
            groups[repr(sorted(vals.items(), key=lambda item: item[0]))].append(line)
    return [(group[0].ready_vals(), group) for group in groups.values()]
