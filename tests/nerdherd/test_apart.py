"""What needs much memory runs beside the worker, which stays small and takes it along."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.whole_site import ROOT, WholeSite

pytestmark = pytest.mark.site
TYPING = """
from django.http import QueryDict
from courses.models import WorkingCopy
from nerdherd.accounts.models import User
WorkingCopy.keep(User.objects.create_superuser("olga@example.com"), None, QueryDict("title=New"))
"""


def wait_until(is_so: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def site(tmp_path: Path) -> WholeSite:
    """A library whose lists are not there yet; nothing of it runs."""
    site = WholeSite(tmp_path, CACHE_URL="locmemcache://")
    site.manage("fill", "--posts", "5")
    return site


@pytest.fixture
def worker(site: WholeSite) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "manage.py", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=site.environment)
    yield process
    process.kill()
    process.wait()
    assert site.is_gone()


def lists(site: WholeSite) -> int:
    with closing(sqlite3.connect(site.data_dir / "db.sqlite3", timeout=10)) as database:
        return int(database.execute("SELECT count(*) FROM courses_similarpost").fetchone()[0])


def holds_numpy(process: int) -> bool:
    return b"numpy" in Path(f"/proc/{process}/maps").read_bytes()


def test_lists_are_made_by_a_process_of_their_own_that_ends_with_the_worker(site, worker):
    wait_until(lambda: lists(site) == 5 * 4)
    # Those of the night begin as well with a new worker; this one stays for a minute.
    wait_until(lambda: any(map(holds_numpy, site.processes("relate --until-quiet"))))
    assert not holds_numpy(worker.pid)
    worker.terminate()
    assert worker.wait(10) == 0
    assert site.is_gone()


def test_it_is_there_already_when_somebody_types_and_publishes(site, request):
    site.manage("relate")
    request.getfixturevalue("worker")
    time.sleep(4)
    assert not site.processes("relate --until-quiet")  # there is nothing to do
    site.manage("shell", "-c", TYPING)
    wait_until(lambda: site.processes("relate --until-quiet"))


def test_one_that_is_killed_is_started_again(site, worker):
    wait_until(lambda: site.processes("relate --until-quiet"))
    (first,) = site.processes("relate --until-quiet")
    os.kill(first, 9)
    wait_until(lambda: lists(site) == 5 * 4)
    assert first not in site.processes("relate --until-quiet")
