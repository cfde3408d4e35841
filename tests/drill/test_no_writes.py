"""Nothing can be written for a while: the disk is full, the database locked, the cache away."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.drill.running import RunningSite
from tests.drill.seed import PASSWORD
from tests.drill.shopping import memberships, pay, ring
from tests.silence import silent_server

pytestmark = [pytest.mark.site, pytest.mark.slow]
READ_BY = {"/": "", "/posts/open-to-all/": "", "/posts/for-members/": "mona", "/account/": "mona"}
READ_BY |= {"/search/?q=nothingofthekind": "", "/health/": ""}
SIGNING_IN = {"login": "mona@example.com", "password": PASSWORD}


def reads_go_on(site: RunningSite) -> None:
    for path, who in READ_BY.items():
        assert site.ask(path, who).status == 200, path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "none", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill_up(disk: Path) -> Path:
    """Not a byte is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return ballast


@pytest.mark.drill("the disk is full")
def test_with_a_full_disk_reads_go_on_and_writes_say_that_they_are_not_kept(small_disk, start):
    site = start(small_disk)
    assert site.note_place(7).status == 204
    ballast = fill_up(small_disk)
    answers = [site.note_place(place) for place in range(8, 200)]
    taken = [answer.status for answer in answers].count(204)  # its log has some room set aside
    refused = answers[taken:]
    assert len(refused) > 100
    assert {answer.status for answer in refused} == {503}
    assert site.places() == [7 + taken]  # what was said to be kept is kept, and nothing else
    assert "was not kept" in refused[0].text
    assert refused[0].headers["Retry-After"]
    reads_go_on(site)

    ballast.unlink()
    assert site.note_place(500).status == 204
    assert site.places() == [500]
    assert site.select("PRAGMA integrity_check") == [("ok",)]


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Somebody else holds it for writing, for so long at least."""
    began = time.monotonic()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        other.execute("ROLLBACK")


@pytest.mark.drill("the database is locked for 10 s")
def test_with_a_locked_database_reads_go_on_and_writes_wait_or_say_so(start, standin):
    site = start(STRIPE_API_BASE=standin.base_url)
    assert site.note_place(7).status == 204
    pay(site, standin)
    with ThreadPoolExecutor(4) as pool, locked(site.data_dir / "db.sqlite3", 10):
        early = pool.submit(site.note_place, 8)
        news = pool.submit(ring, site, standin)
        reads_go_on(site)
        time.sleep(6.5)
        late = pool.submit(site.note_place, 9)
    assert (early.result().status, late.result().status) == (503, 204)
    assert early.result().seconds < 7
    assert site.places() == [9]
    assert (news.result().status, memberships(site)) == (503, 0)  # so Stripe rings again
    assert (ring(site, standin).status, memberships(site)) == (200, 1)


@pytest.mark.drill("the cache is down")
def test_without_the_cache_signing_in_says_so_and_pages_go_on(start):
    site = start()
    cache = site.data_dir / "cache.sqlite3"
    with closing(sqlite3.connect(cache)) as database:
        database.execute("ALTER TABLE cache RENAME TO away")
    refused = site.ask("/accounts/login/", form=SIGNING_IN)
    assert (refused.status, "in a minute" in refused.text) == (503, True)
    reads_go_on(site)
    with closing(sqlite3.connect(cache)) as database:
        database.execute("ALTER TABLE away RENAME TO cache")
    assert site.ask("/accounts/login/", form=SIGNING_IN).status == 302


@pytest.mark.drill("the cache is down")
@pytest.mark.parametrize("is_silent", [False, True], ids=["gone", "silent"])
def test_without_a_redis_that_the_settings_name_it_is_the_same(start, is_silent):
    with silent_server() as port:
        site = start(CACHE_URL=f"redis://127.0.0.1:{port if is_silent else 1}")
        refused = site.ask("/accounts/login/", form=SIGNING_IN)
        assert (refused.status, "in a minute" in refused.text) == (503, True)
        reads_go_on(site)
