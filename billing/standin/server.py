"""The HTTP server: loopback only, a thread per connection, doors to API, page and control."""

import socketserver
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from billing.standin import checkout
from billing.standin.api import Api
from billing.standin.control_routes import Control
from billing.standin.delivery import LOOPBACK, Courier
from billing.standin.errors import Refusal
from billing.standin.exchange import Answer, Call, in_json
from billing.standin.ledger import Ledger
from billing.standin.page import Page
from billing.standin.payments import RECEIPTS
from billing.standin.pieces import STYLE
from billing.standin.receipt import receipt

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    """The stand-in, listening on 127.0.0.1; `port` 0 takes any free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, ledger: Ledger, secret: str, *, verbose: bool = False) -> None:
        super().__init__((HOST, port), Handler)
        self.ledger, self.verbose = ledger, verbose
        checkout.move(ledger, f"http://{HOST}:{self.server_port}")
        self.courier = Courier(ledger, secret, lambda: checkout.expire_overdue(ledger))
        self.api = Api(ledger)
        self.page = Page(ledger, self.courier)
        self.control = Control(ledger, self.courier, self.api)
        self.courier.start()

    def server_bind(self) -> None:
        """Without the base class's reverse look-up of the host name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def answer(self, call: Call) -> Answer:
        """Goes through the right door; a mistake of the stand-in's own is a 500, and on stderr."""
        try:
            return self._through_door(call)
        except Refusal as refusal:
            return in_json(refusal.body, refusal.status)
        except Exception as mistake:
            traceback.print_exc()
            return in_json(Refusal(repr(mistake), kind="api_error").body, 500)

    def _through_door(self, call: Call) -> Answer:
        if call.path.startswith("/v1/"):
            return self.api.answer(call)
        _check_origin(call)
        if call.path == "/page.css":
            return Answer(body=STYLE, kind="text/css; charset=utf-8")
        if call.path.startswith("/c/pay/"):
            return self.page.answer(call)
        if call.path.startswith(RECEIPTS):
            return receipt(self.ledger, call)
        return self.control.answer(call)


def _check_origin(call: Call) -> None:
    """Foreign pages in a browser on this machine must not drive the stand-in."""
    host = call.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        raise Refusal("The stand-in answers on this machine only.", status=403)
    if call.headers.get("origin", f"http://{host}") != f"http://{host}":
        raise Refusal("Another site cannot do this.", status=403)


class Handler(BaseHTTPRequestHandler):
    """Reads a call from the wire and writes its answer."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(
            self.server.ledger.now() if timestamp is None else timestamp
        )

    def version_string(self) -> str:
        return "standin"

    def do_GET(self) -> None:
        self._exchange()

    def do_POST(self) -> None:
        self._exchange()

    def _exchange(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(in_json({"error": {"message": "The body is too large."}}, 413))
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._send(self.server.answer(Call(self.command, parts.path, parts.query, body, headers)))

    def _send(self, answer: Answer) -> None:
        if answer.dropped:
            self.close_connection = True
            return
        content = answer.body.encode("utf-8", "replace")
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        if self.server.verbose:
            print(format % arguments, file=sys.stderr, flush=True)
