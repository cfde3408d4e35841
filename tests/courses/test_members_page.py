"""The page that members share: the same as everybody's own, and nothing of one in another's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Post, Progress, Saved, SimilarPost
from courses.similar.document import SHOWN
from nerdherd import changes
from nerdherd.lib.shelf import IN_REQUEST, Shelf
from tests import cast
from tests.courses.films import film, prepared
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Shelf[object]:
    return Shelf(changes.version, 10_000_000)


@pytest.fixture
def mona(client):
    user = cast.mona()
    client.force_login(user)
    client.get("/posts/")  # that she was here today is written down
    return user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(client: Client, shown: Post, shelf: Shelf[object], **headers: str) -> str:
    """The page as it comes through a server's shelf."""
    extra: Any = {IN_REQUEST: shelf}
    return client.get(shown.get_absolute_url(), headers=headers, **extra).content.decode()


def told_apart_by_nothing(page: str) -> str:
    """Without what is another one each time: tokens, the clock, and passes to a film."""
    page = re.sub(r'(token|value)="\w{64}"', r'\1=""', page)
    return re.sub(r' now="\d+"|/watch/[^/]+/', "", page)


def a_film() -> Post:
    shown = prepared(film()).post
    Post.objects.filter(pk=shown.pk).update(access=Post.Access.MEMBERS)
    return shown


def in_a_list(shown: Post, count: int = SHOWN + 1) -> list[Post]:
    others = [post(f"Other {number}") for number in range(count)]
    for rank, other in enumerate(others, 1):
        SimilarPost.objects.create(post=shown, other=other, rank=rank, score=0.9)
    return others


def shown_below(page: str) -> list[str]:
    return re.findall(r'<a data-post="([\w-]+)"', page)


@pytest.mark.parametrize("make", [post, members_post, a_film])
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_the_page_that_would_be_made_for_one(client, mona, shelf, make, language):
    shown = make()
    others = in_a_list(shown)
    now = timezone.now()
    for step in range(2):
        alone = client.get(shown.get_absolute_url(), headers={"Accept-Language": language})
        plain = told_apart_by_nothing(alone.content.decode())
        for _ in ("made", "kept"):
            kept = asked(client, shown, shelf, accept_language=language)
            assert told_apart_by_nothing(kept) == plain
        assert f'lang="{language}"' in plain
        assert "hole-" not in kept
        if step == 0:  # once more, as somebody of whom there is something to say
            Saved.objects.create(person=mona, post=shown)
            for seen, finished_at in ((shown, now), (others[0], now), (others[1], None)):
                Progress.objects.create(
                    person=mona, post=seen, place=3, seen_at=now, finished_at=finished_at
                )
    assert ' place="3"' in plain
    assert " over" in plain


@pytest.mark.parametrize("make", [members_post, a_film])
def test_once_it_is_kept_it_takes_five_queries(
    client, mona, shelf, make, django_assert_max_num_queries
):
    shown = make()
    in_a_list(shown)
    asked(client, shown, shelf)
    seen, shelf.version = shelf.version(), lambda: seen
    with django_assert_max_num_queries(5):
        assert "data-member" in asked(client, shown, shelf)


def test_nothing_of_one_member_is_in_what_another_gets(client, mona, shelf):
    shown = a_film()
    Saved.objects.create(person=mona, post=shown)
    Progress.objects.create(person=mona, post=shown, place=41, seen_at=timezone.now())
    hers = asked(client, shown, shelf)
    gitas = asked(signed_in(cast.person("gita", is_superuser=True)), shown, shelf)
    assert ' place="41"' in hers
    assert ' place="' not in gitas
    assert "off the list" in hers
    assert "off the list" not in gitas
    for pattern in (r'token="(\w{64})"', r"/watch/([^/]+)/"):
        assert not set(re.findall(pattern, hers)) & set(re.findall(pattern, gitas))
        assert set(re.findall(pattern, gitas))
    kept = "".join(repr(each.thing) for each in shelf._kept.values())
    for own in (mona.email, client.cookies["csrf"].value, *re.findall(r"/watch/([^/]+)/", hers)):
        assert own not in kept


@pytest.mark.parametrize("who", [cast.rui, cast.rex])
def test_nobody_else_gets_it(client, mona, shelf, who):
    shown = members_post()
    assert CANARY in asked(client, shown, shelf)
    for other in (Client(), signed_in(who())):
        page = asked(other, shown, shelf)
        assert CANARY not in page
        assert "data-paywall" in page
    mona.memberships.get().revoke()
    assert CANARY not in asked(client, shown, shelf)


def test_staff_see_their_own(client, mona, shelf):
    shown = post()
    assert "data-counts" in asked(client, shown, shelf)
    assert "data-counts" not in asked(signed_in(cast.olga()), shown, shelf)


def test_what_is_finished_sinks_for_the_one_who_has_finished_it(client, mona, shelf):
    shown = post()
    others = in_a_list(shown)
    assert shown_below(asked(client, shown, shelf)) == ["other-0", "other-1", "other-2"]
    now = timezone.now()
    Progress.objects.create(person=mona, post=others[0], place=1, seen_at=now, finished_at=now)
    assert shown_below(asked(client, shown, shelf)) == ["other-1", "other-2", "other-3"]
    gita = signed_in(cast.person("gita", is_superuser=True))
    assert shown_below(asked(gita, shown, shelf)) == ["other-0", "other-1", "other-2"]


def test_a_message_is_said_once(client, mona, shelf):
    shown = post()
    asked(client, shown, shelf)
    client.post("/account/history/pause/")
    session = client.session
    session["_messages"] = '[["__json_message", 0, 20, "Well done."]]'
    session.save()
    assert "Well done." in asked(client, shown, shelf)
    assert "Well done." not in asked(client, shown, shelf)


@pytest.mark.django_db(transaction=True)
def test_a_change_shows_at_once_and_a_withdrawn_post_is_gone(client, mona, shelf):
    shown = members_post()
    asked(client, shown, shelf)
    Post.objects.filter(pk=shown.pk).update(summary="Said better.")
    assert "Said better." in asked(client, shown, shelf)
    Post.objects.filter(pk=shown.pk).update(published_at=timezone.now() + timedelta(days=1))
    assert "Said better." not in asked(client, shown, shelf)
