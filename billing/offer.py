"""The one thing sold: complete access, once."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def money(cents: int, currency: str) -> str:
    """An amount as people write it: `$29`, `$29.50`, `CHF 29`."""
    whole, rest = divmod(cents, 100)
    amount = f"{whole:,}.{rest:02}" if rest else f"{whole:,}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{amount}" if symbol else f"{currency.upper()} {amount}"


@dataclass(frozen=True)
class Offer:
    """What is sold today; a purchase keeps its own copy of amount and currency."""

    name: str
    gift_name: str
    amount_cents: int
    currency: str
    refund_days: int
    is_test: bool

    @property
    def price(self) -> str:
        """The price in full."""
        return money(self.amount_cents, self.currency)


def current_offer() -> Offer:
    """The offer of this moment, from the settings."""
    return Offer(
        name=f"Complete access to the {settings.SITE_NAME}",
        gift_name=f"A gift: complete access to the {settings.SITE_NAME}",
        amount_cents=settings.OFFER_PRICE_CENTS,
        currency=settings.OFFER_CURRENCY,
        refund_days=settings.OFFER_REFUND_DAYS,
        is_test=bool(settings.STRIPE_API_BASE) or "_test_" in settings.STRIPE_SECRET_KEY,
    )


def context(request: HttpRequest) -> dict[str, Offer]:
    """The offer for every template; no query, the same for everybody."""
    return {"offer": current_offer()}
