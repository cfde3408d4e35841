"""The nightly sweep: orphans go, a day later, and nothing else is ever deleted."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from courses.models import Post, Upload, Video
from courses.video import shelf
from courses.video.pipeline import prepare
from courses.video.sweep import KEPT_FOR, sweep
from nerdherd.lib.stores import gated_storage
from tests import cast
from tests.courses.films import film, prepared
from tests.courses.shelf import on_the_shelf
from tests.library import post

pytestmark = pytest.mark.django_db


def everything(settings) -> set[str]:
    root = Path(settings.DATA_DIR)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def a_day_passes(settings) -> None:
    then = time.time() - KEPT_FOR.total_seconds() - 60
    for path in Path(settings.DATA_DIR).rglob("*"):
        os.utime(path, (then, then))


def test_what_rows_name_is_never_touched(settings):
    video = prepared(film(seconds=1))
    on_the_shelf(post("Another"))
    Upload.objects.create(
        editor=cast.ed(),
        video=video,
        file_name="x",
        size=1,
        part_size=1,
        key="originals/" + "u" * 24,
    )
    gated_storage().save("originals/" + "u" * 24, ContentFile(b"just uploaded"))
    a_day_passes(settings)
    before = everything(settings)
    assert sweep() == 0
    assert everything(settings) == before


def test_a_replaced_film_goes_a_day_later_with_all_that_was_made_of_it(settings):
    video = prepared(film(seconds=1))
    old = everything(settings)
    video.original = ContentFile(film("64x64", seconds=1), "new.mp4")
    video.save()
    assert video.take()
    prepare(video)
    assert sweep() == 0
    a_day_passes(settings)
    assert sweep() == len(old)
    assert not everything(settings) & old
    video.refresh_from_db()
    assert (Path(gated_storage().path(video.folder)) / "master.m3u8").exists()


def test_a_deleted_post_leaves_no_file(settings):
    prepared(film(seconds=1))
    Post.objects.all().delete()
    assert not Video.objects.exists()
    a_day_passes(settings)
    sweep()
    assert everything(settings) == set()


@pytest.mark.parametrize(
    ("storage", "name"),
    [
        (gated_storage, "videos/readme.txt"),
        (gated_storage, "videos/12/notes/video.mp4"),
        (gated_storage, "originals/holiday.mov"),
        (gated_storage, "letters/" + "a" * 24),
        (lambda: default_storage, "pictures/logo.png"),
        (lambda: default_storage, "shelf/" + "a" * 20 + "-480.webp"),
    ],
)
def test_what_is_not_ours_stays(settings, storage, name):
    storage().save(name, ContentFile(b"somebody put it here"))
    a_day_passes(settings)
    sweep()
    assert storage().exists(name)


def test_the_bench_of_a_worker_that_died_is_cleared_by_the_next_film_on_its_machine(settings):
    dead, living = (Path(settings.DATA_DIR, f"{shelf.BENCH}{name}") for name in ("98-a", "99-b"))
    for bench in (dead, living):
        bench.mkdir(parents=True)
    then = time.time() - shelf.ABANDONED - 60
    os.utime(dead, (then, then))
    assert prepared(film(seconds=1)).state == "ready"
    assert (dead.exists(), living.exists()) == (False, True)
