"""Work left for later: mail goes out once or is tried again, and the timetable is kept."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier, Event, Thread

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from nerdherd.lib import emails, worker
from nerdherd.lib.models import OutboxMail, TimedWork

TOGETHER = 4


class Unreachable(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages):
        raise SMTPServerDisconnected("please come again")


UNREACHABLE = f"{__name__}.{Unreachable.__name__}"


def write(to: str = "zoe@example.com", key: str = "") -> None:
    emails.post(to, "emails/address_code", {"code": "123456"}, key=key)


def come_due() -> None:
    OutboxMail.objects.update(due_at=timezone.now())


def together(work) -> list:
    """What `work` answers to several callers in a thread each, all at the same moment."""
    ready = Barrier(TOGETHER)

    def call(_: int):
        try:
            ready.wait(5)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(call, range(TOGETHER)))


@pytest.mark.django_db
class TestOutbox:
    """Decided with its cause, sent afterwards."""

    def test_one_key_is_one_mail_and_none_is_a_mail_each(self):
        for _ in range(2):
            write(key="welcome:1")
            write()
        assert OutboxMail.objects.filter(key="welcome:1").count() == 1
        assert OutboxMail.objects.count() == 3
        assert emails.send_due() == 3
        write(key="welcome:1")
        assert emails.send_due() == 0

    def test_a_mail_whose_cause_was_undone_is_not_sent(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write()
            raise ZeroDivisionError
        assert emails.send_due() == 0

    def test_what_was_said_is_forgotten_once_it_is_sent(self):
        write()
        assert "123456" in OutboxMail.objects.get().text
        emails.send_due()
        row = OutboxMail.objects.get()
        assert (row.text, row.html, row.error, row.sent_at is not None) == ("", "", "", True)
        assert "123456" not in row.subject

    @pytest.mark.drill("the mail server is down or slow")
    def test_an_unreachable_server_is_tried_again_later_and_nothing_is_lost(self, settings):
        working = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = UNREACHABLE
        write()
        assert emails.send_due() == 0
        row = OutboxMail.objects.get()
        assert (row.attempts, row.error, row.sent_at) == (1, "please come again", None)
        assert "123456" in row.text
        assert row.due_at > timezone.now()
        settings.EMAIL_BACKEND = working
        assert emails.send_due() == 0
        come_due()
        assert emails.send_due() == 1
        assert len(mail.outbox) == 1

    def test_it_waits_longer_each_time_and_gives_up_in_the_end(self, settings):
        settings.EMAIL_BACKEND = UNREACHABLE
        write()
        waits = []
        while OutboxMail.objects.filter(attempts__lt=emails.MAX_ATTEMPTS).exists():
            come_due()
            emails.send_due()
            waits.append(OutboxMail.objects.get().due_at - timezone.now())
        assert waits == sorted(waits)
        assert waits[0] < timedelta(minutes=1) < waits[-1]
        come_due()
        emails.send_due()
        assert OutboxMail.objects.get().attempts == emails.MAX_ATTEMPTS

    def test_one_that_cannot_be_sent_does_not_hold_up_the_others(self, settings):
        write("not an address\nBcc: all@example.com")
        write("zoe@example.com")
        worker.attempt(emails.send_due)
        worker.attempt(emails.send_due)
        assert [message.to for message in mail.outbox] == [["zoe@example.com"]]

    def test_a_mail_its_worker_died_with_comes_due_again(self):
        write()
        OutboxMail.objects.update(due_at=timezone.now() + emails.LEASE, attempts=1)
        assert emails.send_due() == 0
        come_due()
        assert emails.send_due() == 1

    def test_who_saw_it_too_early_leaves_it_to_who_took_it(self, settings):
        settings.EMAIL_BACKEND = UNREACHABLE
        write()
        seen_early = OutboxMail.objects.get()
        emails.send_due()
        assert emails._send(seen_early) is False
        assert OutboxMail.objects.get().attempts == 1


@pytest.mark.drill("two workers or two schedulers by mistake")
@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_mail_once():
    for number in range(5):
        write(f"reader{number}@example.com")
    assert sum(together(emails.send_due)) == 5
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 5


@pytest.fixture
def timetable(monkeypatch) -> list[str]:
    """An empty timetable; returns what has been done, by name."""
    autodiscover_modules("timetable")  # now, lest a worker that starts fills it with the real one
    monkeypatch.setattr(worker, "timetable", [])
    return []


def do(done: list[str], name: str):
    return lambda: done.append(name)


@pytest.mark.django_db
class TestTimetable:
    """What is done by the clock."""

    def test_a_job_is_done_at_its_time_and_not_before(self, timetable):
        worker.every(timedelta(hours=1), "sweep", do(timetable, "sweep"))
        assert worker.run_due() is False
        worker.run_due()
        assert timetable == ["sweep"]
        row = TimedWork.objects.get()
        assert row.done_at
        assert timedelta(minutes=59) < row.due_at - timezone.now() <= timedelta(hours=1)
        TimedWork.objects.update(due_at=timezone.now())
        worker.run_due()
        assert timetable == ["sweep", "sweep"]

    def test_one_that_fails_is_written_down_and_the_others_are_done(self, timetable):
        worker.every(timedelta(hours=1), "break", lambda: 1 / 0)
        worker.every(timedelta(hours=1), "sweep", do(timetable, "sweep"))
        worker.run_due()
        assert timetable == ["sweep"]
        broken = TimedWork.objects.get(name="break")
        assert "ZeroDivisionError" in broken.error
        assert broken.done_at is None
        assert broken.due_at > timezone.now()

    @pytest.mark.parametrize("end", [ZeroDivisionError, SystemExit], ids=["failed", "killed"])
    def test_a_daily_job_that_did_not_get_through_is_done_again_soon(self, timetable, end):
        """Nothing catches a SystemExit: what is left behind is what a killed worker leaves."""

        def break_off() -> None:
            timetable.append("begun")
            if len(timetable) < 2:
                raise end

        worker.every(timedelta(days=1), "dust", break_off)
        with suppress(SystemExit):
            worker.run_due()
        worker.run_due()
        assert timetable == ["begun"]
        TimedWork.objects.update(due_at=F("due_at") - worker.AGAIN)
        worker.run_due()
        assert timetable == ["begun", "begun"]
        assert TimedWork.objects.get().due_at > timezone.now() + timedelta(hours=23)

    def test_once_it_works_again_the_failure_is_forgotten(self, timetable):
        TimedWork.objects.create(name="sweep", due_at=timezone.now(), error="ZeroDivisionError")
        worker.every(timedelta(hours=1), "sweep", do(timetable, "sweep"))
        worker.run_due()
        assert TimedWork.objects.get().error == ""


@pytest.mark.drill("two workers or two schedulers by mistake")
@pytest.mark.django_db(transaction=True)
def test_four_workers_do_a_job_once(timetable):
    for name in ("sweep", "dust"):
        worker.every(timedelta(hours=1), name, do(timetable, name))
    together(worker.run_due)
    assert sorted(timetable) == ["dust", "sweep"]


@pytest.mark.django_db
def test_work_that_fails_leaves_the_worker_alive():
    assert worker.attempt(lambda: 1 / 0) is False
    assert worker.attempt(lambda: 3) is True
    assert worker.attempt(lambda: None) is False


def run_until(stop: Event) -> None:
    """The worker, in a thread of its own."""
    worker.run(stop)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits_and_ends_when_told(monkeypatch, timetable):
    """All of it once, with the real lanes: the mail, the lists, the videos, the clock."""
    monkeypatch.setattr(worker, "lanes", defaultdict(worker.Lane))
    worker.watch(emails.send_due)
    worker.watch(lambda: None, lane="video")
    worker.every(timedelta(hours=1), "sweep", do(timetable, "sweep"))
    write()
    stop = Event()
    running = Thread(target=run_until, args=(stop,))
    running.start()
    for _ in range(100):
        if mail.outbox and timetable:
            break
        stop.wait(0.05)
    stop.set()
    running.join(5)
    assert not running.is_alive()
    assert timetable == ["sweep"]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_lane_rests_for_as_long_as_its_work_asks(monkeypatch, timetable):
    monkeypatch.setattr(worker, "lanes", defaultdict(worker.Lane))
    asked, stop = dict.fromkeys(("seldom", "often"), 0), Event()

    def note(name: str) -> None:
        asked[name] += 1
        if asked["often"] == 5:
            stop.set()

    worker.watch(lambda: note("seldom"), lane="seldom")
    worker.watch(lambda: note("often"), lane="often", rest=0.01)
    running = Thread(target=run_until, args=(stop,))
    running.start()
    running.join(20)
    assert not running.is_alive()
    assert asked["seldom"] < asked["often"]
