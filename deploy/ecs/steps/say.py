"""Output for people: steps, the commands that they run, tables, and errors."""

from __future__ import annotations

import json
import shlex
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """Ends the program with an error that says what to do. Status 1, or 2 for wrong usage or configuration."""

    def __init__(self, why: str, status: int = 1):
        super().__init__(why)
        self.status = status


def line(text: str = "") -> None:
    """Prints progress on standard error, so that standard output has only the result."""
    print(text, file=sys.stderr, flush=True)


def command(words: list[str]) -> None:
    """Prints a command as a user would type it. Long words are cut, and unchanged parameters are only counted."""
    kept = [word for word in words if word.endswith(",UsePreviousValue=true")]
    shown = [word if len(word) < 200 else word[:60] + "..." for word in words if word not in kept]
    shown += [f"ParameterKey=({len(kept)} others),UsePreviousValue=true"] if kept else []
    line("   $ " + " ".join(shlex.quote(word) for word in shown))


@contextmanager
def step(what: str):
    begun = time.monotonic()
    line(f"== {what}")
    yield
    took = time.monotonic() - begun
    line(f"   done ({int(took // 60)} m {int(took % 60)} s)" if took >= 60 else f"   done ({took:.1f} s)")


def table(headings: list[str], rows: list[list]) -> str:
    cells = [headings] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells)


def result(text: str, as_json: bool, facts: dict) -> None:
    print(json.dumps(facts) if as_json else text, flush=True)


def confirm(question: str, yes: bool) -> None:
    """Asks on a terminal. Without a terminal --yes is required."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure(f"{question} Cannot ask, because standard input is not a terminal: add --yes.", 2)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("nothing was changed")
