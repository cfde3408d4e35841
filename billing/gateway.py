"""Stripe over HTTP: the only file that imports the library; nothing behind it sees its objects."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Any, NoReturn

import requests
import stripe
from django.conf import settings
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import override

from billing.facts import Facts
from billing.models import Purchase
from billing.offer import current_offer

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 3, 8
# Of several disputes of a payment, the one that stands first here is the one that counts.
DISPUTES_BY_WEIGHT = (
    "lost",
    "needs_response",
    "under_review",
    "warning_needs_response",
    "warning_under_review",
)


class Unavailable(Exception):
    """Stripe did not answer, or not with what we asked for; nothing is known, so try again."""


class Busy(Unavailable):
    """The same question is being answered at this moment, for another tab."""


class Broken(Unavailable):
    """Stripe failed, and will repeat that answer to the same idempotency key for a day."""


class Refused(Exception):
    """Stripe understood and said no; the message is Stripe's."""


class Missing(Refused):
    """Stripe knows no such thing, in this account and this mode."""


class KeyReused(Refused):
    """Something else was asked for under the same idempotency key within a day."""


class BadSignature(Exception):
    """A delivery that is not from Stripe, or too old, or not readable."""


class _Impatient(stripe.RequestsClient):
    """Asks once more after what failed at once, never after a silence.

    Who waits for the page has waited long enough by then, and so has the thread that serves it.
    """

    def _handle_request_error(self, e: Exception) -> NoReturn:
        if isinstance(e, requests.Timeout):
            raise stripe.APIConnectionError(str(e), should_retry=False) from e
        super()._handle_request_error(e)


@cache
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        max_network_retries=2,
        http_client=_Impatient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
    )


def client() -> stripe.StripeClient:
    """The client for the key and the address in the settings."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


def is_live() -> bool:
    """Whether the key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


