"""The one thing sold: complete access, once."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nerdherd.lib import audit
from nerdherd.lib.models import AuditLine

# In other languages a dollar is not always ours, and signs may stand behind.
FORMS = {"usd": _("$%(amount)s"), "eur": _("€%(amount)s"), "gbp": _("£%(amount)s")}


def money(cents: int, currency: str) -> str:
    """An amount as people write it: `$29`, `$29.50`, `CHF 29`; in Spanish `US$29`."""
    places = 2 if cents % 100 else 0
    amount = number_format(Decimal(cents) / 100, places, use_l10n=True, force_grouping=True)
    form = FORMS.get(currency, _("%(currency)s %(amount)s"))
    return str(form) % {"amount": amount, "currency": currency.upper()}


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
    site = {"site_name": settings.SITE_NAME}
    return Offer(
        name=gettext("Complete access to the %(site_name)s") % site,
        gift_name=gettext("A gift: complete access to the %(site_name)s") % site,
        amount_cents=settings.OFFER_PRICE_CENTS,
        currency=settings.OFFER_CURRENCY,
        refund_days=settings.OFFER_REFUND_DAYS,
        is_test=bool(settings.STRIPE_API_BASE) or "_test_" in settings.STRIPE_SECRET_KEY,
    )


def note_price() -> None:
    """Into the audit log, when it is another than the last one there; it is a setting."""
    asked = f"{settings.OFFER_PRICE_CENTS} {settings.OFFER_CURRENCY}"
    last = AuditLine.objects.filter(kind=audit.Kind.PRICE).first()
    if last is None or last.what != asked:
        audit.note(audit.Kind.PRICE, "offer", asked)


def context(request: HttpRequest) -> dict[str, Offer]:
    """The offer for every template; no query, the same for everybody."""
    return {"offer": current_offer()}
