"""One file that holds the database and everything people uploaded, with what it should hold.

A tar file: the database first, then the files of both shelves, last `manifest.json` with the
length and SHA-256 of each; an archive without it was broken off.
"""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from nerdherd.keeping import databases

FORMAT = 1
MANIFEST = "manifest.json"
SHELVES = {"media": "default", "gated": "gated"}
# Beside the shelves: parts of uploads that are not finished are not worth keeping.
LEFT_OUT = ("uploads",)
PIECE = 1 << 20


class BrokenArchiveError(Exception):
    """Why an archive is not used, in a sentence; nothing has been touched."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; `files` has (length, sha256) by name."""

    made_at: str
    vendor: str
    migrations: list[str]
    files: dict[str, tuple[int, str]]

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """Raises `BrokenArchiveError` for what we did not write, or a later version of us."""
        try:
            said = json.loads(content)
            if said["format"] != FORMAT:
                raise BrokenArchiveError("This archive is of a newer site: update this one first.")
            files = {
                name: (int(size), str(digest)) for name, (size, digest) in said["files"].items()
            }
            return cls(said["made_at"], said["vendor"], said["migrations"], files)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenArchiveError("The list of what is in this archive is damaged.") from error

    def as_bytes(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps({"format": FORMAT, **self.__dict__}, indent=1).encode()


def back_up(folder: Path) -> Path:
    """Write an archive into `folder` and return it; there is never half of one by that name."""
    folder.mkdir(parents=True, exist_ok=True)
    made_at = timezone.now()
    target = folder / f"nerdherd-{made_at:%Y-%m-%dT%H-%M-%SZ}.tar"
    partial = target.with_suffix(".partial")
    try:
        with tempfile.TemporaryDirectory(dir=folder) as bench, tarfile.open(partial, "w") as tar:
            # The database first: a file that is there a moment later does no harm.
            copy = Path(bench) / databases.NAMES[connection.vendor]
            databases.copy_to(copy)
            files = {copy.name: _add(tar, copy, copy.name)}
            for name, path in sorted(local_files()):
                files[name] = _add(tar, path, name)
            manifest = Manifest(made_at.isoformat(), connection.vendor, migrations(), files)
            _add_bytes(tar, MANIFEST, manifest.as_bytes(), made_at)
        partial.chmod(0o600)  # it holds what everybody has written and bought
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def local_files() -> Iterator[tuple[str, Path]]:
    """Every uploaded or made file on this machine, by its name in an archive."""
    for folder, alias in SHELVES.items():
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            root = Path(storage.location)
            for path in root.rglob("*"):
                within = path.relative_to(root)
                if path.is_file() and within.parts[0] not in LEFT_OUT:
                    yield f"{folder}/{within.as_posix()}", path


def migrations() -> list[str]:
    """What the database has been through, as `app.name`."""
    applied = MigrationLoader(connection).applied_migrations
    return sorted(f"{app}.{name}" for app, name in applied)


def check(archive: Path) -> Manifest:
    """Read all of an archive; raises `BrokenArchiveError` unless it is whole and fits this site."""
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None or member.name in found:
                    raise BrokenArchiveError(f"{member.name} has no place in an archive of ours.")
                if member.name == MANIFEST:
                    manifest = Manifest.read(content.read())
                else:
                    found[member.name] = _digest(content)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BrokenArchiveError(f"This archive cannot be read to its end ({error}).") from error
    if manifest is None:
        raise BrokenArchiveError("This archive was broken off: its end is missing.")
    wrong = [n for n in manifest.files if found.get(n) != manifest.files[n]]
    if wrong or found.keys() != manifest.files.keys():
        raise BrokenArchiveError(f"This archive is damaged: {(wrong or sorted(found))[0]}.")
    _check_fits(manifest)
    return manifest


def _check_fits(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BrokenArchiveError(
            f"This archive is of {manifest.vendor}, here is {connection.vendor}."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise BrokenArchiveError(
            f"This archive is of a newer site (it knows {newer[-1]}): update this one first."
        )
    for name in manifest.files:
        if name != databases.NAMES[manifest.vendor]:
            _place(name)


def _place(name: str) -> tuple[str, Path]:
    """The shelf and the path within it of a file in an archive."""
    folder, _, within = name.partition("/")
    path = Path(within)
    if folder not in SHELVES or not within or path.is_absolute() or ".." in path.parts:
        raise BrokenArchiveError(f"{name} has no place in an archive of ours.")
    return folder, path


def restore(archive: Path, manifest: Manifest) -> Path:
    """Put what a checked archive holds in place of what is here.

    What was here is kept beside, in the folder that is returned.
    """
    kept = settings.DATA_DIR / f"before-restore-{timezone.now():%Y-%m-%dT%H-%M-%SZ}"
    kept.mkdir(parents=True)
    databases.copy_to(kept / databases.NAMES[connection.vendor])
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA_DIR) as bench_name:
        bench = Path(bench_name)
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is not None and member.name in manifest.files:
                    target = bench / member.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as file:
                        shutil.copyfileobj(content, file, PIECE)
        databases.bring_back(bench / databases.NAMES[manifest.vendor])
        for folder, alias in SHELVES.items():
            storage = storages[alias]
            if isinstance(storage, FileSystemStorage):
                _swap(Path(storage.location), bench / folder, kept / folder)
    return kept


def _swap(here: Path, new: Path, kept: Path) -> None:
    if here.exists():
        here.rename(kept)
    new.mkdir(parents=True, exist_ok=True)
    new.rename(here)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> tuple[int, str]:
    """Add a file as long as it is now; whatever is written to it meanwhile is not in it."""
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        reader = _Digesting(file)
        tar.addfile(info, reader)  # type: ignore[arg-type]
    return info.size, reader.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(content), int(at.timestamp())
    tar.addfile(info, io.BytesIO(content))


class _Digesting:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


def _digest(content: IO[Any]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while piece := content.read(PIECE):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()
