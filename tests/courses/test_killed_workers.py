"""Workers that are killed in the middle of a film: nothing half-made is ever seen, nothing is lost."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.courses.films import made_by_ffmpeg
from tests.whole_site import ROOT

pytestmark = pytest.mark.site

SETTING_UP = """
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from courses.models import Post, Video
call_command("migrate", verbosity=0)
post = Post.objects.create(title="Film", slug="film", access="free", published_at=timezone.now())
film = ContentFile(open({path!r}, "rb").read(), "film.mp4")
Video.objects.create(post=post, original=film)
"""


class Workshop:
    """A site's data folder with one film to prepare, and workers in processes of their own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.environment = {
            **os.environ,
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": "",
            "CACHE_URL": "locmemcache://",
            "VIDEO_HEIGHTS": "360",
        }
        self.workers: list[subprocess.Popen[bytes]] = []

    def manage(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        self.workers.append(process)
        return process

    def row(self) -> dict:
        with closing(sqlite3.connect(self.data_dir / "db.sqlite3", timeout=10)) as database:
            database.row_factory = sqlite3.Row
            return dict(database.execute("SELECT * FROM courses_video").fetchone())

    def worker_until(self, percent: int) -> subprocess.Popen[bytes]:
        """A worker that has come so far with the film."""
        before = self.row()["attempts"]
        worker = self.manage("transcode")
        deadline = time.monotonic() + 60
        while True:
            row = self.row()
            if row["attempts"] > before and row["progress"] >= percent:
                return worker
            assert row["state"] != "ready", "it was done before it could be killed"
            assert time.monotonic() < deadline, row
            time.sleep(0.02)

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        deadline = time.monotonic() + 5
        while self.encoders() and time.monotonic() < deadline:
            time.sleep(0.02)

    def encoders(self) -> list[str]:
        """The command lines of all ffmpeg that work in this folder."""
        lines = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if "ffmpeg" in line.split(" ")[0] and str(self.data_dir) in line:
                lines.append(line)
        return lines

    def lease_runs_out(self) -> None:
        with closing(sqlite3.connect(self.data_dir / "db.sqlite3", timeout=10)) as database:
            database.execute("UPDATE courses_video SET lease_until = '2020-01-01 00:00:00'")
            database.commit()

    def on_the_shelf(self) -> list[str]:
        return [
            str(path.relative_to(self.data_dir / "gated"))
            for path in (self.data_dir / "gated/videos").glob("*/*")
        ]

    def benches(self) -> list[Path]:
        return list(self.data_dir.glob("encoding-*"))


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    film = tmp_path / "film.mp4"
    film.write_bytes(
        made_by_ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=1280x720:r=30:d=16",
            "-f",
            "lavfi",
            "-i",
            "sine=d=16",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
        )
    )
    shop = Workshop(tmp_path / "data")
    shop.data_dir.mkdir()
    program = f"import django; django.setup(){SETTING_UP.format(path=str(film))}"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=shop.environment, check=True)
    yield shop
    for worker in shop.workers:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("percent", [2, 30, 94])
def test_a_killed_worker_leaves_nothing_half_made_and_another_begins_anew(workshop, percent):
    workshop.kill(workshop.worker_until(percent))

    assert workshop.encoders() == []
    assert (workshop.row()["state"], workshop.row()["folder"]) == ("encoding", "")
    assert workshop.on_the_shelf() == []

    # Nobody takes it from a worker that may be alive.
    assert workshop.manage("transcode").wait(60) == 0
    assert workshop.row()["attempts"] == 1

    workshop.lease_runs_out()
    assert workshop.manage("transcode").wait(120) == 0
    row = workshop.row()
    assert (row["state"], row["attempts"], row["error"]) == ("ready", 2, "")
    assert workshop.on_the_shelf() == [row["folder"]]
    assert workshop.benches() == []
    playlist = (workshop.data_dir / "gated" / row["folder"] / "360.m3u8").read_text()
    assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", playlist))) == pytest.approx(16, abs=0.2)


def test_with_two_workers_one_may_die_twice(workshop):
    for attempt in (1, 2):
        victim = workshop.worker_until(10)
        other = workshop.manage("transcode")
        workshop.kill(victim)
        assert other.wait(60) == 0  # it does not touch what may be in good hands
        assert workshop.row()["attempts"] == attempt
        assert workshop.encoders() == []
        workshop.lease_runs_out()
    two = [workshop.manage("transcode"), workshop.manage("transcode")]
    assert [worker.wait(120) for worker in two] == [0, 0]
    row = workshop.row()
    assert (row["state"], row["attempts"]) == ("ready", 3)
    assert workshop.on_the_shelf() == [row["folder"]]
    assert workshop.benches() == []
