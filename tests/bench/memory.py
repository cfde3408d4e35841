"""`python -m tests.bench.memory [posts]`: what web and worker hold, in MB, beside their budgets.

As PSS: what processes share counts once. The web answers visitors and members on eight connections;
the worker makes the lists of a new library, and is looked at when its helper has ended.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.bench.load import Crowd
from tests.bench.servers import running, with_all_below
from tests.whole_site import ROOT, free_ports

REQUESTS = 5000
WEB, WORKER = 200, 90  # MB
PREPARE = """
from django.test import Client
from courses.models import Post
from nerdherd.accounts.models import User
for user in User.objects.filter(email__startswith="filled-"):
    client = Client()
    client.force_login(user)
    print("session", client.cookies["session"].value)
for slug in Post.objects.published().values_list("slug", flat=True):
    print("slug", slug)
"""


def held(pid: int) -> float:
    """MB of a process and all below it; one that ends meanwhile counts nothing."""
    return sum(_pss(number) for number in with_all_below(pid)) / 1024


def _pss(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("Pss:")))


def prepare(posts: int, place: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A library and members; yields their slugs and sessions."""
    said = ""
    for command in (
        ["prepare"], ["fill", "--posts", str(posts), "--members", "50"],
        ["index_search", "--all"], ["shell", "-v", "0", "-c", PREPARE],
    ):  # fmt: skip
        said = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=os.environ | place, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    for line in said.splitlines():
        kind, _, value = line.partition(" ")
        yield kind, value


def tell(what: str, megabytes: float, budget: int | None = None) -> None:
    print(f"{what:<58}{megabytes:6.0f} {f'of {budget}' if budget else ''}", flush=True)


def web(port: int, crowd: Crowd, place: dict[str, str]) -> None:
    """Two processes, fresh and after many pages."""
    command = [sys.executable, "-m", "nerdherd.web"]
    with Path(os.devnull).open("w") as log, running(command, port, log, **place) as pid:
        crowd.one(time.monotonic())
        time.sleep(5)
        tell("web, two processes, fresh", held(pid), WEB)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: crowd.one(time.monotonic()), range(REQUESTS)))
        assert not crowd.wrong, crowd.wrong[:5]
        tell(f"… after {REQUESTS:,} requests for {len(crowd.slugs)} posts", held(pid), WEB)


def worker(place: dict[str, str]) -> None:
    """Until it has made all lists and waits."""
    command = [sys.executable, "manage.py", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | place, stderr=subprocess.DEVNULL)
    try:
        most, alone_since = 0.0, time.monotonic()
        while time.monotonic() < alone_since + 10:
            time.sleep(0.5)
            most = max(most, held(process.pid))
            if len(with_all_below(process.pid)) > 1:
                alone_since = time.monotonic()
        tell("worker with the helper that reads and compares, at most", most)
        tell("worker that waits, after that", held(process.pid), WORKER)
    finally:
        process.terminate()
        process.wait()


def main(posts: int) -> None:
    """Print a table."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        port = free_ports(1)
        address = f"http://127.0.0.1:{port}"
        place = {"DATA_DIR": folder, "SITE_URL": address, "PORT": f"{port}", "WEB_PROCESSES": "2"}
        found = list(prepare(posts, place))
        slugs, sessions = ([v for k, v in found if k == kind] for kind in ("slug", "session"))
        random.seed(1)
        web(port, Crowd(port, slugs, sessions), place)
        worker(place)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
