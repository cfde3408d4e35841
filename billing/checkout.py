"""The way to the payment page: one open purchase per buyer, however often the button is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from billing import gateway
from billing.models import Gift, Purchase
from billing.offer import current_offer
from billing.settle import Contended, sync

# A page that closes within the hour is replaced; nobody should type a card number against a clock.
TIME_TO_PAY = timedelta(hours=1)
MAX_TRIES = 4

Card = Mapping[str, Any]  # the fields of a Gift that its giver fills in


@dataclass(frozen=True)
class Buyer:
    """Who buys: an account, or a browser that has none yet."""

    key: str
    user_id: int | None = None
    email: str = ""
    browser: str = ""  # its name from before it was signed in

    @property
    def is_behind(self) -> Q:
        """The purchases that are theirs, also those begun before they signed in."""
        return Q(buyer=self.key) | Q(buyer=self.browser, user=None, claimed_at=None)


def begin(buyer: Buyer, next_path: str, card: Card | None = None) -> tuple[Purchase, str]:
    """The buyer's unfinished purchase, or a new one, and the address of its payment page.

    With a card it is a gift; what the card says can be changed until it is paid.

    The address is empty when there is nothing (more) to pay: the purchase then says why. Raises
    gateway.Unavailable or Contended; nothing was charged then.
    """
    paid = Purchase.objects.not_yet_used().filter(buyer.is_behind).first()
    if paid is not None:
        return paid, ""
    for _try in range(MAX_TRIES):
        purchase = _unfinished(buyer, next_path, card)
        if purchase.session_id is None and not _opened(purchase):
            purchase.refresh_from_db()
        if purchase.session_id is None:
            continue  # another tab is at it, or it was given up
        purchase, facts = sync(purchase.pk)
        if purchase.status != Purchase.Status.OPEN:
            if purchase.status in (Purchase.Status.EXPIRED, Purchase.Status.FAILED):
                continue
            return purchase, ""
        if _is_still_offered(purchase):
            if card is not None:
                Gift.objects.filter(purchase=purchase).update(**card)
            return purchase, facts.checkout_url
        # Closed at Stripe first: if it was paid a moment ago, the next round finds out.
        gateway.expire_session(facts.session_id)
    raise Contended(buyer.key)


def _unfinished(buyer: Buyer, next_path: str, card: Card | None) -> Purchase:
    mine = Purchase.objects.unfinished().filter(buyer.is_behind)
    found = mine.first()
    if found is not None:
        return found
    try:
        return _begun(buyer, next_path, card)
    except IntegrityError as error:
        found = mine.first()  # another tab was faster
        if found is None:
            raise Contended(buyer.key) from error
        return found


@transaction.atomic
def _begun(buyer: Buyer, next_path: str, card: Card | None) -> Purchase:
    offer = current_offer()
    purchase = Purchase.objects.create(
        kind=Purchase.Kind.OWN if card is None else Purchase.Kind.GIFT,
        buyer=buyer.key,
        user_id=buyer.user_id,
        claimed_at=timezone.now() if buyer.user_id else None,
        email=buyer.email,
        amount_cents=offer.amount_cents,
        currency=offer.currency,
        next_path=next_path,
    )
    if card is not None:
        Gift.objects.create(purchase=purchase, **card)
    return purchase


def _opened(purchase: Purchase) -> bool:
    """Open its session at Stripe; False when the row should be looked at (or made) anew."""
    row = Purchase.objects.unfinished().filter(pk=purchase.pk, session_id=None)
    if not _is_still_offered(purchase):
        row.update(status=Purchase.Status.EXPIRED, version=F("version") + 1)
        return False
    try:
        session_id = gateway.open_session(purchase)
    except gateway.Busy:
        return False
    except gateway.KeyReused:
        # The site's name or address changed since it was first asked for.
        row.update(status=Purchase.Status.EXPIRED, version=F("version") + 1)
        return False
    except (gateway.Refused, gateway.Broken):
        # Stripe would say the same of this row all day; the next click begins with a new one.
        row.update(status=Purchase.Status.EXPIRED, version=F("version") + 1)
        raise
    return bool(row.update(session_id=session_id, version=F("version") + 1))


def _is_still_offered(purchase: Purchase) -> bool:
    in_time = purchase.expires_at > timezone.now() + TIME_TO_PAY
    return in_time and purchase.is_at_price_of(current_offer())
