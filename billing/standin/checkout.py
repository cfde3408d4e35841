"""Checkout sessions: opening, showing and expiring them, and what they cost."""

from billing.standin import params, payments, promotions
from billing.standin.errors import Json, Refusal
from billing.standin.events import emit
from billing.standin.expanding import list_object
from billing.standin.ledger import Ledger, new_id
from billing.standin.listing import page, shape
from billing.standin.session import blank_session, line_item
from billing.standin.tender import METHODS

SHORTEST, LONGEST = 30 * 60, 24 * 3600
SMALLEST_CHARGE = 50
CURRENCY = params.matching(r"[a-z]{3}")
SWITCH = params.Nested(enabled=params.flag)
MESSAGE = params.Nested(message=params.matching(r"(?s).+", longest=1200))

CREATE: dict[str, params.Field] = {
    "adaptive_pricing": SWITCH,
    "allow_promotion_codes": params.flag,
    "allowed_payment_method_types": params.Listed(params.choice(*METHODS)),
    "automatic_tax": SWITCH,
    "billing_address_collection": params.choice("auto", "required"),
    "cancel_url": params.web_address,
    "client_reference_id": params.matching(r"[A-Za-z0-9_-]+", longest=200),
    "currency": CURRENCY,
    "custom_text": params.Nested(
        after_submit=MESSAGE, submit=MESSAGE, terms_of_service_acceptance=MESSAGE
    ),
    "customer": params.text,
    "customer_creation": params.choice("always", "if_required"),
    "customer_email": params.email,
    "discounts": params.Listed(params.Nested(coupon=params.text, promotion_code=params.text)),
    "expires_at": params.integer,
    "invoice_creation": SWITCH,
    "line_items": params.Listed(
        params.Nested(
            price=params.text,
            price_data=params.Nested(
                currency=CURRENCY,
                product_data=params.Nested(
                    name=params.text,
                    description=params.text,
                    images=params.Listed(params.web_address),
                    metadata=params.metadata,
                    tax_code=params.text,
                ),
                tax_behavior=params.choice("exclusive", "inclusive", "unspecified"),
                unit_amount=params.natural,
            ),
            quantity=params.natural,
        )
    ),
    "locale": params.matching(r"auto|[a-z]{2,3}(-[A-Z0-9]{2,3})?"),
    "metadata": params.metadata,
    "mode": params.choice("payment", "setup", "subscription"),
    "payment_intent_data": params.Nested(
        capture_method=params.choice("automatic", "automatic_async"),
        description=params.matching(r"(?s).+", longest=1000),
        metadata=params.metadata,
        receipt_email=params.email,
        statement_descriptor=params.matching(r"[^<>\\'\"*]+", longest=22),
        statement_descriptor_suffix=params.matching(r"[^<>\\'\"*]+", longest=22),
    ),
    "phone_number_collection": SWITCH,
    "submit_type": params.choice("auto", "book", "donate", "pay"),
    "success_url": params.web_address,
    "tax_id_collection": SWITCH,
    "ui_mode": params.choice("elements", "embedded_page", "form", "hosted_page"),
}
LIST = shape(
    payment_intent=params.text,
    status=params.choice("complete", "expired", "open"),
    customer_details=params.Nested(email=params.email),
)


def create(ledger: Ledger, asked: Json) -> Json:
    """Opens a session; raises `Refusal` for whatever Stripe would refuse."""
    params.required(asked, "mode", "line_items")
    _only_hosted_payments(asked)
    items = [line_item(item, place) for place, item in enumerate(asked["line_items"])]
    session = blank_session(ledger.now(), asked, items)
    _expiry(ledger, session, asked)
    breakdown = [_discount(ledger, session, wish) for wish in asked.get("discounts", [])]
    _price(ledger, session, items, breakdown)
    session["url"] = _page_address(ledger, session)
    ledger.details[session["id"]] |= {
        "line_items": list_object(f"/v1/checkout/sessions/{session['id']}/line_items", items),
        "payment_intent_data": asked.get("payment_intent_data", {}),
    }
    return ledger.add(session)


def _page_address(ledger: Ledger, session: Json) -> str:
    return f"{ledger.base_url}/c/pay/{session['id']}"


def move(ledger: Ledger, base_url: str) -> None:
    """The stand-in now answers at `base_url`: open sessions are paid there from now on."""
    ledger.base_url = base_url
    for session in ledger.tables["checkout.session"].values():
        if session["status"] == "open":
            session["url"] = _page_address(ledger, session)


