"""Seeing the site run, as its operator does: request ids, slow records, metrics, and what none of them hold."""

import http.client
import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families

from tests.drill.running import until
from tests.whole_site import WholeSite, free_ports

pytestmark = pytest.mark.site
GREETING = "Ctrl-C stops everything."
# Of words, addresses and headers that somebody sends, none may come out again.
PLANTED = "quillfeather"


class SeenSite(WholeSite):
    """A site whose operator looks at it; every page and query counts as slow."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.metrics_port = free_ports(1)
        super().__init__(data_dir)
        slow = {"SLOW_PAGE_MS": "0", "SLOW_QUERY_MS": "0"}
        metrics = {"METRICS_ADDRESS": f"127.0.0.1:{self.metrics_port}"}
        self.environment |= slow | metrics | environment

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Any:
        """One request on a connection of its own: the answer, read to its end."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body or None, names)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer

    def lines(self) -> list[dict[str, Any]]:
        """The log so far."""
        return [json.loads(line) for line in self.printed if line.startswith("{")]

    def lines_of(self, request: str) -> list[dict[str, Any]]:
        """The log of one request, once the last line of it has come: that the page was slow."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.lines() if line.get("request") == request]

        until(lambda: "slow page" in {line["message"] for line in found()})
        return found()

    def metrics(self) -> str:
        """As Prometheus gets them; when the process that answered has gone, of the next one."""
        deadline = time.monotonic() + 15
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}") as answer:
                    return answer.read().decode()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)

    def number(self, name: str, **labels: str) -> float:
        """Of all samples with that name and those labels together."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.metrics())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeenSite]:
    site = SeenSite(tmp_path_factory.mktemp("seen") / "data")
    site.manage("prepare")
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-passphrase-of-the-tests"
    site.manage("createsuperuser", "--noinput", "--email", "owner@nerdherd.example")
    site.start().wait_for(GREETING)
    try:
        folder = shared_folder(site)
        assert folder.is_dir()
        yield site
    finally:
        assert site.stop() == 0
    assert not folder.exists()


def shared_folder(site: SeenSite) -> Path:
    """Where its processes count together."""
    said = Path(f"/proc/{site.processes('manage.py worker')[0]}/environ").read_bytes().split(b"\0")
    [folder] = [word for word in said if word.startswith(b"PROMETHEUS_MULTIPROC_DIR=")]
    return Path(folder.partition(b"=")[2].decode())


class TestIds:
    def test_every_request_has_its_own_on_the_answer_and_on_every_line(self, site):
        ids = [site.ask("/search/?q=nap").headers["X-Request-ID"] for _ in range(5)]
        assert len(set(ids)) == 5
        for each in ids:
            lines = site.lines_of(each)
            assert {"slow query", "slow page"} == {line["message"] for line in lines}
            [page] = [line for line in lines if line["message"] == "slow page"]
            assert (page["view"], page["queries"]) == ("search", len(lines) - 1)
            assert page["queries"] > 0
            assert page["longest_sql"] in {line.get("sql") for line in lines}

    def test_a_page_that_is_kept_for_others_bears_none(self, site):
        first, second = site.ask("/posts/"), site.ask("/posts/")
        assert "s-maxage" in first.headers["Cache-Control"]
        assert first.headers["X-Request-ID"] is second.headers["X-Request-ID"] is None

    def test_a_stranger_does_not_choose_it(self, site):
        chosen = "0123456789abcdef0123"
        assert site.ask("/search/", X_Request_ID=chosen).headers["X-Request-ID"] != chosen

    def test_an_answer_that_failed_has_one_too(self, site):
        answer = site.ask("/stripe/webhook/", "POST", "{}", Stripe_Signature="t=1,v1=0")
        lines = site.lines_of(answer.headers["X-Request-ID"])
        assert any("delivery refused" in line["message"] for line in lines)

    def test_lines_of_the_worker_carry_the_job(self, site):
        expected = {"send_due", "reconcile with Stripe", "prepare_next"}
        until(lambda: expected <= {line.get("job") for line in site.lines()}, seconds=60)


