"""Where videos lie: finished folders are put on the shelf whole, whatever kind of storage it is."""

import shutil
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from time import time
from typing import Any

from django.conf import settings
from django.core.files import File

from courses.models.video import Video
from nerdherd.lib.stores import gated_storage

BENCH = "encoding-"
ABANDONED = 24 * 60 * 60  # seconds after which nobody works there any more


@contextmanager
def workbench(video: Video) -> Iterator[Path]:
    """A folder for this attempt alone, gone afterwards; what dead attempts left is cleared away.

    It lies beside the shelf, so that on one machine putting a folder there is a single move. Where
    there are several, each clears its own: no other sees its folder.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    for left in settings.DATA_DIR.glob(f"{BENCH}*"):
        if left.name.startswith(f"{BENCH}{video.pk}-") or _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{BENCH}{video.pk}-", dir=settings.DATA_DIR) as bench:
        yield Path(bench)


def _is_abandoned(bench: Path) -> bool:
    try:
        return time() - bench.stat().st_mtime > ABANDONED
    except FileNotFoundError:  # its worker has come to the end
        return False


def fetch(name: str, bench: Path) -> Path:
    """The file `name` as a path on this machine: where it lies, or a copy on the bench.

    Raises FileNotFoundError when it is gone.
    """
    local = local_path(name)
    if local is not None:
        if not local.exists():
            raise FileNotFoundError(name)
        return local
    copy = bench / "source"
    gated_storage().download(name, copy)
    return copy


def put(folder: Path, name: str) -> None:
    """Put the files of `folder` on the shelf as `name`; nobody is told before all are there."""
    target = local_path(name)
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, target)
        return
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            gated_storage().save(f"{name}/{path.name}", File(file))


def put_file(path: Path, name: str) -> None:
    """Put one more file on the shelf, in a folder that is there; in place of one of its name."""
    target = local_path(name)
    if target is not None:
        shutil.move(path, target)
        return
    gated_storage().delete(name)
    with path.open("rb") as file:
        gated_storage().save(name, File(file))


def put_away(name: str) -> None:
    """Take a folder that nobody was told of off the shelf again."""
    storage = gated_storage()
    local = local_path(name)
    if local is not None:
        shutil.rmtree(local, ignore_errors=True)
        return
    for file in storage.listdir(name)[1]:
        storage.delete(f"{name}/{file}")


def signed_address(name: str, seconds: int) -> str:
    """An address at which the bucket, or the server in front, sends `name` itself for so long.

    Empty where there is neither: then the bytes go through us.
    """
    if local_path(name) is None:
        return str(gated_storage().url(name, expire=seconds))
    if not settings.VIDEO_GATE_SECRET:
        return ""
    until = int(time()) + seconds
    # As nginx's secure_link module reckons it; the secret stands last.
    told = md5(f"{until}/{name} {settings.VIDEO_GATE_SECRET}".encode(), usedforsecurity=False)
    signature = urlsafe_b64encode(told.digest()).rstrip(b"=").decode()
    return f"/gate/{signature}/{until}/{name}"


def local_path(name: str) -> Path | None:
    """Where `name` lies on this machine's disk, or None when the storage is elsewhere."""
    storage: Any = gated_storage()
    try:
        return Path(storage.path(name))
    except NotImplementedError:
        return None
