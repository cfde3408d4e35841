"""The courier: carries events to the site's webhook, again and again until it says 2xx."""

import http.client
import random
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from billing.standin import events
from billing.standin.errors import Json, Refusal
from billing.standin.ledger import Ledger

PAUSES = (1, 2, 5, 15, 60, 300, 900, 3600)
GIVE_UP_AFTER = 3 * 24 * 3600
PATIENCE = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ORDERS = ("fifo", "reverse", "shuffle")


def check_webhook_url(url: str) -> str:
    """Test events go to this machine only; an empty address means that they wait."""
    parts = urlsplit(url)
    if url and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise Refusal("The webhook address must be http:// on 127.0.0.1", param="webhook_url")
    return url


class Courier:
    """One queue, one thread; `chores` is called at least every five seconds."""

    def __init__(self, ledger: Ledger, secret: str, chores: Callable[[], None]) -> None:
        self.ledger = ledger
        self.secret = secret
        self.chores = chores

    def start(self) -> None:
        threading.Thread(target=self._work, name="courier", daemon=True).start()

    @property
    def resting(self) -> bool:
        return self.ledger.held or not self.ledger.webhook_url

    def _work(self) -> None:
        while True:
            self.chores()
            with self.ledger.lock:
                event_id, pause = self._next()
                if not event_id:
                    self.ledger.lock.wait(pause)
            if event_id:
                self._attempt(event_id)

    def _next(self) -> tuple[str, float]:
        """The event whose turn it is, or "" and the seconds until it may be somebody's turn."""
        now, pause = time.time(), 5.0
        for event_id in [] if self.resting else self.ledger.queue:
            wait = self.ledger.deliveries[event_id]["next_at"] - now
            if wait <= 0:
                return event_id, 0
            pause = min(pause, wait)
        return "", pause

    def _attempt(self, event_id: str) -> None:
        with self.ledger.lock:
            event = self.ledger.tables["event"].get(event_id)
        if event is None:
            return
        attempt = self.post(event)
        with self.ledger.changing():
            if event_id in self.ledger.deliveries:
                self._record(event_id, attempt)

    def _record(self, event_id: str, attempt: Json) -> None:
        delivery = self.ledger.deliveries[event_id]
        delivery["attempts"].append(attempt)
        delivery["delivered"] = delivery["delivered"] or 200 <= attempt["status"] < 300
        age = self.ledger.now() - self.ledger.tables["event"][event_id]["created"]
        if delivery["delivered"] or age > GIVE_UP_AFTER:
            self._forget(event_id)
        else:
            tried = min(len(delivery["attempts"]), len(PAUSES)) - 1
            delivery["next_at"] = time.time() + PAUSES[tried]

    def _forget(self, event_id: str) -> None:
        if event_id in self.ledger.queue:
            self.ledger.queue.remove(event_id)
        delivery = self.ledger.deliveries[event_id]
        self.ledger.tables["event"][event_id]["pending_webhooks"] = int(not delivery["delivered"])

    def post(self, event: Json, manner: str = "valid", mutate: Json | None = None) -> Json:
        """One delivery, whatever the queue thinks: `{"at", "status", "error"}`, status 0 = none."""
        body = events.payload(event, mutate)
        header = events.signature(body, self.secret, self.ledger.now(), manner)
        at = self.ledger.now()
        try:
            status = _post(self.ledger.webhook_url, body, header)
        except (OSError, http.client.HTTPException) as problem:
            return {"at": at, "status": 0, "error": f"{type(problem).__name__}: {problem}"}
        return {"at": at, "status": status, "error": ""}

    def await_attempt(self, event_id: str, seconds: float = PATIENCE) -> None:
        """Waits until the site has been told once (if anything is being delivered at all)."""
        with self.ledger.lock:
            self.ledger.lock.wait_for(lambda: self.resting or self._told(event_id), seconds)

    def await_all(self, seconds: float) -> bool:
        """Waits until every queued event was tried at least once; false when that took longer."""
        with self.ledger.lock:
            return self.ledger.lock.wait_for(
                lambda: self.resting or all(map(self._told, self.ledger.queue)), seconds
            )

    def _told(self, event_id: str) -> bool:
        delivery = self.ledger.deliveries.get(event_id)
        return delivery is None or bool(delivery["attempts"]) or event_id not in self.ledger.queue

    def release(self, order: str = "fifo", seed: int = 0) -> None:
        """Delivers again, everything that waits at once and in the given order."""
        if order not in ORDERS:
            raise Refusal(f"order must be one of {', '.join(ORDERS)}", param="order")
        if order == "reverse":
            self.ledger.queue.reverse()
        elif order == "shuffle":
            random.Random(seed).shuffle(self.ledger.queue)
        for event_id in self.ledger.queue:
            self.ledger.deliveries[event_id]["next_at"] = 0
        self.ledger.held = False

    def drop(self, names: list[str] | None) -> list[str]:
        """Loses the waiting events with these ids or types (all when None); says which."""
        kinds = self.ledger.tables["event"]
        lost = [
            event_id
            for event_id in self.ledger.queue
            if names is None or event_id in names or kinds[event_id]["type"] in names
        ]
        for event_id in lost:
            self._forget(event_id)
        return lost


def _post(url: str, body: str, signature: str | None) -> int:
    parts = urlsplit(url)
    if not parts.hostname:
        raise OSError("there is no webhook address")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (test)"}
    if signature is not None:
        headers["Stripe-Signature"] = signature
    try:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("POST", target, body.encode(), headers)
        return connection.getresponse().status
    finally:
        connection.close()
