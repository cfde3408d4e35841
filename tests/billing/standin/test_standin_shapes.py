"""Everything the stand-in says is what the installed library declares, field by field."""

import json
import re
import sys
import typing
import urllib.request
from decimal import Decimal
from typing import Any

import pytest
import stripe
import stripe.params.checkout
import stripe.params.radar

from billing.standin import checkout, params, promotions, refunds, routes

CLASSES: dict[str, Any] = {
    "account": stripe.Account,
    "balance": stripe.Balance,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "coupon": stripe.Coupon,
    "discount": stripe.Discount,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "list": stripe.ListObject,
    "payment_intent": stripe.PaymentIntent,
    "price": stripe.Price,
    "promotion_code": stripe.PromotionCode,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
    "refund": stripe.Refund,
}
SCALARS = (str, int, float, bool)


def leaves(hint: Any) -> list[Any]:
    """The alternatives of a type, flattened; literals as `Literal` values' own list."""
    if typing.get_origin(hint) is typing.Union:
        return [leaf for part in typing.get_args(hint) for leaf in leaves(part)]
    return [hint]


def literals(hint: Any) -> list[Any]:
    found = [leaf for leaf in leaves(hint) if typing.get_origin(leaf) is typing.Literal]
    return [value for leaf in found for value in typing.get_args(leaf)]


def fits(value: Any, hint: Any) -> bool:
    """Whether a bare value may stand in a field of this type."""
    kinds = leaves(hint)
    if value is None:
        return type(None) in kinds
    if literals(hint):
        return value in literals(hint)
    if isinstance(value, str):
        expandable = any("Forward" in repr(kind) or "Expandable" in repr(kind) for kind in kinds)
        return str in kinds or Decimal in kinds or expandable
    if isinstance(value, int) and not isinstance(value, bool):
        return int in kinds or float in kinds
    return type(value) in kinds


def complaints(value: dict[str, Any], cls: Any, path: str) -> list[str]:
    """Fields that are not declared, that are missing, or that hold the wrong kind of thing."""
    hints = {
        name: hint
        for base in cls.__mro__[::-1]
        for name, hint in vars(base).get("__annotations__", {}).items()
    }
    # ListObject is the one class that does not annotate the `object` which all of them carry.
    said = [
        f"{path}.{name} is not declared" for name in value if name not in hints and name != "object"
    ]
    said += [
        f"{path}.{name} is missing"
        for name, hint in hints.items()
        if name not in value and required(name, hint)
    ]
    for name, content in value.items():
        if name in hints:
            said += content_complaints(content, hints[name], cls, name, f"{path}.{name}")
    return said


def required(name: str, hint: Any) -> bool:
    public = not name.startswith("_") and name not in ("OBJECT_NAME", "api_key", "stripe_account")
    return (
        public and typing.get_origin(hint) is not typing.ClassVar and type(None) not in leaves(hint)
    )


def content_complaints(content: Any, hint: Any, cls: Any, name: str, path: str) -> list[str]:
    if isinstance(content, list):
        return [
            line
            for place, row in enumerate(content)
            if isinstance(row, dict)
            for line in content_complaints(row, hint, cls, name, f"{path}[{place}]")
        ]
    if isinstance(content, dict):
        inner = CLASSES.get(str(content.get("object"))) or getattr(
            cls, "_inner_class_types", {}
        ).get(name)
        if inner:
            return complaints(content, inner, path)
        return [] if "Untyped" in repr(hint) else [f"{path} is of unknown class"]
    return [] if fits(content, hint) else [f"{path} is {content!r}, not {hint}"]


@pytest.fixture
def everything(client, standin, open_session) -> list[dict[str, Any]]:
    """One of each object and event, as the wire carries them."""
    standin.promotion_code("HALF", percent_off=50)
    coupon = client.coupons.create({"amount_off": 100, "currency": "usd", "name": "One off"})
    open_session(discounts=[{"coupon": coupon.id}], customer_email="a@example.com")
    standin.expire(
        open_session(automatic_tax={"enabled": True}, invoice_creation={"enabled": True}).id
    )
    half = open_session(allow_promotion_codes=True, custom_text={"submit": {"message": "Hi"}})
    standin.pay(half.id, promotion_code="HALF")
    failing, bank, bounced = open_session(), open_session(), open_session()
    with pytest.raises(Exception, match="declined"):
        standin.pay(failing.id, card="4000000000000002")
    standin.expire(failing.id)
    for session, outcome in ((bank, "succeeded"), (bounced, "failed")):
        standin.pay(session.id, method="us_bank_account")
        standin.settle_bank_debit(session.id, outcome)
    for session in (half, bank):
        intent = client.checkout.sessions.retrieve(session.id).payment_intent
        refund = client.refunds.create({"payment_intent": intent, "reason": "duplicate"})
        standin.fail_refund(refund.id)
        standin.dispute(intent, "early_fraud_warning")
        dispute = standin.dispute(intent, "inquiry")
        for status in ("warning_under_review", "needs_response", "under_review", "won", "lost"):
            standin.dispute_update(dispute["id"], status)
    return [entry["event"] for entry in standin.events()]


