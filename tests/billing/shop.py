"""Buying in the tests: through our pages, the real stripe library and the stand-in."""

from urllib.parse import urlsplit

from django.test import Client

from billing.models import Purchase
from billing.standin.control import StandIn

WEBHOOK = "/stripe/webhook/"


def press_join(client: Client, next_path: str = "/") -> Purchase:
    """Press the button; returns the newest purchase, whose payment page it led to."""
    answer = client.post("/join/", {"next": next_path})
    assert answer.status_code == 303, answer.content
    purchase = Purchase.objects.latest("pk")
    assert str(purchase.session_id) in answer["Location"]
    return purchase


def come_back(client: Client, purchase: Purchase, **extra):
    """What the browser does after paying: it opens the return address."""
    return client.get("/join/thanks/", {"session_id": str(purchase.session_id)}, **extra)


def deliver(client: Client, stripe: StandIn, kind: str, *, signature: str = "valid", **mutate):
    """Post the newest event of a kind to our webhook, as Stripe would; returns our answer."""
    return ring(client, stripe, stripe.last_event(kind)["id"], signature=signature, **mutate)


def ring(client: Client, stripe: StandIn, event_id: str, *, signature: str = "valid", **mutate):
    """Post one event to our webhook; `mutate` changes it before it is signed."""
    paths = {path.replace("__", "."): value for path, value in mutate.items()}
    payload, header = stripe.signed(event_id, signature=signature, mutate=paths or None)
    headers = {} if header is None else {"Stripe-Signature": header}
    return client.post(WEBHOOK, payload, content_type="application/json", headers=headers)


def is_payment_page(address: str, stripe: StandIn) -> bool:
    """Whether an address is the stand-in's payment page."""
    return urlsplit(address).netloc == urlsplit(stripe.base_url).netloc
