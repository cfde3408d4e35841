"""Servers under load: started for a benchmark, asked over kept connections, their CPU read."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.whole_site import ROOT, free_ports

CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")
WEB = [sys.executable, "-m", "nerdherd.web"]


@dataclass
class Asked:
    """One kind of request to one server."""

    name: str
    port: int
    pid: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None  # to be posted
    status: int = 200
    figures: list[float] = field(default_factory=list)  # ms of CPU for a request, a round each

    def round(self, requests: int) -> None:
        """Ask `requests` times, and note what it cost the server."""
        before = cpu_seconds(self.pid)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done in pool.map(self._ask, [requests // CONNECTIONS] * CONNECTIONS):
                assert done
        self.figures.append((cpu_seconds(self.pid) - before) / requests * 1000)

    def _ask(self, times: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for _ in range(times):
            connection.request(
                "GET" if self.body is None else "POST", self.path, self.body, self.headers
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == self.status, f"{self.name}: {answer.status}"
        connection.close()
        return True


def web_at(port: int, data_dir: Path) -> dict[str, str]:
    """What the environment of `WEB`, a web of two processes, says of where it is."""
    address = f"http://127.0.0.1:{port}"
    here = {"DATA_DIR": str(data_dir), "SITE_URL": address, "PORT": str(port)}
    return here | {"WEB_PROCESSES": "2"}


def manage(place: dict[str, str], *command: str) -> str:
    """What a management command printed, in an environment with `place` in it."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=os.environ | place, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def cpu_seconds(pid: int) -> float:
    """Of a process and all below it, so far."""
    total = 0.0
    for number in with_all_below(pid):
        said = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        total += (int(said[11]) + int(said[12])) / TICKS
    return total


def with_all_below(pid: int) -> list[int]:
    """A process, and those that it and they have started."""
    return [pid, *_below(pid)]


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _below(int(child))


@contextmanager
def granian(application: str, **environment: str) -> Iterator[tuple[int, int]]:
    """Port and process of one worker with eight threads, started as the site starts its own."""
    port = free_ports(1)
    flags = f"--interface wsgi --workers 1 --blocking-threads 8 --no-ws --log-level warning --port {port}"
    command = [sys.executable, "-m", "granian", *flags.split(), "--host", "127.0.0.1", application]
    with running(command, port, **environment) as pid:
        yield port, pid


@contextmanager
def running(
    command: list[str], port: int, log: IO[str] | None = None, /, **environment: str
) -> Iterator[int]:
    """The process of a server, once it listens; what it says goes to `log`, or is shown."""
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=log)
    try:
        _wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on {port}"
            time.sleep(0.05)
        else:
            return
