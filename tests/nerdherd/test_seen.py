"""What the middleware that sees each request says and takes, and how the log is written."""

import json
import logging
import sys

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection
from django.http import HttpRequest

from nerdherd.lib import worker
from nerdherd.lib.logs import CarefulFormatter
from nerdherd.lib.seen import LARGE
from tests.library import post

FROM_PROXY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.mark.django_db
class TestIds:
    def ask(self, client, given: str) -> str:
        return client.get("/health/", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    def test_a_proxy_of_ours_may_choose_it(self, client, settings):
        assert self.ask(client, FROM_PROXY) != FROM_PROXY
        settings.TRUSTED_PROXIES = 1
        assert self.ask(client, FROM_PROXY) == FROM_PROXY

    @pytest.mark.parametrize(
        "given",
        ["", "short", "f" * 65, "zelda@example.com-0123456789", 'f" level="x', "f" * 20 + "\n"],
    )
    def test_what_is_no_id_is_not_taken(self, client, settings, given):
        settings.TRUSTED_PROXIES = 1
        made = self.ask(client, given)
        assert (made != given, len(made)) == (True, 16)

    def test_what_caches_may_keep_bears_none(self, client):
        shown = post("Nap")
        for path, is_kept in ((shown.get_absolute_url(), True), ("/search/", False)):
            said = client.get(path).headers
            assert ("public" in said.get("Cache-Control", ""), "X-Request-ID" in said) == (
                is_kept,
                not is_kept,
            )

    def test_what_django_writes_after_the_middleware_has_it_too(self, client, log):
        def refuse(*_arguments: object) -> None:
            raise OperationalError

        with connection.execute_wrapper(refuse):
            answer = client.get("/health/")
        line = json.loads(log.getvalue())
        assert line["message"] == "Service Unavailable: /health/"
        assert line["request"] == answer.headers["X-Request-ID"]

    def test_after_the_answer_the_thread_is_about_nothing(self, client, log):
        client.get("/health/")
        logging.getLogger("tests").warning("later")
        assert "request" not in json.loads(log.getvalue().splitlines()[-1])


@pytest.mark.django_db
def test_where_the_time_went_is_told_to_developers_only(client, settings):
    assert "Server-Timing" not in client.get("/health/").headers
    settings.DEBUG = True
    told = client.get("/health/").headers["Server-Timing"]
    assert told.startswith("total;dur=")
    assert 'desc="3 queries"' in told


@pytest.mark.django_db
def test_slow_queries_are_noted_without_what_was_asked_for(log, settings):
    settings.SLOW_QUERY_MS = 0

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["zelda quillfeather"])

    worker.attempt(work)
    line = json.loads(log.getvalue())
    assert (line["message"], line["sql"]) == ("slow query", "SELECT %s")
    assert isinstance(line["ms"], int)
    assert line["job"].endswith("work")
    assert line["at"].endswith("+00:00")
    settings.SLOW_QUERY_MS = 200
    worker.attempt(work)
    assert log.getvalue().count("\n") == 1


@pytest.mark.django_db
def test_slow_pages_are_noted_and_slow_lines_are_not(client, log, settings):
    settings.SLOW_PAGE_MS = 0
    for size in (LARGE, 9):
        client.post("/health/", b"x" * size, content_type="text/plain")
    line = json.loads(log.getvalue())
    assert (line["message"], line["view"], line["queries"]) == ("slow page", "health", 0)
    settings.SLOW_PAGE_MS = 60_000
    client.post("/health/")
    assert log.getvalue().count("\n") == 1


class TestLines:
    def record(self, *message: object, **more: object) -> logging.LogRecord:
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, str(message[0]), message[1:], None
        )
        vars(record).update(more)
        return record

    def test_a_line_is_one_object_whatever_is_in_it(self):
        odd = 'say "no"\nat=now \udcff é\u2028\x00zoe@nerdherd.example sk_live_1'
        said = CarefulFormatter().format(self.record("about %s", odd, fields={"sql": odd}))
        assert len(said.splitlines()) == 1
        line = json.loads(said)
        clean = odd.replace("zoe@nerdherd.example", "<address>").replace("sk_live_1", "<secret>")
        assert (line["message"], line["sql"]) == (f"about {clean}", clean)

    def test_a_traceback_is_in_it_and_cleaned(self):
        try:
            raise ValueError("zoe@nerdherd.example")
        except ValueError:
            record = self.record("broken", exc_info=sys.exc_info())
        line = json.loads(CarefulFormatter().format(record))
        assert "ValueError: <address>" in line["traceback"]
        assert __file__ in line["traceback"]

    def test_what_opens_something_in_the_address_is_taken_out_of_all_lines_about_it(self, rf):
        request: HttpRequest = rf.get("/")
        request.resolver_match = type("Match", (), {"kwargs": {"code": "k7q2"}})()
        said = CarefulFormatter().format(self.record("no card for k7q2", request=request))
        assert json.loads(said)["message"] == "no card for <code>"

    def test_developers_read_it_as_it_is(self, settings):
        settings.DEBUG = True
        said = CarefulFormatter().format(self.record("slow page", fields={"view": "home", "ms": 9}))
        assert said == "ERROR x slow page view=home ms=9"


class TestChecks:
    @pytest.mark.parametrize(
        ("address", "host", "port", "said"),
        [
            ("", "", 0, ""), ("127.0.0.1:9100", "127.0.0.1", 9100, ""),
            ("[::1]:9100", "::1", 9100, ""), ("localhost:9100", "localhost", 9100, ""),
            ("10.0.0.5:9100", "10.0.0.5", 9100, ""),
            ("0.0.0.0:9100", "0.0.0.0", 9100, "asked by others"),
            (":9100", "", 9100, "asked by others"),
            ("8.8.8.8:9100", "8.8.8.8", 9100, "asked by others"),
            ("127.0.0.1", "127.0.0.1", 0, "names no port"),
        ],
    )  # fmt: skip
    def test_metrics_are_asked_for_in_private(self, settings, address, host, port, said):
        settings.METRICS_ADDRESS, settings.METRICS_HOST, settings.METRICS_PORT = address, host, port
        found = [found.msg for found in run_checks() if "METRICS_ADDRESS" in found.msg]
        assert [said in each for each in found] == [True] * bool(said)
