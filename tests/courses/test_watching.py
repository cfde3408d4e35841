"""Who may fetch the files of a video: every file, every pass, at every moment."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Post, Video
from courses.video import delivery
from nerdherd.lib import ranges
from tests import cast
from tests.courses.shelf import ATTEMPT, BYTES, FILES, on_the_shelf
from tests.library import members_post, post

pytestmark = pytest.mark.django_db

MEMBERS_NAMES = [name for name in FILES if not name.startswith("opening")]


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def addresses(video: Video, pass_: str) -> list[str]:
    """Every address of a members' video under one pass."""
    files = [f"/watch/{pass_}/{video.pk}/{ATTEMPT}/{name}" for name in MEMBERS_NAMES]
    return [
        *files,
        *(f"/watch/{pass_}/{video.pk}/{name}" for name in ("captions-en.vtt", "chapters.vtt")),
    ]


def statuses(video: Video, pass_: str, client: Client | None = None) -> set[int]:
    """What all its addresses answer; without a client, like a television that has no cookie."""
    client = client or Client()
    return {client.get(address).status_code for address in addresses(video, pass_)}


PEOPLE = {"rui": cast.rui, "rex": cast.rex, "mona": cast.mona, "ed": cast.ed, "olga": cast.olga}
MAY = {"mona", "ed", "olga"}


class TestAMembersVideo:
    """Nothing of it without access at this very moment."""

    @pytest.mark.parametrize("name", PEOPLE)
    def test_a_grant_opens_it_for_those_who_may(self, name):
        video = on_the_shelf(members_post()).video
        grant = delivery.grant(video, PEOPLE[name]())
        assert statuses(video, grant) == ({200} if name in MAY else {404})

    @pytest.mark.parametrize(
        "pass_", ["free", "opening", "nonsense", "1-1-9999999999", ":", "1:2:3"]
    )
    def test_no_other_pass_opens_anything(self, pass_):
        video = on_the_shelf(members_post(), opening_seconds=5, opening_made=5).video
        got = {address: Client().get(address) for address in addresses(video, pass_)}
        opened = [address for address, answer in got.items() if answer.status_code != 404]
        assert opened == (
            [f"/watch/opening/{video.pk}/captions-en.vtt"] if pass_ == "opening" else []
        )

    def test_a_grant_is_for_one_video_and_cannot_be_rewritten(self):
        one, other = (
            on_the_shelf(members_post("One")).video,
            on_the_shelf(members_post("Two")).video,
        )
        mona, rui = cast.mona(), cast.rui()
        grant = delivery.grant(one, mona)
        assert statuses(other, grant) == {404}
        said, signature = grant.split(":")
        video, person, until = said.split("-")
        forged = [
            f"{other.pk}-{person}-{until}:{signature}",
            f"{video}-{person}-{int(until) + 1}:{signature}",
            f"{said}:{signature[:-1]}",
            f"{delivery.grant(one, rui).split(':')[0]}:{signature}",
        ]
        for pass_ in forged:
            assert statuses(one, pass_) == statuses(other, pass_) == {404}, pass_

    def test_a_grant_ends_after_four_hours(self, monkeypatch):
        video, mona = on_the_shelf(members_post()).video, cast.mona()
        assert timedelta(hours=4) == delivery.GRANT_LIFE
        monkeypatch.setattr(delivery, "GRANT_LIFE", timedelta(seconds=-1))
        assert statuses(video, delivery.grant(video, mona)) == {404}

    @pytest.mark.parametrize(
        "loses",
        [
            lambda person, post: person.memberships.get().revoke(),
            lambda person, post: type(person).objects.filter(pk=person.pk).update(is_active=False),
            lambda person, post: person.delete(),
            lambda person, post: Post.objects.filter(pk=post.pk).update(published_at=None),
        ],
        ids=["refunded", "shut out", "deleted", "post taken back"],
    )
    def test_whoever_loses_access_loses_the_grant_at_once(self, loses):
        target, mona = on_the_shelf(members_post()), cast.mona()
        grant = delivery.grant(target.video, mona)
        assert statuses(target.video, grant) == {200}
        loses(mona, target)
        assert statuses(target.video, grant) == {404}

    def test_its_files_are_kept_by_nobody(self):
        video = on_the_shelf(members_post()).video
        for address in addresses(video, delivery.grant(video, cast.mona())):
            assert Client().get(address)["Cache-Control"] == "private, no-store", address

    def test_the_page_names_addresses_that_work_for_a_television(self, client):
        target = on_the_shelf(members_post())
        client.force_login(cast.mona())
        page = client.get(target.get_absolute_url()).text
        named = {unescape(address) for address in re.findall(r'"(/watch/[^"]+)"', page)}
        assert len(named) >= 5
        assert {Client().get(address).status_code for address in named} == {200}
        assert not re.findall(r"/watch/", Client().get(target.get_absolute_url()).text)

    def test_while_nothing_plays_yet_a_member_is_asked_for_patience_and_not_to_join(self, client):
        target = on_the_shelf(members_post())
        Video.objects.update(folder="", state=Video.State.UPLOADED)
        client.force_login(cast.mona())
        page = client.get(target.get_absolute_url()).text
        assert "The video is being prepared" in page
        assert 'href="#join"' not in page

    def test_fresh_addresses_are_for_those_who_may(self, client):
        target = on_the_shelf(members_post())
        renewal = f"{target.get_absolute_url()}playback/"
        assert client.get(renewal).status_code == 404
        client.force_login(cast.rui())
        assert client.get(renewal).status_code == 404
        client.force_login(cast.mona())
        fresh = client.get(renewal).json()
        assert Client().get(fresh["playlist"]).status_code == 200

    def test_what_lies_beside_it_has_no_address(self):
        video = on_the_shelf(members_post()).video
        grant = delivery.grant(video, cast.mona())
        here = f"/watch/{grant}/{video.pk}"
        for path in (
            f"{here}/{ATTEMPT}/../../../originals/x",
            f"{here}/{ATTEMPT}/%2e%2e%2f360.mp4",
            f"{here}/{ATTEMPT}/opening-5.mp4.bak",
            f"{here}/{ATTEMPT}/",
            f"{here}/another-attempt/360.mp4",
            f"/watch/{grant}/{video.pk + 1}/{ATTEMPT}/360.mp4",
        ):
            assert Client().get(path).status_code == 404, path

    def test_a_segment_costs_three_queries(self, django_assert_num_queries):
        video = on_the_shelf(members_post()).video
        grant = delivery.grant(video, cast.mona())
        with django_assert_num_queries(3):
            Client().get(f"/watch/{grant}/{video.pk}/{ATTEMPT}/360.mp4")


