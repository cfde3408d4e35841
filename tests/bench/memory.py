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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.load import Crowd, crowd_before
from tests.bench.servers import WEB, running, web_at, with_all_below
from tests.whole_site import ROOT, free_ports

REQUESTS = 5000
OF_WEB, OF_WORKER = 200, 90  # MB


def held(pid: int) -> float:
    """MB of a process and all below it; one that ends meanwhile counts nothing."""
    return sum(_pss(number) for number in with_all_below(pid)) / 1024


def _pss(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("Pss:")))


def tell(what: str, megabytes: float, budget: int | None = None) -> None:
    print(f"{what:<58}{megabytes:6.0f} {f'of {budget}' if budget else ''}", flush=True)


def web(port: int, crowd: Crowd, place: dict[str, str]) -> None:
    """Two processes, fresh and after many pages."""
    with Path(os.devnull).open("w") as log, running(WEB, port, log, **place) as pid:
        crowd.one(time.monotonic())
        time.sleep(5)
        tell("web, two processes, fresh", held(pid), OF_WEB)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: crowd.one(time.monotonic()), range(REQUESTS)))
        assert not crowd.wrong, crowd.wrong[:5]
        tell(f"… after {REQUESTS:,} requests for {len(crowd.slugs)} posts", held(pid), OF_WEB)


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
        tell("worker that waits, after that", held(process.pid), OF_WORKER)
    finally:
        process.terminate()
        process.wait()


def main(posts: int) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_ports(1)
        place = web_at(port, Path(folder))
        crowd = crowd_before(port, place, posts, 50)
        random.seed(1)
        web(port, crowd, place)
        worker(place)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
