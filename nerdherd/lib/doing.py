"""What a thread is doing, one request or one piece of work: its id, and what its queries cost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

log = logging.getLogger(__name__)

LONGEST_SQL = 500  # characters in a log line


@dataclass(slots=True)
class Doing:
    """One request, or one piece of the worker's work."""

    kind: str  # "request" or "job": the field of a log line that holds the name
    name: str
    request: HttpRequest | None = None
    queries: int = 0
    seconds: float = 0.0  # of all queries together
    longest: float = 0.0  # seconds of the longest query, and its SQL
    longest_sql: str = ""

    def note(self, seconds: float, sql: str) -> None:
        """One more query."""
        self.queries += 1
        self.seconds += seconds
        if seconds > self.longest:
            self.longest, self.longest_sql = seconds, sql


current: ContextVar[Doing | None] = ContextVar("what this thread is doing", default=None)


@contextmanager
def working(name: str) -> Iterator[None]:
    """What is logged inside carries the name of this job."""
    token = current.set(Doing("job", name))
    try:
        yield
    finally:
        current.reset(token)


def forget(**_signal: Any) -> None:
    """An answer has been sent to its end: what this thread logs from now on is not about it."""
    current.set(None)


def watch(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Have all queries of a new connection to the database timed."""
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def _timed(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = perf_counter() - began
        if doing := current.get():
            doing.note(took, sql)
        if took * 1000 >= settings.SLOW_QUERY_MS:
            log.warning("slow query", extra={"fields": {"ms": ms(took), "sql": shortened(sql)}})


def ms(seconds: float) -> int:
    """Whole milliseconds, as they stand in the logs."""
    return round(seconds * 1000)


def shortened(sql: str) -> str:
    """A statement for the log; its parameters were never in it."""
    return " ".join(str(sql).split())[:LONGEST_SQL]
