"""Who may have what of a post, by every address there is; its video is in test_watching."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.models import Post
from tests import cast
from tests.courses.shelf import on_the_shelf
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db


def test_a_members_post_is_whole_for_members_and_a_taste_for_others(reader):
    client, may = reader
    page = client.get(members_post().get_absolute_url()).text

    assert (CANARY in page) is may
    assert ('data-access="full"' in page) is may
    assert ("data-paywall" in page) is not may
    assert "The opening is for everybody" in page


@pytest.mark.parametrize("published", [None, timedelta(days=1)])
def test_drafts_and_scheduled_posts_exist_for_staff_only(reader, published):
    client, may = reader
    is_staff = may and "_auth_user_id" in client.session and cast_is_staff(client)
    at = timezone.now() + published if published else None
    hidden = post("Not out yet", topics=("Sleep",), published_at=at)

    answer = client.get(hidden.get_absolute_url())
    assert answer.status_code == (200 if is_staff else 404)
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
    target, member = members_post(), cast.mona()
    client.force_login(member)
    assert CANARY in client.get(target.get_absolute_url()).text

    member.memberships.get().revoke()

    assert CANARY not in client.get(target.get_absolute_url()).text


def test_a_visitors_page_is_the_same_for_everybody_and_sets_nothing(client):
    target = members_post()
    pages = [client.get(target.get_absolute_url()) for _ in range(2)]
    assert pages[0].content == pages[1].content
    assert not pages[0].cookies
    assert "csrf" not in pages[0].text


def test_what_was_made_for_one_person_is_kept_by_no_cache(client):
    target = on_the_shelf(members_post())
    client.force_login(cast.mona())
    renewal = f"{target.get_absolute_url()}playback/"
    for address in (target.get_absolute_url(), renewal, "/posts/", "/account/"):
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
