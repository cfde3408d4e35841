"""What `make run` keeps running: it starts, stays up, stops in order and leaves nothing.

The first run with its demo library is that of the browser tests.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nerdherd import run
from nerdherd.readiness import NotReady
from tests.whole_site import ROOT, WholeSite

pytestmark = pytest.mark.site
GREETING = "Ctrl-C stops everything."


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that has a user of its own and therefore no demo library, made once."""
    site = WholeSite(tmp_path_factory.mktemp("prepared") / "data")
    site.manage("prepare")
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-passphrase-of-the-tests"
    site.manage("createsuperuser", "--noinput", "--email", "owner@nerdherd.example")
    return site.data_dir


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[WholeSite]:
    """A site with a copy of them."""
    site = WholeSite(shutil.copytree(prepared, tmp_path / "data"))
    yield site
    if site.process and site.process.poll() is None:
        site.stop()


def test_test_payments_and_test_mail_stand_beside_it(site: WholeSite):
    site.start().wait_for(GREETING)
    assert f"Test payments  http://127.0.0.1:{site.port + 1}" in "\n".join(site.printed)
    assert site.get("/", site.port + 1)
    site.manage("sendtestemail", "zoe@nerdherd.example")
    site.wait_for("To zoe@nerdherd.example")
    assert "zoe@nerdherd.example" in site.get("/", site.port + 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_of_it_in_order(site: WholeSite, number: int):
    site.start().wait_for(GREETING)
    assert len(site.processes()) >= 6
    assert site.stop(number) == 0
    assert site.is_gone(within=1)
    assert "Traceback" not in "\n".join(site.printed)


def test_a_signal_during_preparation_leaves_nothing_either(tmp_path: Path):
    site = WholeSite(tmp_path / "data").start()
    site.wait_for("Preparing")
    while not site.processes("manage.py demo"):
        time.sleep(0.05)
    assert site.stop() == 0
    assert site.is_gone(within=1)


def test_even_a_killed_supervisor_leaves_nothing(site: WholeSite):
    site.start().wait_for(GREETING)
    site.stop(signal.SIGKILL)
    assert site.is_gone(within=10)


def test_workers_that_are_told_many_times_at_once_end(site: WholeSite):
    command = [sys.executable, "manage.py", "worker"]
    workers = [subprocess.Popen(command, cwd=ROOT, env=site.environment) for _ in range(3)]
    try:
        for one in workers:
            while len(list(Path(f"/proc/{one.pid}/task").iterdir())) < 8:  # its lanes are not there
                assert one.poll() is None
                time.sleep(0.1)
            for _ in range(100):
                one.send_signal(signal.SIGTERM)
                one.send_signal(signal.SIGINT)
        assert [one.wait(timeout=60) for one in workers] == [0, 0, 0]
    finally:
        for one in workers:
            one.kill()


@pytest.mark.parametrize(
    ("name", "command"), [("worker", "manage.py worker"), ("web", "nerdherd.web")]
)
def test_a_process_that_dies_is_started_again(site: WholeSite, name: str, command: str):
    site.start().wait_for(GREETING)
    first = min(site.processes(command))
    os.kill(first, signal.SIGKILL)
    site.wait_for(f"{name} died (exit code -9); starting it again in 1 s.")
    deadline = time.monotonic() + 10
    while not site.processes(command) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert first not in site.processes(command)
    assert site.processes(command)


@pytest.mark.parametrize(("offset", "purpose"), [(0, "the site"), (2, "the test mailbox")])
def test_a_port_in_use_is_named(tmp_path: Path, offset: int, purpose: str):
    site = WholeSite(tmp_path / "data")
    port = site.port + offset
    with socket.create_server(("127.0.0.1", port)):
        line = site.start().wait_for(f"Port {port}")
        assert site.process
        assert site.process.wait(timeout=10) == 1
    assert f"(for {purpose}) is in use" in line
    assert f"PORT={site.port + 10} make run" in line
    assert site.printed == [line]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "data").write_text("not a folder")
    site = WholeSite(tmp_path / "data").start()
    line = site.wait_for("cannot be written")
    assert str(tmp_path / "data") in line
    assert site.process
    assert site.process.wait(timeout=10) == 1
    assert site.printed == [line]


# Python 3.12 and later warn of forks beside threads, of which test runners have some.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_process_that_keeps_dying_is_given_up(monkeypatch, capfd):
    monkeypatch.setattr(run, "MAX_DEATHS", 2)
    child = run.Child("web", ["-c", "print('no luck'); raise SystemExit(3)"])
    deadline = time.monotonic() + 20
    with pytest.raises(NotReady, match="web died 2 times in a row"):
        while time.monotonic() < deadline:
            child.tend()
            time.sleep(0.05)
    said = capfd.readouterr().out
    assert said.count("web | no luck") == 2
    assert "web died (exit code 3); starting it again in 1 s." in said
