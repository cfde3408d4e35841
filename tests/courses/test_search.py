"""Words said in a video are found by those who may hear them, and by nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Caption, Post
from tests import cast
from tests.courses.shelf import on_the_shelf, worker_looked
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


def search(client, query: str) -> str:
    worker_looked()
    page: str = client.get("/search/", {"q": query}).text
    return page.partition("</form>")[2].partition("<footer")[0]


def found(client, query: str) -> list[str]:
    return [part.split('"')[0] for part in search(client, query).split('data-card="')[1:]]


def test_what_a_free_video_says_is_found_by_everybody(reader):
    client, _ = reader
    on_the_shelf(post("Free talk"))
    page = search(client, "OnlyMembersHearEverything")
    assert 'data-card="free-talk"' in page
    assert 'data-moment href="/posts/free-talk/#t=7"' in page
    assert "<strong>0:07</strong> <q><mark>onlymembersheareverything</mark></q>" in page


@pytest.mark.parametrize("access", [Post.Access.MEMBERS, Post.Access.FREE_UNTIL])
def test_what_a_members_video_says_is_found_by_members_only(reader, access):
    client, may = reader
    over = timezone.now() - timedelta(seconds=1)
    on_the_shelf(post("Secret talk", access=access, free_until=over))
    missing, there = (
        search(client, "neversaidanywhere"),
        search(client, "onlymembersheareverything"),
    )

    assert ("data-card" in there) is may
    assert ("data-moment" in there) is may
    if not may:  # not a byte differs but the word itself
        assert there.replace("onlymembersheareverything", "neversaidanywhere") == missing


@pytest.mark.parametrize("query", ["secret onlymembers", "talk onlymembersheareverything"])
def test_a_public_word_opens_no_way_to_a_hidden_one(reader, query):
    client, may = reader
    on_the_shelf(members_post("Secret talk"))
    assert found(client, query) == (["secret-talk"] if may else [])


def test_a_members_post_that_is_found_by_its_title_shows_no_line(reader):
    client, may = reader
    on_the_shelf(members_post("Onlymembers"))
    page = search(client, "onlymembers")
    assert 'data-card="onlymembers"' in page
    assert ("data-moment" in page) is may


def test_the_number_of_hits_counts_only_what_is_theirs(reader):
    client, may = reader
    on_the_shelf(post("Free talk"))
    on_the_shelf(members_post("Secret talk"))
    assert ("2 fit" in search(client, "onlymembersheareverything")) is may
    assert ("1 fits" in search(client, "onlymembersheareverything")) is not may


def test_what_is_not_out_yet_is_found_by_staff_only(reader):
    client, may = reader
    on_the_shelf(post("Later", published_at=timezone.now() + timedelta(days=1)))
    is_staff = may and client.get("/admin/").status_code == 200
    assert found(client, "onlymembersheareverything") == (["later"] if is_staff else [])


def test_losing_access_counts_from_the_next_search_on(client):
    on_the_shelf(members_post("Secret talk"))
    member = cast.mona()
    client.force_login(member)
    assert found(client, "onlymembersheareverything")
    member.memberships.get().revoke()
    assert not found(client, "onlymembersheareverything")


def test_a_draft_is_found_by_nobody(client):
    video = on_the_shelf(post("Free talk")).video
    video.captions.update(is_draft=True)
    client.force_login(cast.olga())
    assert found(client, "onlymembersheareverything") == []


@pytest.mark.parametrize("query", ["WEBVTT", "00:00", "000", "-->", "1"])
def test_the_times_and_the_heading_of_captions_are_no_words(client, query):
    on_the_shelf(post("Free talk"))
    assert found(client, query) == []


def test_every_language_is_searched_and_the_line_that_says_most_is_shown(client):
    video = on_the_shelf(post("Free talk")).video
    said = "WEBVTT\n\n00:01.000 --> 00:02.000\nMi niño\n\n00:03.000 --> 00:04.000\nun niño &amp; feliz\n"
    Caption.objects.create(video=video, language="es", label="Español", is_default=False, text=said)
    assert "<q>un <mark>niño</mark> &amp; <mark>feliz</mark></q>" in search(client, "feliz niño")


def test_it_costs_the_same_however_many_are_found(client, django_assert_max_num_queries):
    for number in range(12):
        on_the_shelf(post(f"Talk {number}"))
    worker_looked()
    asked_how_many = connection.vendor == "postgresql"  # so as to go the shorter way
    with django_assert_max_num_queries(6 + asked_how_many):
        page = client.get("/search/?q=onlymembersheareverything").text
    assert page.count("data-card") == 12
