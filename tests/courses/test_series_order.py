"""The order of a series: changed on one page by whole, seen at once, and nothing lost between two."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Post, Series, SimilarPost
from courses.relating import relate_all, relate_changed
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def series() -> Series:
    """Three episodes, one a day."""
    made = Series.objects.create(title="Repair", slug="repair")
    for place, title in enumerate(("One", "Two", "Three"), 1):
        out = timezone.now() - timedelta(days=10 - place)
        post(title, series=made, episode=place, published_at=out)
    return made


@pytest.fixture
def editor(client) -> Client:
    client.force_login(cast.ed())
    return client


def address(series: Series) -> str:
    return f"/admin/courses/series/{series.pk}/change/"


def sent(*rows: tuple[Post, str], out: tuple[str, ...] = (), **fields) -> dict:
    """The form with a row for each episode: the post, and the place that stands in its field."""
    form = {
        "title": "Repair", "slug": "repair", "summary": "",
        "episodes-TOTAL_FORMS": len(rows), "episodes-INITIAL_FORMS": len(rows), **fields,
    }  # fmt: skip
    for number, (episode, place) in enumerate(rows):
        form |= {f"episodes-{number}-key": episode.pk, f"episodes-{number}-ORDER": place}
        if episode.title in out:
            form[f"episodes-{number}-DELETE"] = "on"
    return form


def rows(series: Series, *places: str) -> list[tuple[Post, str]]:
    return list(zip(series.episodes.order_by("episode"), places, strict=True))


def order(series: Series) -> list[tuple[int | None, str]]:
    return list(series.episodes.order_by("episode").values_list("episode", "title"))


def test_readers_see_the_new_order_at_once(editor, series):
    relate_all()
    answer = editor.post(address(series), sent(*rows(series, "3", "1", "2")))
    assert answer.status_code == 302
    assert order(series) == [(1, "Two"), (2, "Three"), (3, "One")]
    page = Client().get("/series/repair/").text
    assert re.findall(r'data-card="([^"]+)"', page) == ["two", "three", "one"]
    assert relate_changed()  # what the worker does within a second
    following = SimilarPost.objects.filter(why=SimilarPost.Why.NEXT)
    assert {found.post.title: found.other.title for found in following} == {
        "Two": "Three",
        "Three": "One",
    }


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (("1", "2", "1"), ["Three", "One", "Two"]),  # up, before who stands there
        (("3", "2", "3"), ["Two", "Three", "One"]),  # down, behind who stands there
        (("1", "", "2"), ["One", "Three", "Two"]),  # an empty field stays where it was
        (("10", "20", "5"), ["Three", "One", "Two"]),
    ],
)  # fmt: skip
def test_without_scripts_the_numbers_say_the_order(editor, series, places, expected):
    editor.post(address(series), sent(*rows(series, *places)))
    assert order(series) == list(enumerate(expected, 1))


def test_a_place_that_is_no_number_is_refused_and_nothing_written(editor, series):
    answer = editor.post(address(series), sent(*rows(series, "3", "first", "1"), title="Other"))
    assert "A place in the series is a number" in answer.text
    assert order(series) == [(1, "One"), (2, "Two"), (3, "Three")]
    assert Series.objects.get().title == "Repair"


def test_posts_are_added_behind_and_taken_out(editor, series):
    new = post("New", published_at=None)
    page = sent(*rows(series, "1", "2", "3"), out=("Two",), joining=[new.pk])
    assert editor.post(address(series), page).status_code == 302
    assert order(series) == [(1, "One"), (2, "Three"), (3, "New")]
    two = Post.objects.get(title="Two")
    assert (two.series, two.episode) == (None, None)


def test_a_post_of_another_series_is_not_taken_from_it(editor, series):
    other = Series.objects.create(title="Sleep", slug="sleep")
    theirs = post("Theirs", series=other, episode=1)
    page = sent(*rows(series, "1", "2", "3"), joining=[theirs.pk])
    answer = editor.post(address(series), page)
    assert "“Theirs” is episode 1 of “Sleep”. Take it out there first." in answer.text
    assert order(other) == [(1, "Theirs")]


def test_two_editors_at_once_lose_no_episode(editor, series):
    opened = rows(series, "3", "2", "1")
    late = post("Late")
    Post.objects.filter(pk=late.pk).update(series=series, episode=4)  # meanwhile, by somebody else
    Post.objects.filter(title="Two").update(series=None, episode=None)
    editor.post(address(series), sent(*opened))
    assert order(series) == [(1, "Three"), (2, "One"), (3, "Late")]


def test_a_new_series_takes_posts_and_keeps_who_changed_them(editor):
    one = post("One")
    page = sent(joining=[one.pk], title="New", slug="new")
    assert editor.post("/admin/courses/series/add/", page).status_code == 302
    newest = one.versions.first()
    assert newest
    assert newest.saved_by
    assert (newest.fields["episode"], newest.saved_by.email) == (1, "ed@example.com")


def test_the_page_says_what_readers_would_stumble_over(editor, series):
    assert "readers find a gap" not in editor.get(address(series)).text
    Post.objects.filter(title="Two").update(published_at=None)
    page = editor.get(address(series)).text
    assert "Episode 2, “Two”, is a draft, and episode 3 is out already: readers find a gap." in page
    Post.objects.filter(title="Two").update(published_at=timezone.now() + timedelta(days=2))
    assert "until then readers find a gap" in editor.get(address(series)).text
    Post.objects.filter(title="Two").update(published_at=timezone.now())
    assert "Episode 2, “Two”, came out on" in editor.get(address(series)).text
    Post.objects.filter(title="Two").update(series=None, episode=None)
    assert "No post is episode 2." in editor.get(address(series)).text


def test_who_may_not_change_a_series_sees_no_form(client, series):
    client.force_login(cast.sue())
    assert client.post(address(series), sent(*rows(series, "3", "2", "1"))).status_code == 403
    assert order(series)[0] == (1, "One")
