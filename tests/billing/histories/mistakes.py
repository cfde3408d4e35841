"""Mistakes that others have made with money: each one breaks the site, and must be noticed."""

from dataclasses import replace
from typing import Any

from pytest import MonkeyPatch

from billing import gateway, settle
from billing.gateway import Facts
from billing.models import Membership, StripeEvent
from billing.offer import current_offer
from nerdherd.lib import emails


def todays_price_counts(patch: MonkeyPatch) -> None:
    """What was bought yesterday is compared with what is asked today."""

    def fits(purchase: Any, facts: Facts) -> bool:
        return facts.amount_subtotal == current_offer().amount_cents

    patch.setattr(settle, "fits", fits)


def any_refund_is_a_full_one(patch: MonkeyPatch) -> None:
    """Whoever gets something back loses everything."""
    patch.setattr(Facts, "is_fully_refunded", property(lambda facts: facts.amount_refunded > 0))


def a_chargeback_is_nothing(patch: MonkeyPatch) -> None:
    """The bank has taken the money, and access stays."""
    patch.setattr(settle, "SUSPENDING_DISPUTES", set())


def a_debit_under_way_is_money(patch: MonkeyPatch) -> None:
    """“Complete” is taken for “paid”."""
    read = gateway.read

    def hopeful(session_id: str) -> Facts:
        facts = read(session_id)
        return replace(facts, payment_status="paid") if facts.status == "complete" else facts

    patch.setattr(gateway, "read", hopeful)


def whoever_writes_last_is_right(patch: MonkeyPatch) -> None:
    """No compare-and-swap: a slow, old answer overwrites a newer one."""

    def swap(purchase: Any, changes: dict[str, Any]) -> bool:
        rows = type(purchase).objects.filter(pk=purchase.pk)
        return bool(rows.update(**changes, version=purchase.version + 1))

    patch.setattr(settle, "_swap", swap)


def what_failed_counts_as_done(patch: MonkeyPatch) -> None:
    """An event is ticked off although Stripe could not be asked."""
    patch.setattr(StripeEvent, "mark_failed", lambda event, error: event.mark_done())


def the_ledger_is_forgotten(patch: MonkeyPatch) -> None:
    """Paid, and nobody gets in."""
    patch.setattr(Membership, "follow", lambda purchase: None)


def mails_have_no_key(patch: MonkeyPatch) -> None:
    """Every turn greets again."""
    post = emails.post
    patch.setattr(emails, "post", lambda *args, key="": post(*args))


ALL = [
    todays_price_counts,
    any_refund_is_a_full_one,
    a_chargeback_is_nothing,
    a_debit_under_way_is_money,
    whoever_writes_last_is_right,
    what_failed_counts_as_done,
    the_ledger_is_forgotten,
    mails_have_no_key,
]
