"""The least that an application can do: return the bytes."""

from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"x" * 12_000
HEADERS = [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same 12 KB to everybody."""
    start_response("200 OK", HEADERS)
    return [PAGE]
