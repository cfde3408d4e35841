"""Errors told to Sentry: which error, where in the code, in which request; nothing that was said.

What an event may hold is listed; everything else the library gathers is dropped. The words of an
error may name people, so they stay in our own log, which the request's id leads to.
"""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration

from nerdherd.lib.doing import current

EVENT = ("event_id", "timestamp", "level", "logger", "platform", "environment", "release", "sdk")
ERROR = ("type", "module", "mechanism")
FRAME = ("filename", "function", "module", "lineno", "context_line", "in_app")


def start(dsn: str) -> None:
    """Have all that is logged as an error told, from a thread; returns at once."""
    sentry_sdk.init(
        dsn,
        before_send=bare,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def bare(event: Any, _hint: Any) -> Any:
    """The event with nothing but what is listed above."""
    said = _only(EVENT, event)
    errors = (event.get("exception") or {}).get("values", [])
    if errors:
        said["exception"] = {"values": [_bare_error(error) for error in errors]}
    else:
        said["message"] = f"logged by {event.get('logger')}"
    if doing := current.get():
        said["tags"] = {doing.kind: doing.name}
        if match := doing.request and doing.request.resolver_match:
            said["transaction"] = match.view_name
    return said


def _bare_error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    bare_frames = [_only(FRAME, frame) for frame in frames]
    return {**_only(ERROR, error), "stacktrace": {"frames": bare_frames}}


def _only(names: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
