"""What is counted of posts: by the day, of people who let us, of each message once."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from courses.models import DailyCount, Post
from tests import cast
from tests.billing.test_at_once import at_once, one_during_another
from tests.library import members_post, post

pytestmark = pytest.mark.django_db

SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


@pytest.fixture
def phone() -> Client:
    return Client(headers={"User-Agent": SAFARI}, enforce_csrf_checks=True)


def tell(phone: Client, target: Post | str, *what: str, **headers: str):
    slug = target if isinstance(target, str) else target.slug
    return phone.post(f"/posts/{slug}/counts/", {"what": what}, headers=headers)


def counted(target: Post) -> dict[str, int]:
    """What is not nought, over all days."""
    rows = DailyCount.objects.filter(post=target).values(*DailyCount.COUNTED)
    sums = {name: sum(row[name] for row in rows) for name in DailyCount.COUNTED}
    return {name: count for name, count in sums.items() if count}


class TestCounting:
    def test_each_message_counts_one_more_of_each_thing_it_names(self, phone):
        target, other = post(), post("Other")
        assert tell(phone, target, "views", "plays").status_code == 204
        tell(phone, target, "views", "views", "reached_50", "completions")
        assert counted(target) == {"views": 2, "plays": 1, "reached_50": 1, "completions": 1}
        assert counted(other) == {}
        assert DailyCount.objects.count() == 1

    def test_a_day_is_a_day_where_the_site_is(self, phone, settings, monkeypatch):
        settings.TIME_ZONE = "America/Los_Angeles"
        target = post()
        for moment in ("2026-11-25T07:59Z", "2026-11-25T08:00Z"):
            now = datetime.fromisoformat(moment)
            monkeypatch.setattr(timezone, "now", lambda now=now: now)
            Post.objects.update(published_at=now)
            tell(phone, target, "views")
        days = DailyCount.objects.order_by("day").values_list("day", "views")
        assert [(f"{day}", views) for day, views in days] == [("2026-11-24", 1), ("2026-11-25", 1)]

    @pytest.mark.parametrize(
        "what", [["likes"], ["id"], ["post_id"], ["\x00"], [""], [], ["🐑" * 999]]
    )
    def test_what_nobody_counts_is_passed_over(self, phone, what):
        target = post()
        assert tell(phone, target, *what).status_code == 204
        assert not DailyCount.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [("text/plain", b"views"), ("application/json", b"{"), ("multipart/form-data", b"--"),
         ("multipart/form-data; boundary=x", b"--x\r\n"), ("application/x-www-form-urlencoded", b"\xff=%ff&" * 900),
         ("application/x-www-form-urlencoded", b"a=1&" * 2000)],
    )  # fmt: skip
    def test_nonsense_is_no_error_of_ours(self, phone, body):
        kind, content = body
        address = f"/posts/{post().slug}/counts/"
        assert phone.generic("POST", address, content, kind).status_code in (204, 400)
        assert not DailyCount.objects.exists()

    def test_what_is_not_out_is_not_counted_and_the_answer_does_not_tell(self, phone):
        draft = post("Draft", published_at=None)
        later = post("Later", published_at=timezone.now() + timedelta(days=1))
        answers = [tell(phone, one, "views") for one in (post(), draft, later, "never-was")]
        assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
        assert all(answer.headers.pop("X-Request-ID") for answer in answers)  # each its own
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
        assert (counted(draft), counted(later)) == ({}, {})

    def test_no_session_is_opened_and_no_cookie_set(self, phone, django_assert_num_queries):
        phone.force_login(cast.mona())
        target = members_post()
        tell(phone, target, "views")
        with django_assert_num_queries(2) as queries:
            answer = tell(phone, target, "views")
        assert not answer.cookies
        assert "session" not in str(queries.captured_queries)
        assert counted(target) == {"views": 2}

    @pytest.mark.parametrize(
        "browser",
        ["", "curl/8.5", "python-requests/2.32", "Mozilla/5.0 (compatible; Googlebot/2.1)",
         "Mozilla/5.0 (compatible; bingbot/2.0)", "Mozilla/5.0 HeadlessChrome/128.0", "Mozilla/5.0 Chrome-Lighthouse",
         "Mozilla/5.0 (compatible; YandexBot/3.0)", "Mozilla/5.0 AdsBot-Google"],
    )  # fmt: skip
    def test_machines_are_not_counted(self, phone, browser):
        assert tell(phone, post(), "views", user_agent=browser).status_code == 204
        assert not DailyCount.objects.exists()

    def test_a_telephone_that_is_called_cubot_is(self, phone):
        target = post()
        tell(phone, target, "views", user_agent="Mozilla/5.0 (Linux; Android 13; CUBOT P80)")
        assert counted(target) == {"views": 1}

    @pytest.mark.parametrize("header", ["sec_gpc", "dnt"])
    def test_nobody_is_counted_who_asks_not_to_be(self, phone, header):
        target = post()
        tell(phone, target, "views", **{header: "1"})
        assert not DailyCount.objects.exists()
        tell(phone, target, "views", **{header: "0"})
        assert counted(target) == {"views": 1}

    def test_only_our_own_pages_can_tell_and_a_link_changes_nothing(self, phone):
        target = post()
        assert tell(phone, target, "views", origin="https://elsewhere.example").status_code == 403
        assert phone.get(f"/posts/{target.slug}/counts/").status_code == 405
        assert not DailyCount.objects.exists()

    def test_one_address_can_tell_only_so_much_in_a_minute(self, phone):
        target = post()
        answers = [tell(phone, target, "views").status_code for _ in range(65)]
        assert (answers.count(204), answers.count(429)) == (60, 5)
        assert tell(phone, "never-was", "views").status_code == 429
        assert counted(target) == {"views": 60}


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_none_is_lost():
    target = post()
    at_once(*[lambda: DailyCount.note(target.slug, ["views", "plays"])] * 20)
    assert counted(target) == {"views": 20, "plays": 20}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_are_the_first_of_a_day_none_is_lost():
    target = post()
    one = partial(DailyCount.note, target.slug, ["views"])
    one_during_another(one, one)
    assert counted(target) == {"views": 2}


class TestPages:
    def test_pages_say_where_to_tell_it_but_those_of_staff_and_previews_do_not(self, client):
        target = post()
        address = f'data-counts="/posts/{target.slug}/counts/"'
        assert address in client.get(target.get_absolute_url()).text
        client.force_login(cast.mona())
        assert address in client.get(target.get_absolute_url()).text
        client.force_login(cast.ed())
        assert "data-counts" not in client.get(target.get_absolute_url()).text
        for reader in ("visitor", "member"):
            page = client.get(f"/admin/posts/{target.pk}/preview/{reader}/").text
            assert "data-post" in page
            assert "data-counts" not in page
