"""Mails about new posts: who gets which, once, and how they are ended."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from courses import news
from courses.models import Announcement, NewsChoice, Post
from nerdherd.accounts.models import User
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
HOUR = timedelta(hours=1)


def chose(person: User, pace: str, ago: timedelta = timedelta(days=30)) -> NewsChoice:
    """Somebody who chose through the page, a while ago."""
    client = Client()
    client.force_login(person)
    assert client.post("/account/emails/", {"pace": pace}).status_code == 302
    NewsChoice.objects.filter(person=person).update(told_until=timezone.now() - ago)
    return NewsChoice.objects.get(person=person)


def came_out(title: str, ago: timedelta = HOUR, **fields) -> Post:
    return post(title, published_at=timezone.now() - ago, **fields)


def worker_works(later: timedelta = timedelta()) -> None:
    """Both jobs, as if what was announced by now had been announced a minute or `later` before."""
    news.announce()
    settle(later)
    news.tell_at_once()
    news.tell_weekly()


def settle(later: timedelta = timedelta()) -> None:
    fresh = Announcement.objects.filter(announced_at__gt=timezone.now() - news.SETTLED)
    fresh.update(announced_at=timezone.now() - timedelta(minutes=1) - later)


def mails_to(person: User) -> list[str]:
    return list(
        OutboxMail.objects.filter(to=person.email).order_by("pk").values_list("text", flat=True)
    )


class TestChoosing:
    """Nobody gets anything that they did not choose."""

    def test_nothing_is_sent_and_nothing_ticked_until_somebody_chooses(self, client):
        client.force_login(rui := cast.rui())
        page = client.get("/account/emails/").text
        assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["never"]
        came_out("Fresh")
        worker_works()
        assert mails_to(rui) == []
        assert not NewsChoice.objects.exists()

    def test_a_choice_is_kept_and_shown(self, client):
        client.force_login(cast.rui())
        answer = client.post("/account/emails/", {"pace": "weekly"}, follow=True)
        assert "Your choice is saved." in answer.text
        assert re.findall(r'value="(\w+)"[^>]* checked', answer.text) == ["weekly"]

    def test_what_cannot_be_chosen_changes_nothing(self, client):
        client.force_login(cast.rui())
        for pace in ("hourly", ""):
            assert client.post("/account/emails/", {"pace": pace}).status_code == 400
        assert not NewsChoice.objects.exists()

    def test_it_is_for_those_who_are_signed_in(self, client):
        assert client.get("/account/emails/")["Location"].startswith("/accounts/login/")


class TestEachTime:
    """A mail soon after something has come out."""

    def test_it_says_what_every_visitor_may_read_and_no_more(self):
        rui = cast.rui()
        chose(rui, "at_once")
        members_post("For the herd", published_at=timezone.now() - HOUR)
        worker_works()
        (text,) = mails_to(rui)
        assert "For the herd\nWhat For the herd is about.\n" in text
        assert "For members." in text
        assert f"{SITE}/posts/for-the-herd/" in text
        assert CANARY not in text
        assert "The opening" not in text
        assert CANARY not in OutboxMail.objects.get().html
        assert "herd" not in OutboxMail.objects.get().subject

    def test_once_however_often_the_worker_looks_and_whatever_is_edited(self, client):
        rui = cast.rui()
        chose(rui, "at_once")
        target = came_out("Fresh")
        worker_works()
        for change in ({"title": "Fresher"}, {"published_at": timezone.now() - HOUR / 2}):
            for name, value in change.items():
                setattr(target, name, value)
            target.save()
            worker_works()
        Post.objects.update(published_at=None)
        worker_works()
        Post.objects.update(published_at=timezone.now() - HOUR)
        worker_works()
        assert len(mails_to(rui)) == 1

    def test_the_next_one_is_told_by_itself(self):
        rui = cast.rui()
        chose(rui, "at_once")
        came_out("First")
        worker_works(later=timedelta(minutes=5))
        came_out("Second")
        worker_works()
        first, second = mails_to(rui)
        assert ("First" in first, "Second" in first) == (True, False)
        assert ("First" in second, "Second" in second) == (False, True)

    def test_a_scheduled_one_is_told_when_it_is_out_and_a_draft_never(self):
        rui = cast.rui()
        chose(rui, "at_once")
        post("Planned", published_at=timezone.now() + HOUR)
        post("Draft", published_at=None)
        worker_works()
        assert mails_to(rui) == []
        Post.objects.filter(slug="planned").update(published_at=timezone.now() - HOUR)
        worker_works()
        (text,) = mails_to(rui)
        assert "Planned" in text

    def test_an_editor_has_a_moment_to_take_it_back(self):
        rui = cast.rui()
        chose(rui, "at_once")
        target = came_out("By mistake", ago=timedelta(minutes=1))
        worker_works()
        Post.objects.filter(pk=target.pk).update(published_at=None)
        worker_works()
        assert mails_to(rui) == []
        Post.objects.filter(pk=target.pk).update(published_at=timezone.now() - HOUR)
        worker_works()
        assert len(mails_to(rui)) == 1

    def test_what_was_taken_back_after_it_was_announced_is_not_told(self):
        rui = cast.rui()
        chose(rui, "at_once")
        came_out("Gone")
        news.announce()
        Post.objects.update(published_at=None)
        worker_works()
        assert mails_to(rui) == []

    def test_moving_in_is_no_news(self):
        rui = cast.rui()
        chose(rui, "at_once", ago=timedelta(days=3000))
        for number in range(30):
            came_out(f"Old {number}", ago=timedelta(days=4 + number))
        worker_works()
        assert mails_to(rui) == []

    def test_many_at_once_are_one_mail_that_names_a_few(self):
        rui = cast.rui()
        chose(rui, "at_once")
        for number in range(news.MOST_NAMED + 5):
            came_out(f"Part {number}")
        worker_works()
        (text,) = mails_to(rui)
        assert text.count("/posts/part-") == news.MOST_NAMED
        assert "And 5 more, in the library:" in text

    def test_what_came_out_before_they_chose_is_not_told(self):
        rui = cast.rui()
        came_out("Before")
        worker_works()
        chose(rui, "at_once", ago=timedelta(seconds=1))
        worker_works()
        assert mails_to(rui) == []

    def test_who_is_put_out_of_the_house_hears_nothing(self):
        rui = cast.rui()
        chose(rui, "at_once")
        User.objects.update(is_active=False)
        came_out("Fresh")
        worker_works()
        assert mails_to(rui) == []


class TestOnceAWeek:
    """One mail on Sunday morning about what was announced since the last."""

    @pytest.fixture
    def sunday(self) -> datetime:
        return news.last_edition(timezone.now())

    def announced(self, title: str, at: datetime) -> None:
        Announcement.objects.create(post=post(title), announced_at=at)

    def test_it_holds_the_week_and_comes_once(self, sunday):
        rui = cast.rui()
        chose(rui, "weekly")
        self.announced("On Friday", sunday - timedelta(days=2))
        self.announced("On Saturday", sunday - timedelta(days=1))
        self.announced("After it", sunday + timedelta(seconds=1))
        for _ in range(3):
            news.tell_weekly()
        (text,) = mails_to(rui)
        assert "these are new" in text
        assert text.index("On Saturday") < text.index("On Friday")
        assert "After it" not in text

    def test_a_week_without_news_has_no_mail(self, sunday):
        rui = cast.rui()
        chose(rui, "weekly", ago=timezone.now() - sunday + timedelta(days=7))
        self.announced("Long ago", sunday - timedelta(days=8))
        news.tell_weekly()
        assert mails_to(rui) == []

    def test_who_changes_to_each_time_hears_of_everything_once(self, sunday):
        rui = cast.rui()
        choice = chose(rui, "weekly")
        self.announced("On Friday", sunday - timedelta(days=2))
        news.tell_weekly()
        self.announced("After it", sunday + timedelta(seconds=1))
        NewsChoice.choose(rui, "at_once")
        news.tell_at_once()
        NewsChoice.choose(rui, "weekly")
        news.tell_weekly()
        friday, after = mails_to(rui)
        assert ("On Friday" in friday, "On Friday" in after) == (True, False)
        assert "After it" in after
        assert NewsChoice.objects.get().key == choice.key

    def test_sunday_is_the_sites_own(self, settings):
        settings.TIME_ZONE = "America/New_York"
        before = datetime(2026, 11, 1, 13, 59, tzinfo=UTC)  # that night the clocks go back
        assert news.last_edition(before) == datetime(2026, 10, 25, 13, tzinfo=UTC)
        assert news.last_edition(before + HOUR) == datetime(2026, 11, 1, 14, tzinfo=UTC)


class TestEnding:
    """By the mail's own button, by its link, or in the account."""

    @pytest.fixture
    def told(self) -> User:
        rui = cast.rui()
        chose(rui, "at_once")
        came_out("Fresh")
        worker_works()
        return rui

    def sent(self) -> mail.EmailMultiAlternatives:
        assert emails.send_due_to_many() == 1
        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        return message

    def test_the_mail_has_a_button_that_needs_no_sign_in(self, told):
        message = self.sent().message()
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = message["List-Unsubscribe"].strip("<>")
        assert address.startswith(f"{SITE}/emails/")
        assert address in self.sent_text(message)
        pressed = Client(enforce_csrf_checks=True).post(
            address, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
        )
        assert (pressed.status_code, dict(pressed.cookies)) == (200, {})
        came_out("Next")
        worker_works()
        assert len(mails_to(told)) == 1
        assert NewsChoice.objects.get().pace == "never"

    def sent_text(self, message) -> str:
        return message.get_payload(0).get_payload(decode=True).decode()

    def test_looking_at_the_page_ends_nothing_and_tells_nothing(self, told, client):
        address = NewsChoice.objects.get().get_absolute_url()
        page = client.get(address)
        assert NewsChoice.objects.get().pace == "at_once"
        assert told.email not in page.text
        assert not page.cookies
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Cache-Control"] == "private, no-store"
        assert '<form method="post">' in page.text
        for _ in range(2):
            assert "No more mail about new posts<" in client.post(address).text
        assert "No more mail about new posts<" in client.get(address).text

    def test_what_is_written_and_not_sent_is_taken_back(self, told, client):
        client.post(NewsChoice.objects.get().get_absolute_url())
        assert emails.send_due_to_many() == 0

    def test_the_address_still_works_after_changing_ones_mind(self, told, client):
        address = NewsChoice.objects.get().get_absolute_url()
        NewsChoice.choose(told, "never")
        NewsChoice.choose(told, "weekly")
        client.post(address)
        assert NewsChoice.objects.get().pace == "never"

    def test_who_begins_again_hears_of_nothing_twice(self, told):
        NewsChoice.choose(told, "never")
        NewsChoice.choose(told, "at_once")
        worker_works()
        assert mails_to(told) == []  # the first was taken back, and it is not written again

    def test_another_address_is_no_address(self, client):
        assert client.post("/emails/nonsense/").status_code == 404

    def test_a_code_does_not_wait_for_mails_to_many(self, told):
        emails.post(told.email, "emails/address_code", {"code": "123456"})
        assert emails.send_due() == 1
        assert "123456" in mail.outbox[0].body
        assert "List-Unsubscribe" not in mail.outbox[0].message()


