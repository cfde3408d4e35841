"""The addresses of the API: what can be asked for, with which parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from billing.standin import checkout, params, promotions, refunds
from billing.standin.errors import Json, Refusal
from billing.standin.ledger import Ledger
from billing.standin.listing import listing, shape

BY_CHARGE = shape(charge=params.text, payment_intent=params.text)
EVENTS = shape(type=params.text, types=params.Listed(params.text), delivery_success=params.flag)


@dataclass(frozen=True)
class Route:
    """`answer(ledger, parameters, *ids)` is what `method` on an address that matches does."""

    method: str
    address: re.Pattern[str]
    answer: Callable[..., Json]
    shape: dict[str, params.Field]


def route(
    method: str, address: str, answer: Callable[..., Json], shape: dict[str, params.Field]
) -> Route:
    pattern = re.compile("/v1/" + address.replace("{id}", "([A-Za-z0-9_-]+)"))
    return Route(method, pattern, answer, {"expand": params.Listed(params.text), **shape})


def retrieving(kind: str, param: str = "id") -> Callable[..., Json]:
    def answer(ledger: Ledger, asked: Json, identifier: str) -> Json:
        return ledger.find(kind, identifier, param=param)

    return answer


def _events(ledger: Ledger, asked: Json) -> Json:
    """Events by type (a name or `charge.*`), and by whether they have arrived."""
    wanted = [asked.pop("type")] if "type" in asked else asked.pop("types", [])
    patterns = [re.compile(re.escape(name).replace(r"\*", ".*")) for name in wanted]

    def kind(event: Json) -> bool:
        return not patterns or any(pattern.fullmatch(event["type"]) for pattern in patterns)

    def arrived(event: Json) -> bool:
        return bool(ledger.deliveries[event["id"]]["delivered"])

    find = listing("event", "/v1/events", delivery_success=arrived, of_kind=kind)
    return find(ledger, {**asked, "of_kind": True})


def _account(ledger: Ledger, asked: Json) -> Json:
    return {"id": "acct_standin", "object": "account", "charges_enabled": True, "country": "US"}


def _balance(ledger: Ledger, asked: Json) -> Json:
    totals: dict[str, int] = {}
    for charge in ledger.tables["charge"].values():
        if charge["paid"]:
            left = charge["amount"] - charge["amount_refunded"]
            totals[charge["currency"]] = totals.get(charge["currency"], 0) + left
    sums = [{"amount": total, "currency": currency} for currency, total in totals.items()]
    return {"object": "balance", "available": sums, "livemode": False, "pending": []}


def _email(session: Json) -> Json | None:
    who = session["customer_details"]
    return who and {"email": who["email"]}


def _coupon(code: Json) -> str:
    return str(code["promotion"]["coupon"])


NOTHING: dict[str, params.Field] = {}
SESSIONS = "checkout/sessions"
ROUTES = [
    route("GET", "account", _account, NOTHING),
    route("GET", "balance", _balance, NOTHING),
    route("POST", SESSIONS, checkout.create, checkout.CREATE),
    route(
        "GET",
        SESSIONS,
        listing("checkout.session", f"/v1/{SESSIONS}", customer_details=_email),
        checkout.LIST,
    ),
    route("GET", SESSIONS + "/{id}", retrieving("checkout.session", "session"), NOTHING),
    route("POST", SESSIONS + "/{id}/expire", checkout.expire, NOTHING),
    route("GET", SESSIONS + "/{id}/line_items", checkout.line_items, shape()),
    route("GET", "payment_intents", listing("payment_intent", "/v1/payment_intents"), shape()),
    route("GET", "payment_intents/{id}", retrieving("payment_intent", "intent"), NOTHING),
    route("GET", "charges", listing("charge", "/v1/charges"), shape(payment_intent=params.text)),
    route("GET", "charges/{id}", retrieving("charge"), NOTHING),
    route("POST", "refunds", refunds.create, refunds.CREATE),
    route("GET", "refunds", listing("refund", "/v1/refunds"), BY_CHARGE),
    route("GET", "refunds/{id}", retrieving("refund"), NOTHING),
    route("GET", "disputes", listing("dispute", "/v1/disputes"), BY_CHARGE),
    route("GET", "disputes/{id}", retrieving("dispute"), NOTHING),
    route(
        "GET",
        "radar/early_fraud_warnings",
        listing("radar.early_fraud_warning", "/v1/radar/early_fraud_warnings"),
        BY_CHARGE,
    ),
    route(
        "GET", "radar/early_fraud_warnings/{id}", retrieving("radar.early_fraud_warning"), NOTHING
    ),
    route("POST", "coupons", promotions.create_coupon, promotions.COUPON),
    route("GET", "coupons", listing("coupon", "/v1/coupons"), shape()),
    route("GET", "coupons/{id}", retrieving("coupon", "coupon"), NOTHING),
    route("POST", "promotion_codes", promotions.create_code, promotions.CODE),
    route(
        "GET",
        "promotion_codes",
        listing("promotion_code", "/v1/promotion_codes", coupon=_coupon),
        promotions.CODES,
    ),
    route("GET", "promotion_codes/{id}", retrieving("promotion_code", "promotion_code"), NOTHING),
    route("POST", "promotion_codes/{id}", promotions.update_code, promotions.UPDATE),
    route("GET", "events", _events, EVENTS),
    route("GET", "events/{id}", retrieving("event"), NOTHING),
]


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route and the ids in its address; an empty last id means the list, as at Stripe."""
    for candidate in ROUTES:
        match = candidate.address.fullmatch(path.rstrip("/"))
        if match and candidate.method == method:
            return candidate, match.groups()
    raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)