class TestAFreeVideo:
    """The same for everybody, and for caches too."""

    def test_anybody_may_have_all_of_it_and_keep_it(self):
        video = on_the_shelf(post()).video
        assert statuses(video, delivery.FREE) == {200}
        answer = Client().get(f"/watch/free/{video.pk}/{ATTEMPT}/360.mp4")
        assert answer["Cache-Control"] == "public, max-age=3600, immutable"
        assert not answer.cookies

    def test_it_is_kept_no_longer_than_it_is_free(self):
        until = timezone.now() + timedelta(seconds=100)
        target = on_the_shelf(post(access=Post.Access.FREE_UNTIL, free_until=until))
        address = f"/watch/free/{target.video.pk}/{ATTEMPT}/360.mp4"
        [seconds] = re.findall(r"max-age=(\d+)", Client().get(address)["Cache-Control"])
        assert 90 <= int(seconds) <= 100
        Post.objects.update(free_until=timezone.now())
        assert Client().get(address).status_code == 404

    @pytest.mark.parametrize("at", [None, timedelta(days=1)])
    def test_one_that_is_not_out_is_for_staff_only(self, client, at):
        target = on_the_shelf(post(published_at=timezone.now() + at if at else None))
        assert statuses(target.video, delivery.FREE) == {404}
        client.force_login(cast.ed())
        page = client.get(target.get_absolute_url()).text
        assert "/watch/free/" not in page
        [playlist] = re.findall(r'playlist="([^"]+)"', page)
        assert Client().get(playlist).status_code == 200