def _ask(call: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Call the library, and turn what comes back into plain dicts and two kinds of errors."""
    try:
        answer: dict[str, Any] = call(*args, **kwargs).to_dict()
    except stripe.IdempotencyError as error:
        raise KeyReused(str(error)) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        missing = error.code == "resource_missing"
        raise (Missing if missing else Refused)(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        if error.http_status == HTTPStatus.CONFLICT:
            raise Busy(str(error)) from error
        log.warning("Stripe: %s (request %s)", type(error).__name__, error.request_id)
        is_kept = error.http_status == HTTPStatus.INTERNAL_SERVER_ERROR
        raise (Broken if is_kept else Unavailable)(type(error).__name__) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        # An answer that is not Stripe's: a proxy's error page, half a document.
        raise Unavailable(f"unreadable answer: {type(error).__name__}") from error
    if "object" not in answer:
        raise Unavailable("an answer that is nothing of Stripe's")
    return answer


def open_session(purchase: Purchase) -> str:
    """Open the Checkout session of `purchase`; returns its id.

    Every parameter comes from the row, under a key made from the row: however often and from
    however many tabs this is called, there is one session.
    """
    with override(purchase.language):
        offer = current_offer()
    name = offer.gift_name if purchase.kind == Purchase.Kind.GIFT else offer.name
    price = {
        "currency": purchase.currency,
        "unit_amount": purchase.amount_cents,
        "product_data": {"name": name},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": purchase.reference,
        "metadata": {"kind": purchase.kind},
        "success_url": f"{settings.SITE_URL}/join/thanks/?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": settings.SITE_URL + iri_to_uri(purchase.next_path),
        "expires_at": int(purchase.expires_at.timestamp()),
        "allow_promotion_codes": True,
        "locale": purchase.language,
    }
    if purchase.email:
        params["customer_email"] = purchase.email
    options: dict[str, Any] = {"idempotency_key": f"checkout-{purchase.reference}"}
    session = _ask(client().v1.checkout.sessions.create, params=params, options=options)
    return str(session["id"])


def expire_session(session_id: str) -> None:
    """Close an open session, so that it cannot be paid any more; no error if it was closed."""
    try:
        _ask(client().v1.checkout.sessions.expire, session_id)
    except Refused:
        log.info("session %s was not open any more", session_id)


def read(session_id: str) -> Facts:
    """What Stripe says now of the purchase behind a session: two reads at most.

    Raises Unavailable, or Missing when Stripe has no such session.
    """
    params: Any = {"expand": ["payment_intent.latest_charge"]}
    session = _ask(client().v1.checkout.sessions.retrieve, session_id, params=params)
    try:
        return _facts(session)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unavailable("a session without its usual fields") from error


def _facts(session: dict[str, Any]) -> Facts:
    intent = _whole(session.get("payment_intent"), client().v1.payment_intents.retrieve)
    charge = _whole(intent.get("latest_charge"), client().v1.charges.retrieve)
    dispute = _dispute(intent["id"]) if charge else {}
    # Both are written by us: what comes by a payment link of the same account has neither.
    kind = (session.get("metadata") or {}).get("kind")
    leads_back = str(session.get("success_url")).startswith(f"{settings.SITE_URL}/")
    return Facts(
        session_id=session["id"],
        status=session["status"],
        payment_status=session["payment_status"],
        reference=session.get("client_reference_id") or "",
        is_live=bool(session["livemode"]),
        amount_subtotal=session["amount_subtotal"] or 0,
        currency=session["currency"] or "",
        is_of_this_site=kind in Purchase.Kind.values and leads_back,
        is_gift=kind == Purchase.Kind.GIFT,
        checkout_url=session.get("url") or "",
        email=(session.get("customer_details") or {}).get("email") or "",
        payment_intent_id=intent.get("id", ""),
        payment_intent_status=intent.get("status", ""),
        amount_paid=charge.get("amount", 0),
        amount_refunded=charge.get("amount_refunded", 0),
        receipt_url=charge.get("receipt_url") or "",
        dispute_status=dispute.get("status", ""),
        dispute_due_at=_moment((dispute.get("evidence_details") or {}).get("due_by")),
    )


def _whole(found: Any, retrieve: Any) -> dict[str, Any]:
    """An object that came expanded, or by its id, or not at all."""
    return _ask(retrieve, found) if isinstance(found, str) else found or {}


def _dispute(payment_intent_id: str) -> dict[str, Any]:
    """The dispute of a payment that counts; empty when there is none."""
    params: Any = {"payment_intent": payment_intent_id, "limit": 100}
    found = _ask(client().v1.disputes.list, params=params)["data"]
    return min(found, key=_weight, default={})


def _weight(dispute: dict[str, Any]) -> tuple[int, str]:
    status = dispute["status"]
    known = status in DISPUTES_BY_WEIGHT
    return (DISPUTES_BY_WEIGHT.index(status) if known else len(DISPUTES_BY_WEIGHT), status)


def _moment(timestamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None


def refund(purchase: Purchase) -> None:
    """Give back all that is left. Pressed twice, it is one refund. Raises Refused, Unavailable."""
    params: Any = {"payment_intent": purchase.payment_intent_id}
    options: Any = {"idempotency_key": f"refund-{purchase.reference}-{purchase.version}"}
    _ask(client().v1.refunds.create, params=params, options=options)


def session_of_payment(payment_intent_id: str) -> dict[str, Any] | None:
    """The Checkout session that a payment came from, if it came from one."""
    params: Any = {"payment_intent": payment_intent_id, "limit": 1}
    try:
        found = _ask(client().v1.checkout.sessions.list, params=params)["data"]
    except Missing:
        return None
    return dict(found[0]) if found else None


def payment_of_charge(charge_id: str) -> str:
    """The payment intent behind a charge; empty when there is none, or no such charge."""
    try:
        return _ask(client().v1.charges.retrieve, charge_id).get("payment_intent") or ""
    except Missing:
        return ""


def sessions_completed_since(moment: datetime) -> Iterator[dict[str, Any]]:
    """All complete sessions begun since `moment`, page by page."""
    # Stripe filters by when a session was created, which may be a day before it was paid.
    created = int((moment - timedelta(days=1)).timestamp())
    return _pages(
        client().v1.checkout.sessions.list, {"status": "complete", "created": {"gte": created}}
    )


def payments_touched_since(moment: datetime) -> list[str]:
    """The payment intents that had a refund or a dispute since `moment`, each once."""
    created = {"created": {"gte": int(moment.timestamp())}}
    rows = [*_pages(client().v1.refunds.list, created), *_pages(client().v1.disputes.list, created)]
    return list(dict.fromkeys(row["payment_intent"] for row in rows if row.get("payment_intent")))


def _pages(call: Any, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    params = {**filters, "limit": 100}
    while True:
        page = _ask(call, params=params)
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        params["starting_after"] = page["data"][-1]["id"]


def event(event_id: str) -> dict[str, Any]:
    """An event as it was delivered. Stripe keeps it for 30 days, then this raises Missing."""
    return _ask(client().v1.events.retrieve, event_id)


def clock_ahead() -> int:
    """Seconds by which our clock is ahead of Stripe's, exact to a second or two.

    Raises Unavailable; waits for one answer only, as somebody is waiting for the page.
    """
    params: Any = {"limit": 1}
    options: Any = {"max_network_retries": 0}
    sent = timezone.now()
    try:
        answer: Any = client().v1.checkout.sessions.list(params=params, options=options)
        theirs = parsedate_to_datetime(answer.last_response.headers["Date"])
    except (stripe.StripeError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unavailable(type(error).__name__) from error
    halfway = sent + (timezone.now() - sent) / 2
    return round((halfway - theirs).total_seconds())


def _is_event(found: dict[str, Any]) -> bool:
    """Whether it says what happened to what; no version of the API leaves that out."""
    data = found.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    return {"id", "type", "livemode"} <= found.keys() and isinstance(about, dict)


def verified_event(payload: bytes, signature: str | None) -> dict[str, Any]:
    """The event in a delivery that bears the signature of one of our secrets. Raises BadSignature.

    Several secrets, so that a new one can be set before the old one is taken away.
    """
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            # A TypeError comes of a signature outside ASCII, a ValueError of what is no JSON, an
            # AttributeError of JSON that is no object.
            event = client().construct_event(payload, signature or "", secret).to_dict()
        except (stripe.SignatureVerificationError, ValueError, TypeError, AttributeError):
            continue
        if _is_event(event):
            return event
    raise BadSignature(f"at {timezone.now():%H:%M:%S}, {len(payload)} bytes")
