"""`python -m tests.drill.table`: every fault that must leave nothing lost, and how it ended.

A test says by `@pytest.mark.drill(FAULT)` which fault it injects; its name says what was done and
what must be left. A fault without a test is missing, and counts as failed.
"""

import sys
import textwrap
from collections import defaultdict
from typing import NamedTuple

import pytest

# What was done, and the end state that it must leave.
FAULTS = {
    "kill -9 in the webhook, before the commit and after it": (
        "at every commit of random histories; the real web server, while Stripe is slow",
        "heard again: one membership, one mail",
    ),
    "kill -9 of a worker in the middle of a film": (
        "at 2, 30 and 94 %; twice in a row",
        "begun anew when its lease is over, nothing half-made on the shelf, three tries at most",
    ),
    "kill -9 during an upload": (
        "the web server, in the middle of a part",
        "whole parts are kept, the rest follows, the same bytes in the end",
    ),
    "the disk is full": (
        "a small disk, filled to the last byte; a part of a film too many",
        "pages are shown, writes say 503, and are taken once there is room, without a restart",
    ),
    "the database is locked for 10 s": (
        "another connection holds it for writing",
        "pages are shown, writes wait or say 503, Stripe rings again",
    ),
    "PostgreSQL is restarted under load": (
        "stopped and started three times while members read",
        "no page failed",
    ),
    "Stripe is down, slow, lying, twice, out of order": (
        "a Stripe that is silent, repeats itself, answers nonsense, forgets; random histories",
        "who paid is in, who did not is out, nobody pays twice",
    ),
    "Stripe is silent for three days": (
        "payments, lost sessions and refunds nobody told us of, then reconcile",
        "found, all of them",
    ),
    "the mail server is down or slow": (
        "it says nothing, then is not there, then is well",
        "pages do not wait, each mail goes out once",
    ),
    "the storage is down": (
        "the bucket's server is stopped and started",
        "pages are shown, films say 503 and are prepared afterwards, however long it took",
    ),
    "the clock is 10 minutes fast or slow": (
        "while passes, codes and payments are made, then set right",
        "codes and passes open, passes end, who paid is in",
    ),
    "the cache is down": (
        "its table is taken away and brought back",
        "signing in says 503 with words, pages are shown, then it works again",
    ),
    "kill -9 of a web and a worker among many": (
        "two of each behind nginx; in the middle of a film and of a delivery, while people read",
        "no page failed, who paid is in, the film plays; webs end one by one and no page fails",
    ),
    "two workers or two schedulers by mistake": (
        "four at once, with mails, timed work and films",
        "each thing is done once",
    ),
    "SIGTERM under load": (
        "the web server is told to end while members read and one waits for Stripe",
        "whoever is being served is served; after it the door is shut, or a cache's last page shown",
    ),
    "a backup is restored": (
        "by the commands of docs/operating.md: made under writes, all destroyed, brought back",
        "the same fingerprint; sign in, play; what was paid since comes back",
    ),
}


class Row(NamedTuple):
    """How the tests of one fault went."""

    outcomes: list[str]
    seconds: float

    @property
    def end(self) -> str:
        """One word for all of them."""
        if not self.outcomes:
            return "MISSING"
        if "failed" in self.outcomes:
            return "FAILED"
        return "ok" if "passed" in self.outcomes else "SKIPPED"


class Drill:
    """Listens to pytest, and counts each test to the faults that it is marked with."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        self.outcomes: dict[str, list[str]] = defaultdict(list)
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """After the selection by `-m`."""
        for item in items:
            self.faults[item.nodeid] = [mark.args[0] for mark in item.iter_markers("drill")]
            assert FAULTS.keys() >= set(self.faults[item.nodeid]), item.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Beginning, call and end of each test."""
        for fault in self.faults[report.nodeid]:
            self.seconds[fault] += report.duration
            if report.when == "call" or not report.passed:
                self.outcomes[fault].append(report.outcome)

    def rows(self) -> dict[str, Row]:
        """By fault, in the order of the list."""
        return {fault: Row(self.outcomes[fault], self.seconds[fault]) for fault in FAULTS}


def printed(rows: dict[str, Row]) -> str:
    """The table, as text for a terminal."""
    widths = (34, 42, 46, 8, 9)
    cells = [("fault", "what was done", "end state", "seconds", "")]
    for fault, row in rows.items():
        cells.append((fault, *FAULTS[fault], f"{row.seconds:.1f}", row.end))
    lines = []
    for texts in cells:
        columns = [textwrap.wrap(text, width) for text, width in zip(texts, widths, strict=True)]
        for number in range(max(map(len, columns))):
            parts = [column[number] if number < len(column) else "" for column in columns]
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def main() -> int:
    """Run all tests that are marked; 0 when each fault ended as it must."""
    drill = Drill()
    code = pytest.main(["-q", "-m", "drill", *sys.argv[1:]], plugins=[drill])
    print(f"\n{printed(drill.rows())}")
    is_well = all(row.end == "ok" for row in drill.rows().values())
    return int(code) or int(not is_well)


if __name__ == "__main__":
    sys.exit(main())
