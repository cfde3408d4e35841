"""The run-book in docs/operating.md, followed to the letter on a site that has lost everything."""

import re
import shutil
import threading
from pathlib import Path

import pytest

from tests.drill.running import RunningSite, until
from tests.drill.seed import PASSWORD
from tests.drill.shopping import memberships, pay
from tests.whole_site import ROOT

pytestmark = [pytest.mark.site, pytest.mark.slow]
PLACE = "/mnt/backups"
FILMED = """
import django; django.setup()
from tests.courses.films import film, prepared
from courses.models import Post
prepared(film(seconds=1))
Post.objects.filter(title="Watch this").update(access="members")
"""


class RunBook:
    """Its commands, by what they do; paths are ours."""

    def __init__(self, site: RunningSite, folder: Path) -> None:
        chapter = (ROOT / "docs/operating.md").read_text().split("## Backups")[1].split("\n## ")[0]
        written = re.findall(r"`manage\.py ([^`]+)`", chapter)
        self.commands = {command.split()[0]: command for command in written}
        self.site, self.folder = site, folder

    def does(self, name: str, archive: Path | None = None) -> str:
        """Run the command as it is written there; what it printed."""
        command = self.commands[name].replace(f"{PLACE}/nerdherd-….tar", str(archive))
        return self.site.manage(*command.replace(PLACE, str(self.folder)).split())

    def backup(self) -> Path:
        return Path(self.does("backup").split("  ")[0])


class Writer(threading.Thread):
    """Somebody who reads on and on; `kept` is the last place that the site said was kept."""

    def __init__(self, site: RunningSite) -> None:
        super().__init__()
        self.site, self.kept, self.over = site, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.is_set():
            assert self.site.note_place(self.kept + 1).status == 204
            self.kept += 1


def destroy(site: RunningSite) -> None:
    for path in site.data_dir.iterdir():
        if path.name in ("media", "gated"):
            shutil.rmtree(path)
        elif path.name.startswith("db.sqlite3"):
            path.unlink()
    assert not (site.data_dir / "db.sqlite3").exists()


def plays(site: RunningSite, who: str) -> bool:
    """Whether the film's playlist and its first bytes come."""
    told = site.ask("/posts/watch-this-0/playback/", who).text
    address = re.search(r"/watch/[^\"]+/master\.m3u8", told)
    if not address:
        return False
    folder = address[0].removesuffix("master.m3u8")
    playlist = site.ask(address[0]).text
    name = re.search(r"^\d+\.m3u8$", playlist, re.MULTILINE)
    assert name, playlist
    media = site.ask(folder + name[0].replace("m3u8", "mp4"), Range="bytes=0-99")
    return (media.status, media.text[4:8]) == (206, "ftyp")


@pytest.mark.drill("a backup is restored")
def test_all_is_destroyed_and_comes_back_with_what_was_paid_since(start, standin, tmp_path):
    site = start(STRIPE_API_BASE=standin.base_url)
    site.spawn("-c", FILMED).wait(60)
    book = RunBook(site, tmp_path / "backups")
    assert plays(site, "mona")

    writer = Writer(site)
    until(lambda: writer.kept > 0)
    before = writer.kept
    under_writes = book.backup()
    writer.over.set()
    writer.join()
    fingerprint = book.does("fingerprint").splitlines()[-1]
    archive = book.backup()
    pay(site, standin)  # of which the archive knows nothing
    site.stop()

    for source in (under_writes, archive):
        destroy(site)
        site.manage("prepare")
        book.does("restore", source)
        assert site.select("PRAGMA integrity_check") == [("ok",)]
        assert site.places() >= [before]
    assert book.does("fingerprint").splitlines()[-1] == fingerprint
    assert site.places() == [writer.kept]

    site.start()
    form = {"login": "mona@example.com", "password": PASSWORD}
    assert site.ask("/accounts/login/", form=form).status == 302
    assert plays(site, "mona")
    assert not plays(site, "rui")

    book.does("reconcile")
    site.ask("/join/", "rui", form={"next": "/"})  # Stripe knows the address that paid
    assert memberships(site) == 1
    assert plays(site, "rui")
