"""`python -m tests.bench.histories [HOW MANY]`: random histories, in as many processes as cores.

Seeds begin where those of `make test` end (or at --first), so that what is known to hold is not
shown again. A history that fails is told in its shortest form, and the exit code is 1; whatever
ends it early, it says how to go on from there.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import takewhile
from multiprocessing import get_context

# Each process has settings, a folder and an SQLite file of its own: so says the tests' conftest.
os.environ["DATABASE_URL"] = ""

from django.conf import settings
from django.test import override_settings
from django.test.utils import setup_databases, setup_test_environment

import tests.conftest  # noqa: F401 - sets Django up
from tests.billing.histories.history import report, run
from tests.billing.histories.test_histories import HISTORIES

CHUNK = 20
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def settle_in() -> None:
    """Make a process ready for histories."""
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES}).enable()


def told(seeds: range) -> str:
    """What is to be told of some seeds: the first that fails, or nothing."""
    return next((report(seed) for seed in seeds if run(seed).error), "")


def main() -> int:
    """Run them all, or up to the first that fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.histories")
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--first", type=int, default=HISTORIES["sqlite"], help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    last = asked.first + asked.count
    with tempfile.TemporaryDirectory(prefix="nerdherd-bench-") as folder:
        os.environ["TMPDIR"] = folder  # theirs, so that it goes when we go
        with ProcessPoolExecutor(asked.processes, get_context("spawn"), settle_in) as pool:
            chunks = [
                pool.submit(told, range(seed, min(seed + CHUNK, last)))
                for seed in range(asked.first, last, CHUNK)
            ]
            failure = _watched(chunks, asked.count)
            pool.shutdown(cancel_futures=True)
    print(failure or f"{asked.count:,} histories, and every claim held in each of them")
    if failure:
        held = sum(1 for _chunk in takewhile(_has_held, chunks)) * CHUNK
        go_on = f"{asked.count - held} --first {asked.first + held}"
        print(f"to go on from there: python -m tests.bench.histories {go_on}")
    return bool(failure)


def _has_held(chunk: "Future[str]") -> bool:
    return chunk.done() and not chunk.cancelled() and not chunk.exception() and not chunk.result()


def _watched(chunks: list["Future[str]"], count: int) -> str:
    """Say now and then how far it is; returns the first failure, or that somebody pressed Ctrl-C."""
    began = time.monotonic()
    try:
        for done, chunk in enumerate(as_completed(chunks), 1):
            if chunk.result():
                return chunk.result()
            passed = time.monotonic() - began
            left = passed / done * (len(chunks) - done)
            line = f"{min(done * CHUNK, count):,} of {count:,} histories, {left / 60:.0f} min left"
            print(f"\r{line:60}", end="", file=sys.stderr, flush=True)
    except (KeyboardInterrupt, BrokenProcessPool):
        return "broken off"
    print(file=sys.stderr)
    return ""


if __name__ == "__main__":
    sys.exit(main())
