"""Two webs behind a real nginx with `deploy/nginx-many.conf`: which is asked, and who again."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.nginx import NginxOfMany
from tests.whole_site import free_ports

pytestmark = pytest.mark.site
STATIC = "/static/css/base.0123456789ab.css"


class Web(ThreadingHTTPServer):
    """A web that knows some addresses, and may hang up in the middle of a request."""

    def __init__(self, *knows: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.knows, self.asked, self.hangs_up = knows, [], False  # type: ignore[var-annotated]
        Thread(target=self.serve_forever, args=[0.05], daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.hangs_up:
            self.close_connection = True
            return
        is_known = self.path in self.server.knows
        self.send_response(200 if is_known else 404)
        kept = "public, max-age=315360000, immutable" if is_known else "private, no-store"
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"text")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def webs() -> Iterator[tuple[Web, Web]]:
    """In the middle of an upgrade: the new one has a style sheet that the old one has not."""
    new, old = Web(STATIC, "/posts/"), Web("/posts/")
    yield new, old
    for web in (new, old):
        web.shutdown()
        web.server_close()


@pytest.fixture
def nginx(webs, tmp_path: Path) -> Iterator[NginxOfMany]:
    ports = [web.server_port for web in webs]
    nginx = NginxOfMany(tmp_path, free_ports(1), ports, free_ports(1), free_ports(1))
    for web in webs:
        del web.asked[:]
    yield nginx
    nginx.stop()


def ask(nginx: NginxOfMany, path: str, method: str = "GET") -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=10)) as line:
        line.request(method, path, "some" if method == "POST" else None, {"Cookie": "session=x"})
        answer = line.getresponse()
        answer.read()
        return answer.status


def test_a_file_that_only_one_web_has_is_found_and_then_kept(nginx, webs):
    assert {ask(nginx, STATIC) for _ in range(8)} == {200}
    # Once more where the other was asked first: after its answer nginx does not keep the second.
    assert webs[0].asked.count(f"GET {STATIC}") in (1, 2)


def test_a_page_that_is_not_there_is_asked_for_once(nginx, webs):
    assert ask(nginx, "/nowhere/") == 404
    assert len(webs[0].asked + webs[1].asked) == 1


def test_who_hangs_up_is_passed_over_but_nothing_is_done_twice(nginx, webs):
    _, old = webs
    old.hangs_up = True
    assert {ask(nginx, "/posts/") for _ in range(2)} == {200}
    assert len(old.asked) == 1
    assert sorted(ask(nginx, "/join/", "POST") for _ in range(2)) == [404, 502]
    assert [web.asked.count("POST /join/") for web in webs] == [1, 1]


def test_what_changes_nothing_is_asked_once_more_when_no_web_was_left(nginx, webs):
    """Both hang up: as if all that nginx knew had gone while it asked."""
    for web in webs:
        web.hangs_up = True
    assert ask(nginx, "/posts/") == 502
    assert sum(web.asked.count("GET /posts/") for web in webs) == 4
    assert ask(nginx, "/join/", "POST") == 502
    assert sum(web.asked.count("POST /join/") for web in webs) == 1
