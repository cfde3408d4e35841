"""The audit log: who changed access, prices, rights, what is out, or an account; only added to.

A line is written in the transaction of what it tells of, so there is neither without the other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from nerdherd.lib.models import AuditLine

Kind = AuditLine.Kind
Who = Callable[[], Any]  # an account, or somebody without one, asked only when there is a line

_who: ContextVar[Who | None] = ContextVar("who acts", default=None)


def note(kind: AuditLine.Kind, on: str, what: str) -> None:
    """Write that whoever acts at this moment did `what` on `on` (`person 7`, `purchase 12`).

    Numbers only: no name, no address. Of staff the address is added, to be kept for good.
    """
    asked = _who.get()
    who: Any = asked() if asked else None
    AuditLine.objects.create(
        kind=kind,
        who=who and who.pk,
        label=who.get_username() if who and who.is_staff else "",
        on=on[:250],
        what=what[:500],
    )


def person(pk: int | None) -> str:
    """How somebody stands in the log."""
    return f"person {pk}" if pk is not None else "nobody"


@contextmanager
def acting(who: Who) -> Iterator[None]:
    """What is noted inside was done by `who`."""
    token = _who.set(who)
    try:
        yield
    finally:
        _who.reset(token)


class ActingMiddleware:
    """Whoever sent the request acts while it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Asks nothing of the session unless there is a line to write."""
        with acting(lambda: request.user):
            return self.get_response(request)
