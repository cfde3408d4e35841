"""Each request is seen: it has an id, is counted and timed, and leaves a line when it was slow."""

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from nerdherd.lib import metrics
from nerdherd.lib.doing import Doing, current, ms, shortened

log = logging.getLogger(__name__)

# As proxies make them: digits that say nothing of anybody.
ID = re.compile(r"[0-9a-fA-F-]{16,64}")
NO_VIEW = "none"  # no such address, or a static file
LARGE = 1_000_000  # bytes: of who sends so much, the line is slow and not the page


class SeenMiddleware:
    """Stands above all others; the time it takes is up to the first byte of an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What the answer bears that caches may keep would be somebody else's: those have no id."""
        doing = Doing("request", id_of(request), request)
        current.set(doing)
        began = perf_counter()
        response = self.get_response(request)
        took = perf_counter() - began
        if "public" not in response.get("Cache-Control", ""):
            response["X-Request-ID"] = doing.name
        view = request.resolver_match.view_name if request.resolver_match else NO_VIEW
        _count(view, response.status_code, took, doing.queries)
        if took * 1000 >= settings.SLOW_PAGE_MS and _sent(request) < LARGE:
            _note(view, took, doing)
        if settings.DEBUG:
            response["Server-Timing"] = (
                f"total;dur={took * 1000:.1f},"
                f' db;dur={doing.seconds * 1000:.1f};desc="{doing.queries} queries"'
            )
        return response


def id_of(request: HttpRequest) -> str:
    """The one that a proxy of ours gave it, or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXIES else ""
    return given if ID.fullmatch(given) else secrets.token_hex(8)


def _sent(request: HttpRequest) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _count(view: str, status: int, took: float, queries: int) -> None:
    # Of 4xx one tells of an attack.
    kind = "429" if status == 429 else f"{status // 100}xx"
    count, duration, asked = metrics.of_request(view, kind)
    count.inc()
    duration.observe(took)
    asked.inc(queries)


def _note(view: str, took: float, doing: Doing) -> None:
    fields = {
        "view": view,
        "ms": ms(took),
        "queries": doing.queries,
        "queries_ms": ms(doing.seconds),
        "longest_ms": ms(doing.longest),
        "longest_sql": shortened(doing.longest_sql),
    }
    log.warning("slow page", extra={"fields": fields})