@pytest.mark.django_db(transaction=True)
class TestMany:
    """Batches, and several workers at the same moment."""

    @pytest.fixture
    def herd(self, monkeypatch) -> list[str]:
        monkeypatch.setattr(news, "BATCH", 7)
        people = User.objects.bulk_create(User(email=f"p{n}@example.com") for n in range(40))
        long_ago = timezone.now() - timedelta(days=30)
        NewsChoice.objects.bulk_create(
            NewsChoice(person=one, pace="at_once", told_until=long_ago) for one in people
        )
        return [one.email for one in people]

    def test_everybody_hears_once_from_four_workers(self, herd):
        came_out("Fresh")
        news.announce()
        settle()
        came_out("Fresher")
        ready = Barrier(4)

        def work(_: int) -> int:
            try:
                ready.wait(5)
                return news.tell_at_once()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            told = sum(pool.map(work, range(4)))
        assert told == len(herd)
        assert Counter(OutboxMail.objects.values_list("to", flat=True)) == Counter(herd)
        assert Announcement.objects.count() == 2

    def test_a_worker_that_dies_in_the_middle_leaves_the_rest_for_the_next(self, herd, monkeypatch):
        came_out("Fresh")
        news.announce()
        settle()
        write, calls = news._write, []

        def dies(*arguments):
            calls.append(arguments)
            if len(calls) == 3:
                raise ConnectionError
            return write(*arguments)

        monkeypatch.setattr(news, "_write", dies)
        with pytest.raises(ConnectionError):
            news.tell_at_once()
        assert OutboxMail.objects.count() == 14
        monkeypatch.setattr(news, "_write", write)
        news.tell_at_once()
        assert Counter(OutboxMail.objects.values_list("to", flat=True)) == Counter(herd)

    def test_a_batch_costs_the_same_however_many_are_in_it(
        self, herd, monkeypatch, django_assert_max_num_queries
    ):
        monkeypatch.setattr(news, "BATCH", 200)
        came_out("Fresh")
        news.announce()
        settle()
        with django_assert_max_num_queries(12):
            assert news.tell_at_once() == len(herd)