class TestMetrics:
    def test_two_web_processes_add_up_also_when_one_is_killed(self, site):
        before = site.number("nerdherd_requests_total", view="account_login", status="2xx")
        for _ in range(40):
            assert site.ask("/accounts/login/").status == 200
        counted = {file: counted_in(file) for file in shared_folder(site).glob("counter_*.db")}
        assert len([number for number in counted.values() if number]) == 2  # else it proves nothing
        assert site.number("nerdherd_requests_total", view="account_login") - before == 40
        assert site.number("nerdherd_request_seconds_count", view="account_login") - before == 40
        killed = int(max(counted, key=counted.__getitem__).stem.rpartition("_")[2])
        os.kill(killed, signal.SIGKILL)
        assert site.number("nerdherd_requests_total", view="account_login") - before == 40
        deadline = time.monotonic() + 15
        while len(answering := web_processes(site) - {killed}) < 2:
            assert time.monotonic() < deadline, answering
            time.sleep(0.1)
        for _ in range(10):
            assert site.ask("/accounts/login/").status == 200
        assert site.number("nerdherd_requests_total", view="account_login") - before == 50

    def test_kept_pages_are_counted(self, site):
        before = site.number("nerdherd_kept_pages_total")
        for _ in range(20):
            assert site.ask("/accessibility/").status == 200
        assert site.number("nerdherd_kept_pages_total") - before >= 10

    def test_it_says_what_there_is_to_watch(self, site):
        site.ask("/stripe/webhook/", "POST", "{}", Stripe_Signature="t=1,v1=0")
        assert site.number("nerdherd_stripe_deliveries_total", outcome="refused") >= 1
        # Once, when the worker starts; jobs are done one after the other.
        done = {"job": "reconcile with Stripe", "outcome": "done"}
        until(lambda: site.number("nerdherd_jobs_total", **done) > 0, seconds=60)
        assert site.number("nerdherd_jobs_total", **done) == 1
        assert site.number("nerdherd_lane_seconds_total", lane="video") > 0
        assert site.number("nerdherd_queries_total", view="health") > 0
        assert site.number("nerdherd_worker_heard_timestamp_seconds") > time.time() - 120
        said = site.metrics()
        for gauge in (
            'nerdherd_outbox_mails{state="waiting"} 0.0', 'nerdherd_films{state="uploaded"} 0.0',
            'nerdherd_purchases{state="paid"} 0.0', "nerdherd_timed_work_failed 0.0",
            "nerdherd_stripe_events_undone 0.0",
        ):  # fmt: skip
            assert gauge in said, gauge

    def test_nobody_gets_them_from_outside(self, site):
        assert [site.ask(path).status for path in ("/metrics", "/metrics/")] == [404, 404]
        with pytest.raises(ConnectionRefusedError):  # another address of this machine
            socket.create_connection(("127.0.0.2", site.metrics_port), timeout=5)

    def test_when_the_process_that_answers_has_gone_another_does(self, site):
        answering = listening_at(site.metrics_port)
        assert answering in site.processes()
        assert "nerdherd_films" in site.metrics()
        os.kill(answering, signal.SIGKILL)
        assert "nerdherd_films" in site.metrics()
        assert listening_at(site.metrics_port) != answering


def listening_at(port: int) -> int:
    """The process that listens there."""
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:])
    [inode] = [row[9] for row in rows if row[1] == f"0100007F:{port:04X}" and row[3] == "0A"]
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) == f"socket:[{inode}]":
                return int(link.parts[2])
    raise AssertionError("it listens, and nobody holds it")


def counted_in(file: Path) -> float:
    """Requests that one process has counted."""
    for metric in MultiProcessCollector.merge([str(file)]):
        if metric.name == "nerdherd_requests":
            return sum(sample.value for sample in metric.samples)
    return 0.0


def web_processes(site: SeenSite) -> set[int]:
    """Those that answer; not the one that starts them."""
    _starter, *answering = sorted(site.processes("nerdherd.web"))
    return set(answering)


def test_nothing_that_anybody_said_is_in_logs_or_metrics(site):
    address = f"zelda.{PLANTED}@example.com"
    site.ask(f"/search/?q={PLANTED}", User_Agent=PLANTED, Cookie=f"session={PLANTED}")
    site.ask(f"/{PLANTED}/")
    site.ask(f"/gift/{PLANTED}/")
    site.ask(f"/posts/{PLANTED}/?email={address}", Referer=f"http://{PLANTED}.example/")
    page = site.ask("/accounts/signup/")
    csrf = re.search(r"csrf=(\w+)", page.headers["Set-Cookie"])
    form = f"email={address}&csrfmiddlewaretoken={csrf and csrf[1]}"
    sent = site.ask(
        "/accounts/signup/", "POST", form, Cookie=f"csrf={csrf and csrf[1]}",
        Content_Type="application/x-www-form-urlencoded", Origin=site.address,
    )  # fmt: skip
    assert sent.status == 302
    lines = site.lines_of(sent.headers["X-Request-ID"])
    assert any(
        "accounts_emailaddress" in line.get("sql", "") or "lib_outboxmail" in line.get("sql", "")
        for line in lines
    )
    site.wait_for(address)  # the test mailbox tells of it on a line of its own
    assert PLANTED not in json.dumps(site.lines())
    assert PLANTED not in site.metrics()
