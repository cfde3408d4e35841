"""In production nginx sends the films itself, to whoever has an address that the site signed."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.signals import request_started
from django.test import Client

from courses.models import Video
from courses.video import delivery
from courses.video.shelf import signed_address
from nerdherd.lib.stores import gated_storage
from tests import cast
from tests.courses.shelf import ATTEMPT, BYTES, on_the_shelf
from tests.library import members_post, post
from tests.nginx import SECRET, Nginx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.site]


@pytest.fixture
def nginx(live_server, settings, tmp_path: Path) -> Iterator[Nginx]:
    settings.VIDEO_GATE_SECRET = SECRET
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    folder = tmp_path / "nginx"
    folder.mkdir()
    nginx = Nginx(folder, live_server.url, tmp_path / "gated")
    yield nginx
    nginx.stop()


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The paths of the requests that reach Django."""
    paths: list[str] = []

    def note(environ, **_more) -> None:
        paths.append(environ["PATH_INFO"])

    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


def media_of(nginx: Nginx, video, pass_: str) -> list[str]:
    status, playlist = nginx.get(f"/watch/{pass_}/{video.pk}/{ATTEMPT}/360.m3u8")
    assert status == 200
    return re.findall(r"/gate/[^\s\"]+", playlist.decode())


def test_no_byte_of_a_film_goes_through_python(nginx, heard):
    video = on_the_shelf(members_post()).video
    grant = delivery.grant(video, cast.mona())
    media = media_of(nginx, video, grant)
    assert len(media) == 2
    del heard[:]
    assert nginx.get(media[0], Range="bytes=6-9") == (206, BYTES[6:10])
    assert nginx.get(media[0]) == (200, BYTES)
    assert heard == []
    # What is asked for by name is led there.
    assert nginx.get(f"/watch/{grant}/{video.pk}/{ATTEMPT}/video.mp4") == (200, BYTES)
    assert heard == [f"/watch/{grant}/{video.pk}/{ATTEMPT}/video.mp4"]


def test_a_signed_address_cannot_be_bent(nginx):
    video = on_the_shelf(members_post()).video
    gated_storage().save("originals/x", ContentFile(b"the editor's file"))
    [address, _] = media_of(nginx, video, delivery.grant(video, cast.mona()))
    _, _, signature, until, *_ = address.split("/")
    for bent in (
        address.replace("360.mp4", "video.mp4"),
        address.replace(until, str(int(until) + 60)),
        address.replace(signature, signature[::-1]),
        f"/gate/{signature}/{until}/originals/x",
        f"/gate/{signature}/{until}/videos/{video.pk}/{ATTEMPT}/../../../originals/x",
        signed_address("originals/x", 60),
        signed_address(f"videos/{video.pk}/{ATTEMPT}/360.mp4", -1),
        "/gate/",
    ):
        status, body = nginx.get(bent)
        assert status == 404, bent
        assert BYTES not in body


def test_an_address_lives_for_the_film_and_never_longer_than_the_pass(nginx, monkeypatch):
    video = on_the_shelf(members_post()).video

    def lives(pass_: str) -> int:
        [address, _] = media_of(nginx, video, pass_)
        return int(address.split("/")[3]) - int(time.time())

    mona = cast.mona()
    assert 1970 <= lives(delivery.grant(video, mona)) <= 1980  # half an hour and twice 90 s
    monkeypatch.setattr(delivery, "GRANT_LIFE", timedelta(seconds=50))
    assert 40 <= lives(delivery.grant(video, mona)) <= 50


def test_a_playlist_is_never_kept_longer_than_the_addresses_in_it_live(nginx):
    video = on_the_shelf(post()).video
    Video.objects.update(seconds=2 * 60 * 60)
    answer = Client(SERVER_NAME="127.0.0.1").get(f"/watch/free/{video.pk}/{ATTEMPT}/360.m3u8")
    assert answer["Cache-Control"] == "public, max-age=60"
    [address, _] = media_of(nginx, video, delivery.FREE)
    assert int(address.split("/")[3]) - time.time() > 2 * 60 * 60  # to the end of the film
