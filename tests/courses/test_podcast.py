"""The private podcast feed: whose it is, what is in it, and when it ends."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client

from courses.models import PodcastKey, Video
from tests import cast
from tests.library import members_post, post

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def mona(client):
    person = cast.mona()
    client.force_login(person)
    return person


def film(title: str, *, has_sound: bool = True, **fields: Any) -> None:
    made = members_post(title, video_seconds=125, **fields)
    Video.objects.create(
        post=made, original="x", folder="videos/1/a", seconds=125, made={"has_sound": has_sound}
    )


def address(client: Client) -> str:
    client.post("/account/podcast/")
    return f"/feed/{PodcastKey.objects.get().key}/"


def items(where: str) -> list[ET.Element]:
    """As an app asks: without any cookie."""
    answer = Client().get(where)
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    return ET.fromstring(answer.content).findall("channel/item")


def test_it_has_the_sound_of_every_video_that_is_out(client, mona):
    film("Loud")
    film("Mute", has_sound=False)
    film("Draft", published_at=None)
    post("An article")
    feed = address(client)
    (item,) = items(feed)
    assert item.findtext("title") == "Loud"
    assert item.findtext("{http://www.itunes.com/dtds/podcast-1.0.dtd}duration") == "2:05"
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": f"{SITE}{feed}loud.m4a", "length": "0", "type": "audio/mp4"}


def test_an_episode_leads_to_its_sound_by_a_pass(client, mona):
    film("Loud")
    film("Draft", published_at=None)
    feed = address(client)
    answer = Client().get(f"{feed}loud.m4a")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/watch/")
    assert answer["Location"].endswith("/a/audio.m4a")
    assert answer["Cache-Control"] == "private, no-store"
    for name in ("draft", "never-was"):
        assert Client().get(f"{feed}{name}.m4a").status_code == 404


def test_it_ends_with_the_membership_and_says_so_in_one_item(client, mona):
    film("Loud")
    feed = address(client)
    mona.memberships.get().revoke()
    (item,) = items(feed)
    assert item.findtext("title") == "This feed has ended"
    assert item.find("enclosure") is None
    assert Client().get(f"{feed}loud.m4a").status_code == 404
    assert "How you stand" in client.get("/account/podcast/").text


def test_a_new_address_ends_the_old_one(client, mona):
    film("Loud")
    old = address(client)
    new = address(client)
    assert old != new
    assert Client().get(old).status_code == Client().get(f"{old}loud.m4a").status_code == 404
    assert len(items(new)) == 1
    assert f'value="{SITE}{new}"' in client.get("/account/podcast/").text


def test_others_neither_see_nor_make_one(client):
    assert Client().get("/account/podcast/")["Location"].startswith("/accounts/login/")
    client.force_login(cast.rui())
    client.post("/account/podcast/")
    assert not PodcastKey.objects.exists()
    assert "/feed/" not in client.get("/account/podcast/").text.partition("<main")[2]
    assert Client().get("/feed/nonsense/").status_code == 404
