"""Coupons and the promotion codes that buyers type."""

from billing.standin import params
from billing.standin.errors import Json, Refusal
from billing.standin.ledger import Ledger, new_id
from billing.standin.listing import shape

COUPON: dict[str, params.Field] = {
    "id": params.matching(r"[A-Za-z0-9_-]+", longest=200),
    "amount_off": params.natural,
    "currency": params.matching(r"[a-z]{3}"),
    "duration": params.choice("forever", "once", "repeating"),
    "max_redemptions": params.natural,
    "metadata": params.metadata,
    "name": params.matching(r".*", longest=40),
    "percent_off": params.percent,
    "redeem_by": params.natural,
}
CODE: dict[str, params.Field] = {
    "active": params.flag,
    "code": params.matching(r"[A-Za-z0-9-]+", longest=500),
    "expires_at": params.natural,
    "max_redemptions": params.natural,
    "metadata": params.metadata,
    "promotion": params.Nested(type=params.choice("coupon"), coupon=params.text),
    "restrictions": params.Nested(
        first_time_transaction=params.flag,
        minimum_amount=params.natural,
        minimum_amount_currency=params.matching(r"[a-z]{3}"),
    ),
}
UPDATE: dict[str, params.Field] = {"active": params.flag, "metadata": params.metadata}
CODES = shape(active=params.flag, code=params.text, coupon=params.text)


def create_coupon(ledger: Ledger, asked: Json) -> Json:
    if ("percent_off" in asked) == ("amount_off" in asked):
        raise Refusal("You must pass either percent_off or amount_off.", param="percent_off")
    if "amount_off" in asked:
        params.required(asked, "currency")
    identifier = asked.get("id") or new_id("", 8)
    if identifier in ledger.tables["coupon"]:
        raise Refusal("Coupon already exists.", code="resource_already_exists", param="id")
    return ledger.add(
        {
            "id": identifier,
            "object": "coupon",
            "amount_off": asked.get("amount_off"),
            "created": ledger.now(),
            "currency": asked.get("currency"),
            "duration": asked.get("duration", "once"),
            "duration_in_months": None,
            "livemode": False,
            "max_redemptions": asked.get("max_redemptions"),
            "metadata": asked.get("metadata", {}),
            "name": asked.get("name"),
            "percent_off": asked.get("percent_off"),
            "redeem_by": asked.get("redeem_by"),
            "times_redeemed": 0,
            "valid": True,
        }
    )


def create_code(ledger: Ledger, asked: Json) -> Json:
    params.required(asked, "promotion")
    coupon = asked["promotion"].get("coupon", "")
    ledger.find("coupon", coupon, param="promotion[coupon]", status=400)
    code = asked.get("code") or new_id("", 8).upper()
    if any(row["active"] for row in _spelled(ledger, code)):
        raise Refusal(f"An active promotion code with `code: {code}` already exists.", param="code")
    restrictions = asked.get("restrictions", {})
    return ledger.add(
        {
            "id": new_id("promo_"),
            "object": "promotion_code",
            "active": asked.get("active", True),
            "code": code,
            "created": ledger.now(),
            "customer": None,
            "customer_account": None,
            "expires_at": asked.get("expires_at"),
            "livemode": False,
            "max_redemptions": asked.get("max_redemptions"),
            "metadata": asked.get("metadata", {}),
            "promotion": {"coupon": coupon, "type": "coupon"},
            "restrictions": {
                "first_time_transaction": restrictions.get("first_time_transaction", False),
                "minimum_amount": restrictions.get("minimum_amount"),
                "minimum_amount_currency": restrictions.get("minimum_amount_currency"),
            },
            "times_redeemed": 0,
        }
    )


def update_code(ledger: Ledger, asked: Json, identifier: str) -> Json:
    row = ledger.find("promotion_code", identifier)
    row["active"] = asked.get("active", row["active"])
    row["metadata"] = {**row["metadata"], **asked.get("metadata", {})}
    return row


def _spelled(ledger: Ledger, code: str) -> list[Json]:
    rows = ledger.tables["promotion_code"].values()
    return [row for row in rows if row["code"].casefold() == code.casefold()]


def usable(ledger: Ledger, code: str, session: Json) -> Json:
    """The live promotion code that is spelled so; raises `Refusal` when there is none."""
    for row in _spelled(ledger, code.strip()):
        coupon = ledger.find("coupon", row["promotion"]["coupon"])
        if _live(ledger, row) and _live(ledger, coupon) and _fits(row, coupon, session):
            return row
    raise Refusal("This code is invalid.", code="promotion_code_invalid", param="promotion_code")


def _live(ledger: Ledger, row: Json) -> bool:
    most, ends = row["max_redemptions"], row.get("expires_at") or row.get("redeem_by")
    return (
        row.get("active", True)
        and (most is None or row["times_redeemed"] < most)
        and (ends is None or ledger.now() < ends)
    )


def _fits(row: Json, coupon: Json, session: Json) -> bool:
    least = row["restrictions"]["minimum_amount"] or 0
    currency = coupon["currency"] or session["currency"]
    return bool(currency == session["currency"] and session["amount_subtotal"] >= least)


def amount_off(coupon: Json, subtotal: int) -> int:
    """What the coupon takes off `subtotal`, both in the smallest unit of the currency."""
    if coupon["amount_off"] is not None:
        return min(int(coupon["amount_off"]), subtotal)
    return int(subtotal * coupon["percent_off"] / 100 + 0.5)


def redeem(ledger: Ledger, discount: Json) -> None:
    """Counts a use of the discount's coupon and code."""
    ledger.find("coupon", discount["coupon"])["times_redeemed"] += 1
    if discount["promotion_code"]:
        ledger.find("promotion_code", discount["promotion_code"])["times_redeemed"] += 1
