"""What a person sees: steps, progress, failures."""

import subprocess
import sys
import threading
import time


class Failure(Exception):
    """Something that the person at the keyboard can mend: one sentence and a way out."""


class Steps:
    """Numbered steps, each with a line that shows that it is alive.

    :param total: how many steps will be announced
    """

    def __init__(self, total):
        self.total = total
        self.done = 0

    def step(self, text):
        """Announce the next step."""
        self.done += 1
        print(f"[{self.done}/{self.total}] {text}", flush=True)


def run(command, *, log, failure, measure=None, **options):
    """Run ``command`` quietly and show progress.

    :param command: list of words
    :param log: path that receives (is appended) what the command prints
    :param failure: sentence shown when it fails, or a function of the printed text returning one
    :param measure: function returning a short progress text, called every second
    :param options: for subprocess.Popen
    :raises Failure: with the last lines of the log, when the exit code is not 0
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    offset = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
        finished = threading.Event()
        ticker = threading.Thread(
            target=_tick, args=(finished, start, measure), daemon=True
        )
        ticker.start()
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            finished.set()
            ticker.join()
    if code:
        with log.open("rb") as output:
            output.seek(offset)
            text = output.read().decode(errors="replace")
        tail = "\n".join(f"    {line}" for line in text.strip().splitlines()[-6:])
        sentence = failure(text) if callable(failure) else failure
        raise Failure(f"{tail}\n{sentence}\nAll that was printed: {log}")


def _tick(finished, start, measure):
    """Rewrite one line every second on a terminal; elsewhere stay silent until the end."""
    terminal = sys.stdout.isatty()
    while not finished.wait(1):
        if terminal:
            extra = measure() if measure else ""
            print(
                f"\r      {time.monotonic() - start:4.0f} s {extra:<50}",
                end="",
                flush=True,
            )
    if terminal:
        print("\r" + " " * 70 + "\r", end="", flush=True)
    elif time.monotonic() - start > 5:
        print(f"      {time.monotonic() - start:.0f} s", flush=True)