class TestAFreeOpening:
    """The first seconds of a members' video, as a film of its own."""

    def opening(self, **fields) -> Post:
        return on_the_shelf(members_post(), opening_seconds=5, opening_made=5, **fields)

    def test_a_visitor_has_the_opening_and_what_is_said_in_it(self):
        target = self.opening()
        page = Client().get(target.get_absolute_url()).text
        address = f"/watch/opening/{target.video.pk}/{ATTEMPT}/opening-5.mp4"
        assert address in page
        answer = Client().get(address)
        assert body(answer) == b"the opening"
        assert answer["Cache-Control"].startswith("public")
        said = Client().get(f"/watch/opening/{target.video.pk}/captions-en.vtt").text
        assert "everybodymayhearthis" in said
        assert "thisbegins" not in said
        assert "onlymembers" not in said
        assert "onlymembers" not in page

    def test_members_have_the_whole(self, client):
        target = self.opening()
        client.force_login(cast.mona())
        page = client.get(target.get_absolute_url()).text
        assert "/watch/opening/" not in page
        assert "master.m3u8" in page

    def test_an_opening_taken_back_is_gone(self):
        target = self.opening()
        Video.objects.update(opening_seconds=None)
        address = f"/watch/opening/{target.video.pk}/{ATTEMPT}/opening-5.mp4"
        assert Client().get(address).status_code == 404
        assert "<video" not in Client().get(target.get_absolute_url()).text


class TestRanges:
    """Parts of a file, as players ask for them."""

    @pytest.fixture
    def ask(self, client):
        target = on_the_shelf(post())

        def ask(value: str | None, method: str = "get"):
            headers = {"Range": value} if value else {}
            address = delivery.address(target.video, delivery.FREE, "video.mp4")
            return getattr(client, method)(address, headers=headers)

        return ask

    @pytest.mark.parametrize(
        ("asked", "part"),
        [
            ("bytes=0-1", slice(0, 2)),
            ("bytes=6-", slice(6, None)),
            ("bytes=-4", slice(-4, None)),
            ("bytes=0-99999", slice(None)),
            ("bytes=-99999", slice(None)),
            ("bytes=30-30", slice(30, 31)),
        ],
    )
    def test_a_range_is_that_range(self, ask, asked, part):
        answer = ask(asked)
        assert answer.status_code == 206
        body = b"".join(answer)
        assert body == BYTES[part]
        assert answer["Content-Length"] == str(len(body))
        first = BYTES.index(body) if body != BYTES else 0
        assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(BYTES)}"

    def test_an_open_end_is_answered_in_parts_so_that_nobody_holds_a_thread_for_hours(
        self, ask, monkeypatch
    ):
        monkeypatch.setattr(ranges, "LONGEST_PART", 10)
        answer = ask("bytes=6-")
        assert b"".join(answer) == BYTES[6:16]
        assert answer["Content-Range"] == f"bytes 6-15/{len(BYTES)}"

    @pytest.mark.parametrize("asked", ["bytes=31-", "bytes=99-100", "bytes=-0", "bytes=5-2"])
    def test_a_range_outside_is_refused_with_the_size(self, ask, asked):
        answer = ask(asked)
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{len(BYTES)}"

    @pytest.mark.parametrize(
        "asked",
        [
            None,
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "lines=1-2",
            "bytes=" + "9" * 5000,
        ],
    )
    def test_anything_else_is_the_whole(self, ask, asked):
        answer = ask(asked)
        assert answer.status_code == 200
        assert b"".join(answer) == BYTES
        assert answer["Accept-Ranges"] == "bytes"

    def test_head_says_how_long_and_sends_nothing(self, ask):
        answer = ask(None, "head")
        assert answer["Content-Length"] == str(len(BYTES))
        assert answer.content == b"" if not answer.streaming else b"".join(answer) == b""
