"""What was counted of posts, as charts and as a file; and who may look at it."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import DailyCount, Post
from tests import cast
from tests.billing.owners_books import sold
from tests.library import post

pytestmark = pytest.mark.django_db


def seen(target: Post, days_ago: int = 0, **counts: int) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    DailyCount.objects.create(post=target, day=day, **counts)


def summaries(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('role="img" aria-label="')[1:]]


class TestLooking:
    def test_an_editor_sees_the_last_thirty_days_beside_the_form(self, client):
        target, other = post(), post("Other")
        seen(target, 0, views=3, completions=1)
        seen(target, 29, views=4)
        seen(target, 30, views=50)
        seen(other, 0, views=600)
        client.force_login(cast.ed())
        said = summaries(client.get(f"/admin/courses/post/{target.pk}/change/").text)
        assert [one.split(" from")[0] for one in said] == ["Views", "To the end", "Joins"]
        assert "7 in all" in said[0]
        assert "(4)" in said[0]
        wider = summaries(client.get(f"/admin/posts/{target.pk}/numbers/?days=90").text)
        assert "57 in all" in wider[0]

    def test_where_nothing_was_counted_it_says_so(self, client):
        target = post()
        seen(target, 40, views=1)
        client.force_login(cast.ed())
        page = client.get(f"/admin/posts/{target.pk}/numbers/").text
        assert "Nothing has been counted in these days." in page
        assert not summaries(page)

    def test_deleting_a_post_says_how_many_days_go_and_not_each(self, client):
        target = post("Gone soon")
        for ago in range(40):
            seen(target, ago, views=1)
        client.force_login(cast.ed())
        alone = client.get(f"/admin/courses/post/{target.pk}/delete/").text
        chosen = {"action": "delete_selected", "_selected_action": target.pk}
        several = client.post("/admin/courses/post/", chosen).text
        for page in (alone, several):
            assert "Daily counts: 40" in page
            assert f"Gone soon, {timezone.localdate()}" not in page
        assert "<li>Gone soon</li>" in several

    def test_of_a_video_also_how_far_they_came(self, client):
        target = post(video_seconds=300)
        seen(target, 3, views=9, plays=8, reached_25=7, reached_50=6, reached_75=5, completions=4)
        client.force_login(cast.ed())
        page = client.get(f"/admin/posts/{target.pk}/numbers/").text
        assert summaries(page)[-1] == (
            "Plays: 8, A quarter: 7, Half: 6, Three quarters: 5, To the end: 4"
        )
        assert page.count("as a table</summary>") == 5
        assert "style=" not in page.partition('id="content"')[2]

    def test_who_joined_there_is_read_from_what_was_paid(self, client):
        target = post("First name")
        sold(next_path=target.get_absolute_url())
        sold(next_path=f"{target.get_absolute_url()}?transcript=es")
        sold(next_path="/posts/another/")
        sold(next_path=target.get_absolute_url(), kind="gift")
        sold(timezone.now() - timedelta(days=31), next_path=target.get_absolute_url())
        target.slug = "second-name"
        target.save()
        sold(next_path=target.get_absolute_url())
        client.force_login(cast.ed())
        joins = summaries(client.get(f"/admin/posts/{target.pk}/numbers/").text)[-1]
        assert "3 in all" in joins

    def test_the_file_has_a_line_a_day_and_post_with_who_joined(self, client):
        one, other = post("One"), post("=Other", slug="other")
        seen(one, 0, views=5)
        seen(one, 1, views=2, plays=1)
        seen(one, 40, views=70)
        sold(next_path=one.get_absolute_url())
        sold(next_path=other.get_absolute_url())
        client.force_login(cast.ed())
        today, before = timezone.localdate(), timezone.localdate() - timedelta(days=1)
        rows = table(client, f"/admin/numbers.csv?first={today}&last={before}")
        assert [(row["day"], row["post"], row["views"], row["plays"], row["joins"]) for row in rows] == [
            (f"{before}", "one", "2", "1", "0"),
            (f"{today}", "one", "5", "0", "1"),
            (f"{today}", other.slug, "0", "0", "1"),
        ]  # fmt: skip
        assert rows[2]["title"] == "'=Other"  # nothing for a spreadsheet to work out
        mine = table(client, f"/admin/posts/{one.pk}/numbers.csv")
        assert [(row["views"], row["joins"]) for row in mine] == [("2", "0"), ("5", "1")]

    @pytest.mark.parametrize(
        "asked", ["first=nonsense&last=%00", "first=2026-02-31", "last=99999-1-1"]
    )
    def test_a_span_that_makes_no_sense_is_the_last_thirty_days(self, client, asked):
        target = post()
        seen(target, 3, views=1)
        seen(target, 31, views=1)
        client.force_login(cast.ed())
        assert len(table(client, f"/admin/numbers.csv?{asked}")) == 1

    @pytest.mark.parametrize(
        "address", ["/admin/posts/{}/numbers/", "/admin/posts/{}/numbers.csv", "/admin/numbers.csv"]
    )
    def test_only_who_may_see_posts_in_the_admin_may_look(self, client, address):
        address = address.format(post().pk)
        assert client.get(address).status_code == 302
        client.force_login(cast.mona())
        assert client.get(address).status_code == 302
        client.force_login(cast.sue())
        assert client.get(address).status_code == 403
        client.force_login(cast.ed())
        assert client.get(address).status_code == 200


def table(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).getvalue().decode())))
