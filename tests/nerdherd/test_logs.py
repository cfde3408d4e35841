"""Nobody finds a person, or what opens anything, in the logs: not in good days and not in bad ones."""

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings as of_the_site
from django.contrib.sessions.models import Session
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from billing.models import Gift, Invitation, Purchase
from billing.reconcile import reconcile
from courses.models import NewsChoice, PodcastKey
from nerdherd.lib import emails, worker
from nerdherd.lib.models import OutboxMail
from tests.billing.shop import WEBHOOK, come_back, press_join
from tests.nerdherd.test_accounts import SIGNUP, ask_for_code, code_for, type_password

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS, FRIEND = "zelda.quillfeather@example.com", "friend.quillfeather@example.com"


class Refusing(BaseEmailBackend):
    """A mail server that knows nobody, and says whom."""

    def send_messages(self, messages):
        [to] = messages[0].to
        raise SMTPRecipientsRefused({to: (550, f"<{to}> unknown".encode())})


def breaks(*args, **kwargs):
    """As a library does that quotes what it was given."""
    raise RuntimeError(f"no idea who {ADDRESS} is, with sk_test_of_the_tests")


def sign_up(client: Client) -> None:
    page = client.post(SIGNUP, {"email": ADDRESS}, follow=True).redirect_chain[-1][0]
    client.post(page, {"code": "000000"})
    client.post(page, {"code": code_for(ADDRESS)})
    type_password(Client(), "incorrect horse", login=ADDRESS)
    ask_for_code(Client(), ADDRESS)


def buy_and_give(client: Client, stripe) -> None:
    bought = press_join(client)
    stripe.pay(bought.session_id, email=ADDRESS)
    come_back(client, bought)
    client.post("/account/podcast/")
    client.post("/account/emails/", {"pace": "weekly"})
    client.post("/account/partner/")
    client.post("/gift/", {"from_name": "Zelda", "to_name": "Friend", "to_email": FRIEND})
    given = Gift.objects.get().purchase
    stripe.pay(given.session_id, email=ADDRESS)
    come_back(client, given)


def bad_days(client: Client, stripe, settings, monkeypatch) -> list[str]:
    """Everything that makes the site complain; returns what forgers had in their hands."""
    settings.EMAIL_BACKEND = f"{__name__}.{Refusing.__name__}"
    emails.send_due()
    worker.attempt(breaks)
    stripe.fault("GET /v1/*", status=500, times=20)
    Purchase.objects.update(created_at="2026-01-01T00:00Z")
    worker.attempt(reconcile)
    stripe.clear_faults()
    event = stripe.last_event("checkout.session.completed")["id"]
    signatures = []
    for signature in ("wrong", "old", "v0", "valid"):
        payload, header = stripe.signed(event, signature=signature)
        headers = {"Stripe-Signature": header}
        client.post(WEBHOOK, payload, content_type="application/json", headers=headers)
        signatures += re.findall(r"=(\w{30,})", header)
    code, token = Gift.objects.get().code, Invitation.objects.get().token
    pages = [f"/gift/{code}/", f"/partner/{token}/", f"/emails/{NewsChoice.objects.get().key}/"]
    pages.append(f"/feed/{PodcastKey.objects.get().key}/")
    Client(enforce_csrf_checks=True).post(f"/gift/{code}/redemption/")
    for views in (
        "billing.views.gift",
        "billing.views.partner",
        "courses.views.emails",
        "courses.views.podcast",
    ):
        monkeypatch.setattr(f"{views}.get_object_or_404", breaks)
    careless = Client(raise_request_exception=False)
    for page in pages:
        assert careless.get(page).status_code == 500, page
    return signatures


def what_opens_something() -> list[str]:
    texts = OutboxMail.objects.values_list("text", flat=True)
    return [
        *(code for text in texts for code in re.findall(r"^ *(\d{6})$", text, re.MULTILINE)),
        *Session.objects.values_list("session_key", flat=True),
        Gift.objects.get().code,
        Invitation.objects.get().token,
        PodcastKey.objects.get().key,
        NewsChoice.objects.get().key,
        of_the_site.SECRET_KEY,
        of_the_site.STRIPE_SECRET_KEY,
        *of_the_site.STRIPE_WEBHOOK_SECRETS,
    ]


def test_nothing_of_anybody_is_in_the_logs(client, stripe, settings, monkeypatch, log):
    sign_up(client)
    buy_and_give(client, stripe)
    secrets = what_opens_something()
    assert len(secrets) > 10
    secrets += bad_days(client, stripe, settings, monkeypatch)
    client.post("/account/export/")
    client.post("/account/delete/")
    written = log.getvalue()
    for complaint in ("not sent, next try", "work failed", "delivery refused", "Forbidden"):
        assert complaint in written  # else the silence would prove nothing
    assert written.count("Internal Server Error") == 4
    assert "no idea who <address> is, with <secret>" in written
    for planted in ("quillfeather", "zelda", *secrets):
        assert planted.lower() not in written.lower()
