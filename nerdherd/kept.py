"""Visitors' pages, whole and compressed, kept before anything else runs until something changes.

Why this and not Django's page cache, and how a change is heard of: docs/decisions.md.
"""

import gzip
import re
import threading
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from nerdherd.changes import Watch
from nerdherd.lib.metrics import kept_pages
from nerdherd.lib.shelf import IN_REQUEST, Shelf

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PATIENCE = 2.0  # seconds, for a page that another request is making
MOST = 32 * 1024**2  # bytes, of all visitors' pages in one process, and of what members share
LARGEST = 512 * 1024  # bytes, of one page
TOLD_APART_BY = {"accept-language", "cookie", "accept-encoding"}
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))")


class Key(NamedTuple):
    """All that a visitor's page hangs on."""

    scheme: str
    host: str
    path: str
    query: str
    language: str


def key_of(environ: Environ) -> Key | None:
    """Of a request that anybody could have made; None for one by somebody in particular."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in environ:
        return None
    cookies, asked = environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    language = _language(cookies, asked)
    if language is None:
        return None
    return Key(
        environ["wsgi.url_scheme"] + environ.get("HTTP_X_FORWARDED_PROTO", ""),
        environ.get("HTTP_HOST", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        language,
    )


@lru_cache(maxsize=1000)
def _language(cookies: str, asked: str) -> str | None:
    """What visitors with these headers are spoken to in; None with any cookie that says more."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookies)
    if set(request.COOKIES) - {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}:
        return None
    request.META["HTTP_ACCEPT_LANGUAGE"] = asked
    return get_language_from_request(request)


class Page:
    """An answer as it is sent, again and again."""

    def __init__(self, headers: Headers, body: bytes) -> None:
        self.etag = f'W/"{sha256(body).hexdigest()[:32]}"'
        self.headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        self.headers.append(("ETag", self.etag))
        self.packed = gzip.compress(body, 6, mtime=0)
        self.size = len(body) + len(self.packed) + 1000  # bytes of memory at most, about

    @cached_property
    def plain(self) -> bytes:
        """The body for who cannot unpack it: hardly anybody, so it is not there until asked for."""
        return gzip.decompress(self.packed)

    def answer(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """In full, or that it is still what the browser has."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", self.headers)
            return [b""]
        if ACCEPTS_GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")):
            headers, body = [*self.headers, ("Content-Encoding", "gzip")], self.packed
        else:
            headers, body = self.headers, self.plain
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


class KeptPages:
    """A WSGI application before another one; keeps what that one lets everybody keep."""

    def __init__(
        self, application: Application, version: Callable[[], object] | None = None
    ) -> None:
        self.application = application
        self.pages: Shelf[Page] = Shelf(version or Watch(), MOST)
        # Another one, for the site to use: no key of a visitor's leads to what is on it.
        self.for_members: Shelf[object] = Shelf(self.pages.version, MOST)
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Event] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """From what is kept, or from the application."""
        key = key_of(environ)
        if key is None:
            environ[IN_REQUEST] = self.for_members
            return self.application(environ, start_response)
        if page := self.pages.get(key):
            kept_pages.inc()
            return page.answer(environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self.application(environ, start_response)
        return self._alone(key, environ, start_response)

    def _alone(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Make a page that many want at this moment once; the others wait for it."""
        with self._lock:
            done = self._making.get(key)
            if done is None:
                mine = self._making[key] = threading.Event()
        if done is None:
            try:
                return self._make(key, environ, start_response)
            finally:
                del self._making[key]
                mine.set()
        done.wait(PATIENCE)
        if page := self.pages.get(key):
            kept_pages.inc()
            return page.answer(environ, start_response)
        return self.application(environ, start_response)

    def _make(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def begin(status: str, headers: Headers, *error: Any) -> Callable[[bytes], Any]:
            said[:] = [status, headers, *error]
            return lambda _: None

        version = self.pages.version()
        body = self.application(environ, begin)
        status, headers, *error = said
        if not may_be_kept(status, headers):
            self.pages.drop(key)
            start_response(status, headers, *error)
            return body
        page = Page(_with_encoding_told(headers), b"".join(body))
        if hasattr(body, "close"):
            body.close()
        self.pages.put(key, page, page.size, version)
        return page.answer(environ, start_response)


def may_be_kept(status: str, headers: Headers) -> bool:
    """Whether an answer is a whole page, and says that everybody may have it."""
    said = {name.lower(): value for name, value in headers}
    vary = {word.strip().lower() for word in said.get("vary", "").split(",") if word}
    return (
        status.startswith("200")
        and "s-maxage" in said.get("cache-control", "")
        and "set-cookie" not in said
        and "content-encoding" not in said
        and int(said.get("content-length", LARGEST + 1)) <= LARGEST
        and vary <= TOLD_APART_BY
    )


def _with_encoding_told(headers: Headers) -> Headers:
    said = dict(headers)
    vary = ", ".join(filter(None, [said.pop("Vary", ""), "Accept-Encoding"]))
    return [*said.items(), ("Vary", vary)]
