"""Starts the whole site as `make run` does, on ports and in a folder of its own."""

import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent


def free_ports(count: int = 3) -> int:
    """The first of `count` neighbouring ports that nobody listens on."""
    while True:
        first = random.randrange(20_000, 30_000)
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first


class WholeSite:
    """`python -m nerdherd.run` with everything it starts; end it with `stop`."""

    def __init__(self, data_dir: Path, port: int | None = None, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = port or free_ports()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = self._environment() | environment
        self.printed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "WholeSite":
        """Start it, the first time or again; `wait_for` says when it is there."""
        self.printed, self._lines = [], queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nerdherd.run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(
            target=self._read, args=[self.process.stdout, self._lines], daemon=True
        ).start()
        return self

    def wait_for(self, text: str, timeout: float = 60) -> str:
        """The first line from now on that holds `text`; fails with all lines when none does."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no {text!r} in:\n" + "\n".join(self.printed)
            if text in line:
                return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code; a site that does not end in 15 s is an error."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(timeout=15)

    def manage(self, *arguments: str) -> str:
        """Run a management command beside it; returns what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def get(self, path: str, port: int | None = None) -> str:
        """The page at `path` of the site or of a neighbour on another port."""
        address = f"http://127.0.0.1:{port or self.port}{path}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read().decode()

    def processes(self, command: str = "") -> list[int]:
        """The ids of all processes with this site's DATA_DIR whose command line holds `command`."""
        mark = f"DATA_DIR={self.data_dir}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:  # it ended meanwhile, or belongs to somebody else
                continue
            if mark in environment and command.encode() in words:
                found.append(int(entry.name))
        return found

    def is_gone(self, within: float = 5) -> bool:
        """Whether no process of it is left after `within` seconds at most."""
        deadline = time.monotonic() + within
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.processes()

    def _read(self, output: IO[str], lines: "queue.Queue[str | None]") -> None:
        for line in output:
            self.printed.append(line.rstrip())
            lines.put(line.rstrip())
        lines.put(None)

    def _environment(self) -> dict[str, str]:
        # Empty means "not set" to the settings, and hides what a developer's .env says.
        silent = (
            "STRIPE_SECRET_KEY", "STRIPE_API_BASE", "EMAIL_URL", "DATABASE_URL", "CACHE_URL",
            "METRICS_ADDRESS", "SENTRY_DSN",
        )  # fmt: skip
        return {
            **{name: value for name, value in os.environ.items() if name != "MAKELEVEL"},
            **dict.fromkeys(silent, ""),
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "SITE_URL": self.address,
        }
