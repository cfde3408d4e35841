"""The stand-in's books: everything it knows, under one lock, in one file that survives restarts."""

import json
import secrets
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from billing.standin.errors import Json, missing

NOUNS = {
    "checkout.session": "checkout.session",
    "payment_intent": "payment_intent",
    "charge": "charge",
    "refund": "refund",
    "dispute": "dispute",
    "radar.early_fraud_warning": "early fraud warning",
    "coupon": "coupon",
    "promotion_code": "promotion code",
    "event": "event",
}
ALPHABET = string.ascii_letters + string.digits
NOBODY: Json = {"id": None, "idempotency_key": None}
EDITION = 1
EVENTS_KEPT = 30 * 24 * 3600
ANSWERS_KEPT = 24 * 3600


class UnreadableState(Exception):
    """The state file is there but is not what the stand-in wrote."""


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh identifier such as `ch_3Kf…`."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Ledger:
    """Tables of objects as Stripe would show them, and what Stripe keeps to itself about them."""

    def __init__(self, path: Path | None = None, *, webhook_url: str = ""):
        self.path = path
        self.base_url = ""
        self.lock = threading.Condition(threading.RLock())
        self.request: Json = NOBODY
        self._depth = 0
        self._clear(webhook_url)
        if path and path.exists():
            self._load(path)

    def _clear(self, webhook_url: str) -> None:
        self.tables: dict[str, dict[str, Json]] = {kind: {} for kind in NOUNS}
        self.details: dict[str, Json] = {}
        self.deliveries: dict[str, Json] = {}
        self.queue: list[str] = []
        self.answers: dict[str, Json] = {}
        self._lines: dict[tuple[object, ...], str] = {}
        self.webhook_url = webhook_url
        self.held = False
        self.clock_offset = 0

    def reset(self) -> None:
        """Forgets everything except where the webhooks go."""
        self._clear(self.webhook_url)

    def now(self) -> int:
        """Seconds since 1970 on the stand-in's own clock, which tests may set wrong."""
        return int(time.time()) + self.clock_offset

    def find(self, kind: str, identifier: str, *, param: str = "", status: int = 404) -> Json:
        """The object itself (not a copy); raises `Refusal` when there is none."""
        try:
            return self.tables[kind][identifier]
        except KeyError:
            raise missing(NOUNS[kind], identifier, param=param or kind, status=status) from None

    def add(self, record: Json) -> Json:
        self.tables[record["object"]][record["id"]] = record
        return record

    @contextmanager
    def changing(self, request: Json | None = None) -> Iterator[None]:
        """Holds the lock; saves and wakes whoever waits when the outermost change is over."""
        with self.lock:
            self._depth += 1
            before, self.request = self.request, request or self.request
            try:
                yield
            finally:
                self.request = before
                self._depth -= 1
                if not self._depth:
                    self.save()
                    self.lock.notify_all()

    def save(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(self.path.name + ".new")
        draft.write_text(self._written(), encoding="utf-8")
        draft.replace(self.path)

    def _written(self) -> str:
        """JSON, one line per record: quick to write, and a person can still read and search it."""
        sections = []
        for name, records in self._book().items():
            lines = [self._line(name, key, value) for key, value in records.items()]
            sections.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
        return "{\n" + ",\n".join(sections) + "\n}\n"

    def _line(self, section: str, key: str, value: Any) -> str:
        """Events and answers are most of the book and do not change, so they are encoded once."""
        if section not in ("event", "answers"):
            return f"{json.dumps(key)}: {json.dumps(value)}"
        known = (section, key, value.get("pending_webhooks"), value["created"])
        if known not in self._lines:
            self._lines[known] = f"{json.dumps(key)}: {json.dumps(value)}"
        return self._lines[known]

    def _book(self) -> dict[str, Json]:
        return {
            "about": {"edition": EDITION, "held": self.held, "clock_offset": self.clock_offset},
            **self.tables,
            "details": self.details,
            "deliveries": self.deliveries,
            "queue": {event_id: place for place, event_id in enumerate(self.queue)},
            "answers": self.answers,
        }

    def _load(self, path: Path) -> None:
        try:
            book = json.loads(path.read_text(encoding="utf-8"))
            if book["about"]["edition"] != EDITION:
                raise ValueError(f"edition {book['about']['edition']}")
            self.tables = {kind: dict(book[kind]) for kind in NOUNS}
            self.details, self.deliveries = dict(book["details"]), dict(book["deliveries"])
            self.queue, self.answers = list(book["queue"]), dict(book["answers"])
            self.held = bool(book["about"]["held"])
            self.clock_offset = int(book["about"]["clock_offset"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise UnreadableState(
                f"{path} is not a readable state file of the stand-in ({problem!r}); "
                "move it away to start with an empty one"
            ) from problem
        self._forget()

    def _forget(self) -> None:
        """Old news: Stripe too keeps events for 30 days and idempotent answers for one."""
        now = self.now()
        for event_id, event in list(self.tables["event"].items()):
            if now - event["created"] > EVENTS_KEPT and event_id not in self.queue:
                del self.tables["event"][event_id], self.deliveries[event_id]
        for key, answer in list(self.answers.items()):
            if now - answer["created"] > ANSWERS_KEPT:
                del self.answers[key]
