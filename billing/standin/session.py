"""What a checkout session and its lines look like when they are new."""

from billing.standin import params
from billing.standin.errors import Json, Refusal
from billing.standin.ledger import new_id

NOT_ASKED_FOR = (
    "after_expiration",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer",
    "customer_account",
    "invoice",
    "origin_context",
    "payment_intent",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
    "url",
    "wallet_options",
)
AS_ASKED = (
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "submit_type",
    "success_url",
)
NO_ADDRESS: Json = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def blank_session(now: int, asked: Json, items: list[Json]) -> Json:
    """An open session for `items`, without its address and its price."""
    currency = _one_currency(asked, items)
    subtotal = sum(item["amount_subtotal"] for item in items)
    return {
        "id": new_id("cs_test_a1", 56),
        "object": "checkout.session",
        **dict.fromkeys(NOT_ASKED_FOR),
        **{name: asked.get(name) for name in AS_ASKED},
        "adaptive_pricing": asked.get("adaptive_pricing", {"enabled": False}),
        "amount_subtotal": subtotal,
        "amount_total": subtotal,
        "automatic_tax": _automatic_tax(asked),
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": _custom_text(asked),
        "customer_creation": asked.get("customer_creation", "if_required"),
        "customer_details": _details(asked),
        "discounts": [],
        "invoice_creation": _invoice_creation(asked),
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": _methods(asked, currency),
        "payment_status": "unpaid",
        "phone_number_collection": asked.get("phone_number_collection", {"enabled": False}),
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def customer_details(email: str, name: str | None) -> Json:
    """Who bought, as far as the payment page asked."""
    return {
        "address": dict(NO_ADDRESS) if name else None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _details(asked: Json) -> Json | None:
    return customer_details(asked["customer_email"], None) if "customer_email" in asked else None


def _custom_text(asked: Json) -> Json:
    wished = asked.get("custom_text", {})
    names = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {name: wished.get(name) for name in names}


def _automatic_tax(asked: Json) -> Json:
    enabled = asked.get("automatic_tax", {}).get("enabled", False)
    return {
        "enabled": enabled,
        "liability": {"type": "self"} if enabled else None,
        "provider": "stripe" if enabled else None,
        "status": "complete" if enabled else None,
    }


def _invoice_creation(asked: Json) -> Json:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer")
    return {
        "enabled": asked.get("invoice_creation", {}).get("enabled", False),
        "invoice_data": {**dict.fromkeys(names), "metadata": {}, "rendering_options": None},
    }


def _methods(asked: Json, currency: str) -> list[str]:
    methods: list[str] = asked.get("allowed_payment_method_types") or ["card", "us_bank_account"]
    if currency == "usd":
        return methods
    if "us_bank_account" in asked.get("allowed_payment_method_types", []):
        raise Refusal(
            "The payment method `us_bank_account` needs the currency usd.",
            param="allowed_payment_method_types",
        )
    return [method for method in methods if method != "us_bank_account"]


def _one_currency(asked: Json, items: list[Json]) -> str:
    if not items:
        raise Refusal("line_items must not be empty", param="line_items")
    currencies = {item["currency"] for item in items} | {asked.get("currency")} - {None}
    if len(currencies) != 1:
        raise Refusal("All line items must have one and the same currency.", param="currency")
    return str(currencies.pop())


def line_item(asked: Json, place: int) -> Json:
    """One line of a session, with the price and the product made up for it."""
    where = f"line_items[{place}]"
    if "price" in asked:
        raise Refusal(
            f"No such price: '{asked['price']}'", code="resource_missing", param=f"{where}[price]"
        )
    params.required(asked, "price_data", "quantity")
    price_data = asked["price_data"]
    params.required(price_data, "currency", "unit_amount", "product_data")
    params.required(price_data["product_data"], "name")
    if asked["quantity"] < 1:
        raise Refusal("The quantity must be at least 1.", param=f"{where}[quantity]")
    amount = price_data["unit_amount"] * asked["quantity"]
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price_data["currency"],
        "description": price_data["product_data"]["name"],
        "metadata": {},
        "price": _price(price_data),
        "quantity": asked["quantity"],
    }


def _price(price_data: Json) -> Json:
    return {
        "id": new_id("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": 0,
        "currency": price_data["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_", 14),
        "recurring": None,
        "tax_behavior": price_data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": price_data["unit_amount"],
        "unit_amount_decimal": str(price_data["unit_amount"]),
    }
