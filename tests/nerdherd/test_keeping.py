"""A backup is worth what comes back of it: made under writes, damaged, destroyed, restored."""

import json
import shutil
import tarfile
import threading
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.db import connection

from billing.models import Membership
from courses.models import Post
from nerdherd.accounts.models import User
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(capsys):
    def run(command: str, *args) -> list[str]:
        capsys.readouterr()
        call_command(command, *args)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def filled():
    """A site with people, posts and files."""
    cast.mona()
    post("One")
    storages["default"].save("pictures/a.webp", ContentFile(b"a picture"))
    storages["gated"].save("videos/1/x.m4s", ContentFile(b"a film"))
    storages["gated"].save("uploads/half", ContentFile(b"part of an upload"))


@pytest.fixture
def backup(run, filled, tmp_path) -> Path:
    return Path(run("backup", tmp_path / "backups")[0].split("  ")[0])


def destroy() -> None:
    Post.objects.all().delete()
    Membership.objects.all().delete()
    post("Written after the backup")
    for storage in (storages["default"], storages["gated"]):
        assert isinstance(storage, FileSystemStorage)
        shutil.rmtree(storage.location)


@pytest.mark.drill("a backup is restored")
def test_what_was_destroyed_comes_back_to_the_last_byte(run, backup, client):
    before = run("fingerprint")
    destroy()
    assert run("fingerprint") != before

    said = run("restore", backup)
    assert run("fingerprint") == before
    assert "is whole" in said[0]
    client.force_login(User.objects.get(email="mona@example.com"))
    assert client.get("/posts/one/").status_code == 200
    assert client.get("/posts/written-after-the-backup/").status_code == 404


def test_what_was_here_before_a_restore_is_kept(run, backup):
    storages["default"].save("pictures/later.webp", ContentFile(b"later"))
    kept = Path(run("restore", backup)[-1].rpartition(" ")[2])
    assert (kept / "media/pictures/later.webp").read_bytes() == b"later"
    assert [file.stem for file in kept.glob("database.*")] == ["database"]
    assert not storages["default"].exists("pictures/later.webp")


def test_parts_of_uploads_are_left_out_and_nobody_else_can_read_it(backup):
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    assert names[0].startswith("database.")
    assert names[1:] == ["gated/videos/1/x.m4s", "media/pictures/a.webp", "manifest.json"]
    assert backup.stat().st_mode & 0o077 == 0
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]


@pytest.mark.drill("a backup is restored")
def test_a_backup_under_writes_is_whole(run, filled, tmp_path):
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            post(f"Post {number}")
            number += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        archives = [Path(run("backup", tmp_path / str(n))[0].split("  ")[0]) for n in range(3)]
    finally:
        stop.set()
        writer.join()
    run("restore", archives[-1])
    assert Post.objects.filter(slug="one").exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def rewritten(archive: Path, change) -> Path:
    """The archive with its manifest changed."""
    target = archive.with_name("changed.tar")
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            packed = old.extractfile(member)
            assert packed is not None
            content = packed.read()
            if member.name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
                member.size = len(content)
            new.addfile(member, BytesIO(content))
    return target


def test_a_damaged_archive_is_refused_and_nothing_touched(run, backup):
    before = run("fingerprint")
    content = bytearray(backup.read_bytes())
    content[content.find(b"a picture")] ^= 1
    damaged = backup.with_name("damaged.tar")
    damaged.write_bytes(content)
    with pytest.raises(CommandError, match=r"is damaged: media/pictures/a\.webp"):
        call_command("restore", damaged)
    for length in (0, 700, len(content) // 2, len(content) - 11_000):
        damaged.write_bytes(content[:length])
        with pytest.raises(CommandError, match=r"cannot be read|broken off|damaged"):
            call_command("restore", damaged)
    assert run("fingerprint") == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["migrations"].append("courses.9999_later"), "of a newer site"),
        (lambda m: m.update(format=2), "of a newer site"),
        (lambda m: m.update(vendor="oracle"), "is of oracle"),
        (lambda m: m["files"].update({"media/gone": [1, "x"]}), "damaged"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused(backup, change, said):
    with pytest.raises(CommandError, match=said):
        call_command("restore", rewritten(backup, change))


def test_no_file_of_an_archive_leaves_its_place(backup):
    evil = backup.with_name("evil.tar")
    shutil.copy(backup, evil)

    def change(manifest) -> None:
        manifest["files"]["media/../../out"] = manifest["files"].pop("media/pictures/a.webp")

    target = rewritten(backup, change)
    with tarfile.open(target) as old, tarfile.open(evil, "w") as new:
        for member in old:
            content = old.extractfile(member)
            if member.name == "media/pictures/a.webp":
                member.name = "media/../../out"
            new.addfile(member, content)
    with pytest.raises(CommandError, match="has no place in an archive of ours"):
        call_command("restore", evil)


def test_where_it_cannot_be_written_it_says_so(filled, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", tmp_path / "file")
