"""How a figure is taken."""

import dataclasses
import statistics
import time
from collections.abc import Callable

RUNS = 3


@dataclasses.dataclass(frozen=True)
class Figure:
    """One thing that is measured.

    ``run(env, size)`` builds the data it needs, measures, and returns a dict with ``seconds``
    and ``statements`` and, where there is something to compare with, ``baseline`` (its name)
    and ``baseline_seconds``; further keys are reported as they are.
    """

    name: str
    run: Callable
    sizes: tuple
    quick: tuple


def measure(env, work, runs=RUNS):
    """Time ``work`` and count its SQL statements, each run on a cold ORM cache.

    :param env: Odoo environment
    :param work: function without arguments
    :return: (median seconds, statements of the last run)
    """
    seconds = []
    for _run in range(runs):
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        start = time.perf_counter()
        work()
        env.flush_all()
        seconds.append(time.perf_counter() - start)
        statements = env.cr.sql_log_count - before
    return statistics.median(seconds), statements
