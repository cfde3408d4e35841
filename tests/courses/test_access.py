"""Who may have what: posts, their videos, captions and transcripts, by every address there is."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.models import Caption, Post, Video
from courses.models.video import gated_storage
from nerdherd.lib import ranges
from tests import cast
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nonlymembersheareverything\n"
SOUND = b"these are the bytes of the film"


def with_video(target: Post) -> Post:
    """`target` with a ready video; its bytes are a canary too."""
    name = gated_storage().save("videos/film.mp4", ContentFile(SOUND))
    video = Video.objects.create(
        post=target, original="originals/x", state=Video.State.READY, file=name, seconds=90,
        width=640, height=360,
    )  # fmt: skip
    Caption.objects.create(video=video, text=VTT)
    Post.objects.filter(pk=target.pk).update(video_seconds=90)
    return Post.objects.get(pk=target.pk)


def film(target: Post) -> str:
    return f"/watch/{target.slug}/video.mp4"


def captions(target: Post) -> str:
    return f"/watch/{target.slug}/captions-en.vtt"


PEOPLE = {
    "visitor": (None, False),
    "rui": (cast.rui, False),
    "rex": (cast.rex, False),
    "mona": (cast.mona, True),
    "ed": (cast.ed, True),
    "olga": (cast.olga, True),
}


@pytest.fixture(params=PEOPLE)
def reader(request, client):
    """Each of the cast in turn: a client, and whether members' things are theirs."""
    make, may = PEOPLE[request.param]
    if make:
        client.force_login(make())
    return client, may


def test_a_members_post_is_whole_for_members_and_a_taste_for_others(reader):
    client, may = reader
    page = client.get(members_post().get_absolute_url()).text

    assert (CANARY in page) is may
    assert ('data-access="full"' in page) is may
    assert ("data-paywall" in page) is not may
    assert "The opening is for everybody" in page


def test_a_members_video_and_its_words_are_for_members_at_every_address(reader):
    client, may = reader
    target = with_video(members_post())
    page = client.get(target.get_absolute_url()).text

    assert ("onlymembersheareverything" in page) is may
    assert ("<video" in page) is may
    assert client.get(film(target)).status_code == (200 if may else 404)
    assert client.get(captions(target)).status_code == (200 if may else 404)


@pytest.mark.parametrize("published", [None, timedelta(days=1)])
def test_drafts_and_scheduled_posts_exist_for_staff_only(reader, published):
    client, may = reader
    is_staff = may and "_auth_user_id" in client.session and cast_is_staff(client)
    at = timezone.now() + published if published else None
    hidden = with_video(post("Not out yet", topics=("Sleep",), published_at=at))

    for address in (hidden.get_absolute_url(), film(hidden), captions(hidden)):
        assert client.get(address).status_code == (200 if is_staff else 404), address
    for address in ("/", "/posts/", "/topics/sleep/", "/search/?q=out"):
        assert ("not-out-yet" in client.get(address).text) is is_staff, address


def cast_is_staff(client) -> bool:
    from nerdherd.accounts.models import User

    return User.objects.get(pk=client.session["_auth_user_id"]).is_staff


def test_a_hidden_post_answers_like_one_that_never_existed(client):
    hidden = members_post("Hidden", published_at=None)
    one, other = client.get(hidden.get_absolute_url()), client.get("/posts/never-was/")
    assert (one.status_code, other.status_code) == (404, 404)
    assert one.text == other.text


def test_free_until_a_moment_means_until_that_moment(client):
    target = post(access=Post.Access.FREE_UNTIL, free_until=timezone.now() + timedelta(minutes=5))
    assert CANARY in client.get(target.get_absolute_url()).text
    assert Post.objects.free().count() == 1

    Post.objects.update(free_until=timezone.now() - timedelta(seconds=1))
    assert CANARY not in client.get(target.get_absolute_url()).text
    assert Post.objects.free().count() == 0


def test_a_scheduled_post_comes_out_by_itself(client):
    target = post(published_at=timezone.now() + timedelta(hours=1))
    assert client.get(target.get_absolute_url()).status_code == 404
    Post.objects.update(published_at=timezone.now())
    assert client.get(target.get_absolute_url()).status_code == 200


def test_losing_access_counts_from_the_next_request_on(client):
    target, member = with_video(members_post()), cast.mona()
    client.force_login(member)
    assert client.get(film(target)).status_code == 200

    member.memberships.get().revoke()

    assert CANARY not in client.get(target.get_absolute_url()).text
    assert client.get(film(target)).status_code == 404


def test_a_visitors_page_is_the_same_for_everybody_and_sets_nothing(client):
    target = members_post()
    pages = [client.get(target.get_absolute_url()) for _ in range(2)]
    assert pages[0].content == pages[1].content
    assert not pages[0].cookies
    assert "csrf" not in pages[0].text


def test_what_was_made_for_one_person_is_kept_by_no_cache(client):
    target = with_video(members_post())
    client.force_login(cast.mona())
    for address in (target.get_absolute_url(), "/posts/", "/account/", film(target)):
        assert client.get(address)["Cache-Control"] == "private, no-store", address


def test_public_pictures_are_for_ever_and_nothing_else_lies_there(client, settings):
    from django.core.files.storage import default_storage

    default_storage.save("pictures/one-480.webp", ContentFile(b"picture"))
    default_storage.save("secrets/two-480.webp", ContentFile(b"secret"))
    client.force_login(cast.rui())
    answer = client.get("/media/pictures/one-480.webp")
    assert b"".join(answer) == b"picture"
    assert "immutable" in answer["Cache-Control"]
    for address in (
        "secrets/two-480.webp",
        "pictures/../secrets/two-480.webp",
        "pictures/",
        "originals/x",
        "pictures/%00-1.webp",
    ):
        assert client.get(f"/media/{address}").status_code == 404, address


class TestRanges:
    """Parts of a file, as players ask for them."""

    @pytest.fixture
    def ask(self, client):
        target = with_video(post())

        def ask(value: str | None, method: str = "get"):
            headers = {"Range": value} if value else {}
            return getattr(client, method)(film(target), headers=headers)

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
        assert body == SOUND[part]
        assert answer["Content-Length"] == str(len(body))
        first = SOUND.index(body) if body != SOUND else 0
        assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(SOUND)}"

    def test_an_open_end_is_answered_in_parts_so_that_nobody_holds_a_thread_for_hours(
        self, ask, monkeypatch
    ):
        monkeypatch.setattr(ranges, "LONGEST_PART", 10)
        answer = ask("bytes=6-")
        assert b"".join(answer) == SOUND[6:16]
        assert answer["Content-Range"] == f"bytes 6-15/{len(SOUND)}"

    @pytest.mark.parametrize("asked", ["bytes=31-", "bytes=99-100", "bytes=-0", "bytes=5-2"])
    def test_a_range_outside_is_refused_with_the_size(self, ask, asked):
        answer = ask(asked)
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{len(SOUND)}"

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
        assert b"".join(answer) == SOUND
        assert answer["Accept-Ranges"] == "bytes"

    def test_head_says_how_long_and_sends_nothing(self, ask):
        answer = ask(None, "head")
        assert answer["Content-Length"] == str(len(SOUND))
        assert answer.content == b"" if not answer.streaming else b"".join(answer) == b""