def read(standin, address: str) -> dict[str, Any]:
    headers = {"Authorization": "Bearer sk_test_0123456789"}
    request = urllib.request.Request(f"{standin.base_url}/v1/{address}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


LISTS = [
    "checkout/sessions?limit=50&expand[]=data.line_items&expand[]=data.total_details.breakdown"
    "&expand[]=data.payment_intent.latest_charge.refunds&expand[]=data.discounts.promotion_code",
    "payment_intents?expand[]=data.latest_charge",
    "charges?expand[]=data.refunds&expand[]=data.payment_intent",
    "refunds?expand[]=data.charge",
    "disputes?expand[]=data.charge",
    "radar/early_fraud_warnings?expand[]=data.charge",
    "coupons",
    "promotion_codes?expand[]=data.promotion.coupon",
    "events?limit=100",
    "balance",
    "account",
]


def test_everything_said_is_declared_by_the_library(standin, everything):
    said = [line for event in everything for line in complaints(event, stripe.Event, event["type"])]
    for event in everything:
        about = event["data"]["object"]
        said += complaints(about, CLASSES[about["object"]], event["type"])
    for address in LISTS:
        answer = read(standin, address)
        assert answer.get("data", [1]), address
        said += complaints(answer, CLASSES[answer["object"]], address)
    assert sorted(set(said)) == []


def test_every_kind_of_event_happens(everything):
    assert {event["type"] for event in everything} >= {
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.failed",
        "charge.pending",
        "charge.refund.updated",
        "charge.refunded",
        "charge.succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.succeeded",
        "radar.early_fraud_warning.created",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"amount_totel": 1}, "amount_totel is not declared"),
        ({"status": "finished"}, "status is 'finished'"),
        ({"amount_total": "2900"}, "amount_total is '2900'"),
        ({"livemode": None}, "livemode is None"),
        ({"total_details": {"amount_discount": 0}}, "total_details.amount_tax is missing"),
    ],
)
def test_the_check_would_notice(open_session, change, complaint):
    session = {**open_session().to_dict(), **change}
    assert any(complaint in line for line in complaints(session, stripe.checkout.Session, ""))


def test_the_library_builds_its_own_types(client, everything):
    for event in client.events.list({"limit": 100}).auto_paging_iter():
        assert isinstance(event, stripe.Event)
    assert isinstance(client.disputes.list().data[0], stripe.Dispute)
    assert isinstance(client.promotion_codes.list().data[0], stripe.PromotionCode)
    assert isinstance(client.refunds.list().data[0], stripe.Refund)


# What is taken at each address, and where the library says what may be given there.
PARAMETERS: list[tuple[dict[str, params.Field], Any]] = [
    (checkout.CREATE, stripe.params.checkout.SessionCreateParams),
    (checkout.LIST, stripe.params.checkout.SessionListParams),
    (refunds.CREATE, stripe.params.RefundCreateParams),
    (routes.BY_CHARGE, stripe.params.RefundListParams),
    (routes.BY_CHARGE, stripe.params.DisputeListParams),
    (routes.BY_CHARGE, stripe.params.radar.EarlyFraudWarningListParams),
    (promotions.COUPON, stripe.params.CouponCreateParams),
    (promotions.CODE, stripe.params.PromotionCodeCreateParams),
    (promotions.UPDATE, stripe.params.PromotionCodeModifyParams),
    (promotions.CODES, stripe.params.PromotionCodeListParams),
    (routes.EVENTS, stripe.params.EventListParams),
]


def undeclared(taken: dict[str, params.Field], declared: Any, path: str = "") -> list[str]:
    """The names of parameters that are taken although the library does not have them."""
    said = []
    for name, field in taken.items():
        if name not in declared.__annotations__:
            said.append(path + name)
            continue
        inner = field.item if isinstance(field, params.Listed) else field
        if isinstance(inner, params.Nested):
            of_it = parameters_in(declared.__annotations__[name], sys.modules[declared.__module__])
            said += undeclared(inner.fields, of_it, f"{path}{name}.")
    return said


def parameters_in(hint: Any, module: Any) -> Any:
    """The class of parameters that a type speaks of, wherever in it."""
    names = re.findall(r"\w+Params\w*", repr(hint))
    return getattr(module, names[-1])


@pytest.mark.parametrize(("taken", "declared"), PARAMETERS)
def test_every_parameter_taken_is_declared_by_the_library(taken, declared):
    assert undeclared(taken, declared) == []


def test_the_check_of_parameters_would_notice():
    line = params.Nested(price_data=params.Nested(amount=params.natural), quantity=params.natural)
    taken: dict[str, params.Field] = {"line_items": params.Listed(line), "mod": params.text}
    said = undeclared(taken, stripe.params.checkout.SessionCreateParams)
    assert said == ["line_items.price_data.amount", "mod"]
