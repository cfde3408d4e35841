"""A running stand-in, the real Stripe library talking to it, and a site that listens to webhooks."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from billing.standin.control import StandIn
from tests.billing.standin.shop import ORDER, connect
from tests.standin import running_standin

OpenSession = Callable[..., stripe.checkout.Session]


@pytest.fixture(scope="session")
def shared_standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running_standin(tmp_path_factory.mktemp("standin")) as running:
        yield running


@pytest.fixture
def standin(shared_standin: StandIn) -> StandIn:
    """A stand-in with empty books whose deliveries wait."""
    shared_standin.reset()
    shared_standin.configure("")
    return shared_standin


@pytest.fixture
def client(standin: StandIn) -> Any:
    return connect(standin.base_url)


@pytest.fixture
def open_session(client: Any) -> OpenSession:
    def opener(**more: Any) -> stripe.checkout.Session:
        return client.checkout.sessions.create({**ORDER, **more})

    return opener


class Listener(ThreadingHTTPServer):
    request_queue_size = 128  # of five, one in twenty at once may be told to come again


class Site:
    """Takes webhooks: `posts` holds (headers, body) of each, `status` is what it answers."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.slowness = 0.0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                site.posts.append((dict(self.headers.items()), body))
                time.sleep(site.slowness)
                self.send_response(site.status)
                self.send_header("Location", "/elsewhere/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/stripe/webhook/"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.posts]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    threading.Thread(target=site.server.serve_forever, args=(0.05,), daemon=True).start()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path
