"""What is counted and what is asked: each number follows what happens on the site."""

import socket
import time
from urllib.request import urlopen

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.test import Client
from django.utils.module_loading import autodiscover_modules
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from billing.models import Purchase, StripeEvent
from courses.models import Video
from nerdherd.lib import emails, metrics, worker
from nerdherd.lib.models import OutboxMail
from tests.billing.shop import deliver, press_join
from tests.library import post
from tests.nerdherd.test_accounts import type_password

pytestmark = pytest.mark.django_db


class Counted:
    """How much a number has grown since the last look at it."""

    def __init__(self, name: str, **labels: str) -> None:
        self.name, self.labels = name, labels
        self.before = self.now()

    def now(self) -> float:
        return REGISTRY.get_sample_value(self.name, self.labels) or 0.0

    def more(self) -> float:
        before, self.before = self.before, self.now()
        return self.before - before


def test_requests_by_view_status_and_queries(client):
    found = Counted("nerdherd_requests_total", view="post_list", status="2xx")
    missing = Counted("nerdherd_requests_total", view="post_detail", status="4xx")
    nowhere = Counted("nerdherd_requests_total", view="none", status="4xx")
    asked = Counted("nerdherd_queries_total", view="post_list")
    took = Counted("nerdherd_request_seconds_sum", view="post_list")
    for path in ("/posts/", "/posts/never-was/", "/no/such/address/", "/another/"):
        client.get(path)
    assert [each.more() for each in (found, missing, nowhere)] == [1, 1, 2]
    assert asked.more() > 0
    assert took.more() > 0


def test_tries_that_are_one_too_many():
    cache.clear()
    limited = Counted("nerdherd_rate_limits_total", limit="too_many_login_attempts")
    for _ in range(5):
        type_password(Client(), "wrong")
    assert limited.more() == 0
    for _ in range(2):
        assert "Too many" in type_password(Client(), "wrong").text
    assert limited.more() == 2
    cache.clear()


def test_deliveries_by_what_became_of_them(client, stripe):
    heard, refused, again = (
        Counted("nerdherd_stripe_deliveries_total", outcome=outcome)
        for outcome in ("heard", "refused", "to come again")
    )
    stripe.pay(press_join(client).session_id)
    stripe.fault("GET /v1/*", status=500, times=20)
    deliver(client, stripe, "checkout.session.completed")
    assert [each.more() for each in (heard, refused, again)] == [0, 0, 1]
    stripe.clear_faults()
    deliver(client, stripe, "checkout.session.completed", signature="wrong")
    assert [each.more() for each in (heard, refused, again)] == [0, 1, 0]
    deliver(client, stripe, "checkout.session.completed")
    assert [each.more() for each in (heard, refused, again)] == [1, 0, 0]


def test_work_that_was_done_and_that_failed_and_not_that_there_was_none():
    class Busy:
        """Work that is an object, whose own name would be another in every process."""

        answers = iter([True, False])

        def __call__(self) -> bool:
            return next(self.answers)

    busy, name = Busy(), Busy.__qualname__
    done, failed = (
        Counted("nerdherd_jobs_total", job=name, outcome=outcome) for outcome in ("done", "failed")
    )
    for _ in range(3):
        worker.attempt(busy)
    assert (done.more(), failed.more()) == (1, 1)


@pytest.fixture
def asked(monkeypatch):
    """The gauges, read in this thread, whose connection stays open."""
    monkeypatch.setattr(connections, "close_all", lambda: None)
    autodiscover_modules("gauges")
    registry = CollectorRegistry()
    registry.register(metrics.Asked())
    return lambda: generate_latest(registry).decode()


def test_what_waits_is_asked_when_somebody_looks(asked, client, stripe):
    heard = "\nnerdherd_stripe_heard_timestamp_seconds 1."
    assert heard not in asked()  # having heard nothing is not 1970
    Video.objects.create(post=post(), state=Video.State.UPLOADED)
    emails.post("zoe@nerdherd.example", "account/email/login_code", {"code": "1"})
    StripeEvent.objects.create(event_id="evt_1", type="x")
    stripe.pay(press_join(client).session_id)
    deliver(client, stripe, "checkout.session.completed")
    assert Purchase.objects.get().status == "paid"
    said = asked()
    for line in (
        'nerdherd_films{state="uploaded"} 1.0', 'nerdherd_films{state="failed"} 0.0',
        'nerdherd_purchases{state="paid"} 1.0', 'nerdherd_purchases{state="open"} 0.0',
        "nerdherd_stripe_events_undone 1.0", heard,
    ):  # fmt: skip
        assert line in said, line
    waiting = OutboxMail.objects.count()
    assert f'nerdherd_outbox_mails{{state="waiting"}} {waiting}.0' in said
    OutboxMail.objects.update(attempts=emails.MAX_ATTEMPTS)
    assert f'nerdherd_outbox_mails{{state="given up"}} {waiting}.0' in asked()
    assert "zoe" not in said


def test_one_that_cannot_be_read_leaves_the_others(asked, monkeypatch):
    def away() -> dict[str, float]:
        raise OperationalError

    monkeypatch.setattr(metrics, "gauges", [metrics.Gauge("away", "", "", away), *metrics.gauges])
    said = asked()
    assert "away" not in said
    assert 'nerdherd_films{state="ready"} 0.0' in said


def test_who_comes_second_answers_when_the_first_has_gone(settings, monkeypatch):
    """As when a web server starts its new processes before it ends the old ones."""
    monkeypatch.setattr(metrics, "gauges", [])
    monkeypatch.setattr(metrics, "AGAIN", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as first:
        settings.METRICS_HOST, settings.METRICS_PORT = first.getsockname()
        metrics.serve()
        time.sleep(0.2)
    deadline = time.monotonic() + 10
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{settings.METRICS_PORT}/metrics") as answer:
                assert "nerdherd_kept_pages_total" in answer.read().decode()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
