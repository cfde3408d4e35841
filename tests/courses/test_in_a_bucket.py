"""The whole way of a film when all files lie in a bucket: prepare, play, replace, delete."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

import nerdherd.settings
from courses.models import Post, Video
from courses.video import delivery
from courses.video import sweep as sweeping
from courses.video.pipeline import cut_next_opening, prepare_next
from tests import cast
from tests.courses.films import film, prepared, uploaded
from tests.courses.sender import MB
from tests.s3 import Bucket
from tests.silence import silent_server
from tests.whole_site import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.films]


def fetch(address: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def for_members(video: Video) -> Video:
    Post.objects.update(access=Post.Access.MEMBERS)
    return Video.objects.select_related("post").get(pk=video.pk)


def test_threads_and_shelves_have_one_way_to_the_bucket(bucket: Bucket):
    """Each of its own would be 17 MB: two shelves and eight threads once made 280 of them."""
    both: list[Any] = [storages["gated"], storages["default"]]
    ready = Barrier(8)

    def ask(number: int) -> tuple[int, bool]:
        ready.wait(5)
        shelf = both[number % 2]
        return id(shelf.connection), shelf.exists(f"{number}.txt")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert len(set(answers)) == 1
    both[0].save("1.txt", ContentFile(b"one"))
    assert [shelf.exists("1.txt") for shelf in both] == [True, False]


def test_a_film_is_prepared_and_played_from_the_bucket(bucket: Bucket):
    video = for_members(prepared(film("640x360", seconds=3)))
    assert (video.state, video.error) == ("ready", "")
    assert len(bucket.files(f"gated/{video.folder}/")) >= 7
    grant = delivery.grant(video, cast.mona())

    master = Client().get(delivery.address(video, grant, "master.m3u8")).text
    assert "\n360.m3u8\n" in master  # playlists go on asking us
    playlist = Client().get(delivery.address(video, grant, "360.m3u8")).text
    media = set(re.findall(rf"{re.escape(bucket.endpoint)}[^\s\"]+", playlist))
    assert len(media) == 1  # one signature for the whole rendition
    [address] = media
    status, head = fetch(address, Range="bytes=0-99")
    assert (status, len(head), head[4:8]) == (206, 100, b"ftyp")

    led = Client().get(delivery.address(video, grant, "video.mp4"))
    assert led.status_code == 302
    assert led["Cache-Control"] == "private, no-store"
    assert fetch(led["Location"], Range="bytes=0-9")[0] == 206


def test_a_signed_address_lives_no_longer_than_the_pass(bucket: Bucket, monkeypatch):
    video = for_members(prepared(film(seconds=1)))
    monkeypatch.setattr(delivery, "GRANT_LIFE", timedelta(seconds=77))
    playlist = (
        Client().get(delivery.address(video, delivery.grant(video, cast.mona()), "180.m3u8")).text
    )
    [seconds] = set(re.findall(r"X-Amz-Expires=(\d+)", playlist))
    assert 70 <= int(seconds) <= 77
    assert fetch(f"{bucket.endpoint}/{bucket.name}/gated/{video.folder}/180.mp4")[0] == 403


def test_nobody_gets_an_address_without_access(bucket: Bucket):
    video = for_members(prepared(film(seconds=1)))
    for pass_ in (delivery.FREE, delivery.OPENING, delivery.grant(video, cast.rex())):
        for name in ("master.m3u8", "180.m3u8", "180.mp4", "video.mp4", "story.vtt"):
            assert Client().get(delivery.address(video, pass_, name)).status_code == 404


def test_replacing_and_deleting_leave_nothing_behind(bucket: Bucket, monkeypatch):
    video = prepared(film(seconds=1))
    old = set(bucket.files())
    video.original = ContentFile(film("64x64", seconds=1), "new.mp4")
    video.save()
    assert prepare_next()
    assert sweeping.sweep() == 0  # whoever is in the middle of the old film sees its end
    monkeypatch.setattr(sweeping, "KEPT_FOR", timedelta(0))
    assert sweeping.sweep() == len(old)
    assert not set(bucket.files()) & old
    new = Video.objects.get()
    assert f"gated/{new.folder}/master.m3u8" in bucket.files()

    Post.objects.all().delete()
    sweeping.sweep()
    assert bucket.files() == []


def test_an_opening_asked_for_later_is_cut_and_put_there(bucket: Bucket):
    video = for_members(prepared(film(seconds=4)))
    Video.objects.update(opening_seconds=2)
    assert cut_next_opening() is True
    assert cut_next_opening() is False
    video.refresh_from_db()
    led = Client().get(delivery.address(video, delivery.OPENING, video.opening))
    assert fetch(led["Location"])[0] == 200


def test_a_picture_has_an_address_of_ours_that_never_runs_out(bucket: Bucket):
    shown = prepared(film(seconds=1)).post
    page = Client().get(shown.get_absolute_url()).text
    found = set(re.findall(r"/media/posters/\w+-\d+\.webp", page))
    assert found
    assert "X-Amz-" not in page.partition("<video-player")[0]
    for address in found:
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.getvalue()[8:12] == b"WEBP"
    assert Client().get("/media/posters/nothing-360.webp").status_code == 404


@pytest.fixture
def silent(bucket: Bucket, settings, monkeypatch) -> Iterator[None]:
    """From now on the bucket takes every question and answers none."""
    with silent_server() as port:
        monkeypatch.setattr(nerdherd.settings, "S3_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        settings.S3_READ_SECONDS = 0.2
        settings.STORAGES = {
            **settings.STORAGES,
            "default": nerdherd.settings.shelf("media"),
            "gated": nerdherd.settings.shelf("gated"),
        }
        yield


def test_nobody_waits_for_a_silent_bucket_without_end(silent):
    browser = Client(raise_request_exception=False)
    assert browser.get("/media/posters/nap-360.webp").status_code == 503


def test_a_film_that_a_silent_bucket_keeps_back_is_not_taken_for_a_bad_one(bucket, request):
    waiting = uploaded(film(seconds=1))
    request.getfixturevalue("silent")
    for _ in range(Video.MAX_ATTEMPTS + 1):
        prepare_next()
        Video.objects.update(lease_until=timezone.now())
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.error) == (0, "")


FETCHING = """
import pathlib, re, tempfile
import django; django.setup()
from courses.video import shelf
def most():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024
with tempfile.TemporaryDirectory() as name:
    bench = pathlib.Path(name)
    shelf.fetch("originals/small", bench)
    before = most()
    print(shelf.fetch("originals/large", bench).stat().st_size, most() - before)
"""


def test_a_film_may_be_larger_than_memory(bucket: Bucket):
    for name, size in (("small", MB), ("large", 200 * MB)):
        body = BytesIO(bytes(size))
        bucket.client.upload_fileobj(body, bucket.name, f"gated/originals/{name}")
    told = os.environ | {"S3_BUCKET": bucket.name, "S3_ENDPOINT_URL": bucket.endpoint}
    command = [sys.executable, "-c", FETCHING]
    said = subprocess.run(
        command, cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE, text=True
    )
    size, grown = map(int, said.stdout.split())
    assert (size, grown < 100) == (200 * MB, True), grown
