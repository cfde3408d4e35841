"""The page that says how the site is: well, degraded in what, or down."""

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from nerdherd import health
from nerdherd.lib import emails, worker
from nerdherd.lib.models import OutboxMail, TimedWork
from tests.nerdherd.test_logs import Refusing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def well(monkeypatch) -> TimedWork:
    """A worker that was heard, on a disk with room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=health.ROOM))
    return TimedWork.objects.create(
        name="each minute", due_at=timezone.now(), done_at=timezone.now()
    )


def degraded(client) -> list[str]:
    """By name; the site serves all the same."""
    answer = client.get("/health/")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == ("degraded" if said.get("degraded") else "ok")
    return said.get("degraded", [])


def test_when_all_is_well_it_says_so_and_asks_little(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert client.get("/health/").json() == {"status": "ok"}


def test_a_worker_that_was_not_heard(client, well):
    TimedWork.objects.update(done_at=timezone.now() - health.HEARD_WITHIN)
    assert degraded(client) == ["worker"]
    TimedWork.objects.update(done_at=None)
    assert degraded(client) == ["worker"]


def test_timed_work_that_failed_until_it_comes_through(client, monkeypatch):
    failing = [worker.Job("fails", timedelta(minutes=1), lambda: 1 / 0)]
    monkeypatch.setattr(worker, "timetable", failing)
    worker.run_due()
    assert degraded(client) == ["timed work"]
    failing[0] = worker.Job("fails", timedelta(minutes=1), lambda: None)
    TimedWork.objects.update(due_at=timezone.now())
    worker.run_due()
    assert degraded(client) == []


def test_mail_that_does_not_go_out(client, settings):
    emails.post("zoe@nerdherd.example", "account/email/login_code", {"code": "1"})
    assert degraded(client) == []
    settings.EMAIL_BACKEND = f"{Refusing.__module__}.{Refusing.__name__}"
    emails.send_due()
    OutboxMail.objects.update(created_at=timezone.now() - health.MAIL_WAITS)
    assert degraded(client) == ["mail"]
    OutboxMail.objects.update(unsubscribe="https://nerdherd.example/")  # many take their time
    assert degraded(client) == []


def test_a_cache_that_is_away(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    assert degraded(client) == ["cache"]


def test_a_disk_that_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=health.ROOM - 1))
    assert degraded(client) == ["disk"]


def test_a_database_that_cannot_be_read_is_not_well(client):
    def refuse(*_arguments: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
