"""Events: what happened, in Stripe's words, and how one is put into bytes and signed."""

import copy
import hmac
import json
from typing import Any

from billing.standin.errors import Json, Refusal
from billing.standin.ledger import Ledger, new_id

API_VERSION = "2026-10-28.endive"
SIGNATURES = ("valid", "none", "wrong", "old", "v0", "non_ascii")
TOO_OLD = 3600


def emit(ledger: Ledger, kind: str, about: Json, previous: Json | None = None) -> Json:
    """Writes an event with a snapshot of `about` and puts it into the delivery queue."""
    data: Json = {"object": copy.deepcopy(about)}
    if previous:
        data["previous_attributes"] = previous
    event = ledger.add(
        {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": ledger.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": dict(ledger.request),
            "type": kind,
        }
    )
    ledger.deliveries[event["id"]] = {"attempts": [], "next_at": 0, "delivered": False}
    ledger.queue.append(event["id"])
    return event


def payload(event: Json, mutate: Json | None = None) -> str:
    """The event as it goes over the wire, with `{"data.object.status": …}` overridden."""
    altered = copy.deepcopy(event)
    for path, value in (mutate or {}).items():
        _override(altered, path.split("."), value)
    return json.dumps(altered, indent=2)


def _override(node: Json, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        child = node.setdefault(name, {})
        if not isinstance(child, dict):
            raise Refusal(f"Nothing can be overridden below {name}", param="mutate")
        node = child
    node[path[-1]] = value


def signature(body: str, secret: str, now: int, manner: str = "valid") -> str | None:
    """The `Stripe-Signature` header for `body`, right or wrong in one of the `SIGNATURES`."""
    if manner not in SIGNATURES:
        raise Refusal(f"signature must be one of {', '.join(SIGNATURES)}", param="signature")
    if manner == "none":
        return None
    moment = now - TOO_OLD if manner == "old" else now
    key = secret + "-not" if manner == "wrong" else secret
    digest = hmac.new(key.encode(), f"{moment}.{body}".encode(), "sha256").hexdigest()
    if manner == "non_ascii":
        return f"t={moment},v1=\u00e9{digest[1:]}"
    return f"t={moment},{'v0' if manner == 'v0' else 'v1'}={digest}"
