"""A site's data folder with one film to prepare, and workers in processes of their own."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.whole_site import ROOT

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


def set_up(data_dir: Path, film: Path) -> Path:
    """Make `data_dir`, the data of a site with a post whose video is to be made of `film`."""
    data_dir.mkdir()
    program = f"import django; django.setup(){SETTING_UP.format(path=str(film))}"
    command = [sys.executable, "-c", program]
    subprocess.run(command, cwd=ROOT, env=surroundings(data_dir), check=True)
    return data_dir


def surroundings(data_dir: Path) -> dict[str, str]:
    """The environment of a process that works in `data_dir`."""
    here = {"DATA_DIR": str(data_dir), "DATABASE_URL": "", "CACHE_URL": "locmemcache://"}
    return os.environ | here


class Workshop:
    """A copy of such a folder, and workers in processes of their own."""

    def __init__(self, untouched: Path, data_dir: Path, **environment: str) -> None:
        self.data_dir = shutil.copytree(untouched, data_dir)
        self.environment = surroundings(data_dir) | environment
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

    def worker_until(self, percent: int, command: str = "transcode") -> subprocess.Popen[bytes]:
        """A worker that has come so far with the film."""
        before = self.row()["attempts"]
        worker = self.manage(command)
        deadline = time.monotonic() + 300  # encoders give way to all others
        while True:
            row = self.row()
            if row["attempts"] > before and row["progress"] >= percent:
                return worker
            assert row["state"] != "ready", "it was done before it could be killed"
            assert time.monotonic() < deadline, row
            time.sleep(0.02)

    def end(self, worker: subprocess.Popen[bytes]) -> None:
        """As a service manager does it."""
        worker.terminate()
        assert worker.wait(20) == 0

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
