"""Errors told to Sentry, caught on their way by a server of the test: what they hold, and what not."""

import gzip
import json
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from nerdherd.sentry import bare
from tests.nerdherd.test_seeing import GREETING, PLANTED, SeenSite

ADDRESS, CODE = f"zelda.{PLANTED}@example.com", "k7Q2mm9plantedcode"


class Catcher(HTTPServer):
    """Takes what comes, unpacked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Catching)
        self.caught: queue.Queue[str] = queue.Queue()
        self.dsn = f"http://public@127.0.0.1:{self.server_port}/1"


class Catching(BaseHTTPRequestHandler):
    server: Catcher

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.caught.put(body.decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher() as catcher:
        threading.Thread(target=catcher.serve_forever, daemon=True).start()
        yield catcher
        catcher.shutdown()


@pytest.mark.site
def test_an_error_is_told_with_its_place_and_without_a_word_that_was_said(tmp_path: Path, catcher):
    site = SeenSite(tmp_path / "data", SENTRY_DSN=catcher.dsn)
    site.manage("prepare")
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-passphrase-of-the-tests"
    site.manage("createsuperuser", "--noinput", "--email", "owner@nerdherd.example")
    site.start().wait_for(GREETING)
    try:
        with closing(sqlite3.connect(site.data_dir / "db.sqlite3")) as database:
            database.execute("ALTER TABLE billing_gift RENAME TO away")
        answer = site.ask(
            f"/gift/{CODE}/?email={ADDRESS}", Cookie=f"language={PLANTED}; session={PLANTED}",
            User_Agent=PLANTED, Referer=f"http://127.0.0.1/{PLANTED}/", X_Forwarded_For="203.0.113.77",
        )  # fmt: skip
        assert answer.status == 503
        # The worker may miss the table as well, and be told of before the page.
        while '"gift"' not in (envelope := catcher.caught.get(timeout=10)):
            pass
    finally:
        site.stop()
    [event] = [json.loads(line) for line in envelope.splitlines() if '"exception"' in line]
    assert event["exception"]["values"][-1]["type"] == "OperationalError"
    places = [
        frame["function"] for frame in event["exception"]["values"][-1]["stacktrace"]["frames"]
    ]
    assert "gift" in places
    assert event["transaction"] == "gift"
    assert event["tags"] == {"request": answer.headers["X-Request-ID"]}
    for said in (PLANTED, CODE, "203.0.113.77", "billing_gift", "owner@nerdherd.example"):
        assert said not in envelope, said
    assert site.lines_of(answer.headers["X-Request-ID"])  # which leads to what was said


def test_what_was_logged_without_an_error_says_only_where():
    event = {
        "logger": "stripe",
        "level": "error",
        "logentry": {"message": ADDRESS},
        "extra": {"a": CODE},
    }
    assert bare(event, {}) == {"logger": "stripe", "level": "error", "message": "logged by stripe"}


def test_one_line_says_that_the_library_is_missing(settings, monkeypatch):
    settings.SENTRY_DSN = "https://public@sentry.example/1"
    assert not [found for found in run_checks() if "sentry" in found.msg]
    monkeypatch.setattr("nerdherd.checks.find_spec", lambda name: None)
    [found] = [found for found in run_checks() if "sentry" in found.msg]
    assert found.msg == (
        "SENTRY_DSN is set and sentry-sdk is missing: install requirements/sentry.txt."
    )
    assert not found.is_serious()
