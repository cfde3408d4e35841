"""The site's web server as `make run` starts it, on a port and in a folder of its own."""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.test.utils import override_settings

from nerdherd.house import House
from tests.whole_site import ROOT, free_ports

SEEDING = "import django; django.setup(); from tests.drill import seed; seed.main()"
CSRF = "a" * 32  # what counts is that the cookie and the form say the same


class Answer(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    text: str
    headers: http.client.HTTPMessage
    seconds: float


class RunningSite:
    """Two processes with eight threads each; what the environment says goes before the settings."""

    def __init__(self, seeded: Path, data_dir: Path, **environment: str) -> None:
        self.data_dir, self.port = data_dir, free_ports(1)
        if seeded != data_dir:
            shutil.copytree(seeded, data_dir, dirs_exist_ok=True)
        self.environment = {
            **os.environ,
            "CACHE_URL": "",
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "EMAIL_URL": "",
            **environment,
        }
        self.sessions: dict[str, str] = json.loads((data_dir / "sessions.json").read_text())
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "RunningSite":
        """The web server; returns when it answers."""
        with override_settings(PORT=self.port):
            command = House().commands()["web"]
        self.web = self.spawn(*command)
        until(self.is_well)
        return self

    def spawn(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """A process of the site, `python COMMAND`, that leads what it starts."""
        told = self.environment | environment
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=told, start_new_session=True
        )
        self.processes.append(process)
        return process

    def manage(self, *arguments: str) -> str:
        """What a management command prints."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def stop(self) -> None:
        """End whatever runs of it."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=20)
        self.processes.clear()

    def is_well(self) -> bool:
        """Whether it says so."""
        try:
            return self.ask("/health/").status == 200
        except OSError:
            return False

    def ask(
        self,
        path: str,
        who: str = "",
        form: dict[str, Any] | None = None,
        body: str = "",
        **headers: str,
    ) -> Answer:
        """A page, or the answer to a `form` or a `body`; asked by somebody signed in or nobody."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            sent["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={self.sessions[who]}"
        if form is not None:
            cookies = [sent.get("Cookie", ""), f"{settings.CSRF_COOKIE_NAME}={CSRF}"]
            sent |= {"Cookie": "; ".join(filter(None, cookies)), "X-CSRFToken": CSRF}
        if form is not None:
            body = urlencode(form)
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        began = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request("POST" if body else "GET", path, body or None, sent)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        return Answer(answer.status, text, answer.headers, time.monotonic() - began)

    def note_place(self, place: int) -> Answer:
        """A write: Mona has read so far."""
        row = {"post": "for-members", "place": place, "at": time.time() * 1000}
        return self.ask("/account/progress/", "mona", form={"places": json.dumps([row])})

    def places(self) -> list[int]:
        """What is kept of it."""
        return [row[0] for row in self.select("SELECT place FROM courses_progress")]

    def select(self, sql: str) -> list[tuple]:
        """Rows, past the site."""
        with closing(sqlite3.connect(self.data_dir / "db.sqlite3", timeout=10)) as database:
            return database.execute(sql).fetchall()


def seed(data_dir: Path, **environment: str) -> Path:
    """A folder with a small site in it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    told = {**os.environ, "CACHE_URL": "", "DATA_DIR": str(data_dir), **environment}
    keys = subprocess.run(
        [sys.executable, "-c", SEEDING],
        cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    (data_dir / "sessions.json").write_text(keys.splitlines()[-1])
    return data_dir


def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for it; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
