"""A shop that sells one thing through the real Stripe library."""

from typing import Any

import stripe

ORDER: dict[str, Any] = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/thanks/?session_id={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1:9/join/",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 2900,
                "product_data": {"name": "Complete access"},
            },
        }
    ],
}


def connect(base_url: str, key: str = "sk_test_0123456789", retries: int = 0) -> Any:
    return stripe.StripeClient(
        key, base_addresses={"api": base_url}, max_network_retries=retries
    ).v1