def _only_hosted_payments(asked: Json) -> None:
    if asked["mode"] != "payment":
        raise Refusal("The stand-in sells once: mode must be payment", param="mode")
    if asked.get("ui_mode", "hosted_page") != "hosted_page":
        raise Refusal("The stand-in has a hosted page only", param="ui_mode")
    if "customer" in asked:
        raise Refusal(
            f"No such customer: '{asked['customer']}'", code="resource_missing", param="customer"
        )
    params.required(asked, "success_url")
    if len(asked.get("discounts", [])) > 1:
        raise Refusal("You may only specify one discount.", param="discounts")
    if "discounts" in asked and "allow_promotion_codes" in asked:
        raise Refusal(
            "You may only specify one of these parameters: allow_promotion_codes, discounts."
        )


def _expiry(ledger: Ledger, session: Json, asked: Json) -> None:
    within = asked.get("expires_at", session["created"] + LONGEST) - ledger.now()
    if within < SHORTEST:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if within > LONGEST:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    session["expires_at"] = ledger.now() + within


def _discount(ledger: Ledger, session: Json, wish: Json) -> Json:
    if len(wish) != 1:
        raise Refusal("A discount is one coupon or one promotion code.", param="discounts")
    if "coupon" in wish:
        ledger.find("coupon", wish["coupon"], param="discounts[0][coupon]", status=400)
        return {"coupon": wish["coupon"], "promotion_code": None}
    where = "discounts[0][promotion_code]"
    row = ledger.find("promotion_code", wish["promotion_code"], param=where, status=400)
    return _by_code(promotions.usable(ledger, row["code"], session))


def _by_code(row: Json) -> Json:
    return {"coupon": row["promotion"]["coupon"], "promotion_code": row["id"]}


def apply_code(ledger: Ledger, session: Json, code: str) -> None:
    """Puts the discount of a typed code ("" takes it away) on an open session."""
    if not session["allow_promotion_codes"]:
        raise Refusal("This session takes no promotion codes.", param="promotion_code")
    discounts = [_by_code(promotions.usable(ledger, code, session))] if code else []
    _price(ledger, session, ledger.details[session["id"]]["line_items"]["data"], discounts)


def _price(ledger: Ledger, session: Json, items: list[Json], discounts: list[Json]) -> None:
    """Sets what the session costs; a discount is spread over the lines from the first on."""
    left, breakdown = 0, []
    for discount in discounts:
        coupon = ledger.find("coupon", discount["coupon"])
        left = promotions.amount_off(coupon, session["amount_subtotal"])
        breakdown.append({"amount": left, "discount": _discount_object(ledger, session, discount)})
    total = session["amount_subtotal"] - left
    if 0 < total < SMALLEST_CHARGE:
        raise Refusal(
            "The total due must be at least 50 of the smallest unit of the currency.",
            code="amount_too_small",
        )
    session["discounts"], session["amount_total"] = discounts, total
    session["total_details"]["amount_discount"] = left
    ledger.details.setdefault(session["id"], {})["breakdown"] = {
        "discounts": breakdown,
        "taxes": [],
    }
    for item in items:
        item["amount_discount"] = min(left, item["amount_subtotal"])
        item["amount_total"] = item["amount_subtotal"] - item["amount_discount"]
        left -= item["amount_discount"]


def _discount_object(ledger: Ledger, session: Json, discount: Json) -> Json:
    return {
        "id": new_id("di_"),
        "object": "discount",
        "checkout_session": session["id"],
        "customer": None,
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": discount["promotion_code"],
        "source": {"coupon": discount["coupon"], "type": "coupon"},
        "start": ledger.now(),
        "subscription": None,
        "subscription_item": None,
    }


def line_items(ledger: Ledger, asked: Json, identifier: str) -> Json:
    ledger.find("checkout.session", identifier)
    rows = ledger.details[identifier]["line_items"]
    return page(rows["data"], rows["url"], asked)


def expire(ledger: Ledger, asked: Json, identifier: str) -> Json:
    """Closes an open session; raises `Refusal` when it is open no more."""
    session = ledger.find("checkout.session", identifier, param="session")
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`."
        )
    session.update(status="expired", url=None)
    if session["payment_intent"]:
        payments.cancel(ledger, session["payment_intent"])
    emit(ledger, "checkout.session.expired", session)
    return session


def expire_overdue(ledger: Ledger) -> None:
    """Closes the sessions whose time is over."""
    with ledger.lock:
        overdue = [
            session["id"]
            for session in ledger.tables["checkout.session"].values()
            if session["status"] == "open" and session["expires_at"] <= ledger.now()
        ]
        if overdue:
            with ledger.changing():
                for identifier in overdue:
                    expire(ledger, {}, identifier)
