"""From what Stripe says to what our books say; the webhook, the return page, the join button and
the reconcile job all come through `sync`, so order, doubles and lateness do not matter."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from billing import emails, gateway
from billing.decision import Decision, decide, fits
from billing.facts import Facts
from billing.forgotten import written_again
from billing.models import Membership, Purchase
from nerdherd.accounts.people import hold, proved_addresses
from nerdherd.lib import audit

Status = Purchase.Status

# Eight writers may have been faster; that a tenth reading finds news means that something is wrong.
MAX_TRIES = 10
NOTED = ("status", "refunded_cents", "dispute_status")
UNEVENTFUL = {Status.OPEN, Status.PROCESSING, Status.EXPIRED, Status.FAILED}


class Contended(Exception):
    """Others kept changing the row; the caller should try again later."""


def sync(pk: int, *, session_id: str = "") -> tuple[Purchase, Facts]:
    """Read Stripe, decide, and write what changed; returns the row and what Stripe said.

    Stripe is read outside any transaction, the row is written only if nobody else wrote since we
    read it. It ends with a reading that changes nothing: who read later than we did, and had
    nothing to write, has left no trace in the row by which we could know that ours was old.
    Raises gateway.Unavailable, and Contended when others kept being faster.
    """
    for _try in range(MAX_TRIES):
        purchase = Purchase.objects.get(pk=pk)
        facts = _read(purchase, purchase.session_id or session_id)
        changes = _changes(purchase, decide(purchase, facts))
        if not changes:
            return Purchase.objects.get(pk=pk), facts
        _write(purchase, changes)
    raise Contended(f"purchase {pk}")


def _read(purchase: Purchase, session_id: str) -> Facts:
    try:
        return gateway.read(session_id)
    except gateway.Missing as error:
        if purchase.paid_at is not None:
            raise gateway.Unavailable("a paid session is gone: other account or mode?") from error
        # What Stripe does not have cannot be paid.
        return Facts(
            session_id=session_id,
            status="expired",
            payment_status="unpaid",
            reference=purchase.reference,
            is_live=gateway.is_live(),
            amount_subtotal=purchase.amount_cents,
            currency=purchase.currency,
        )


def _changes(purchase: Purchase, decision: Decision) -> dict[str, Any]:
    """What the row does not say yet."""
    changes = {
        name: value
        for name, value in vars(decision).items()
        if getattr(purchase, name) != value
    }  # fmt: skip
    return changes and changes | _moments(purchase, decision, timezone.now())


def _write(purchase: Purchase, changes: dict[str, Any]) -> None:
    """Change the row, the ledger and the outbox together; nothing if another was faster."""
    try:
        with transaction.atomic():
            if _swap(purchase, changes):
                _note(purchase, changes)
                changed = Purchase.objects.get(pk=purchase.pk)
                Membership.follow(changed)
                emails.tell(changed)
    except IntegrityError as error:
        # Given up for lost, and yet alive, while its buyer has begun another one.
        raise Contended(f"purchase {purchase.pk} beside a newer one") from error


def _note(purchase: Purchase, changes: dict[str, Any]) -> None:
    """Into the audit log, when money came, went back or was disputed."""
    told = {name: changes[name] for name in NOTED if name in changes}
    if told.get("status") in UNEVENTFUL and len(told) == 1:
        return
    said = [f"{name}: {getattr(purchase, name) or '-'} > {new}" for name, new in told.items()]
    if said:
        audit.note(audit.Kind.PAYMENT, f"purchase {purchase.pk}", ", ".join(said))


def _moments(purchase: Purchase, decision: Decision, now: datetime) -> dict[str, Any]:
    ended = decision.status in {Status.REFUNDED, Status.LOST, Status.DISPUTED}
    moments: dict[str, Any] = {"ended_at": (purchase.ended_at or now) if ended else None}
    if decision.status == Status.PAID and purchase.paid_at is None:
        moments["paid_at"] = now
    if decision.refunded_cents != purchase.refunded_cents:
        moments["refunded_at"] = now if decision.refunded_cents else None
    return moments


def _swap(purchase: Purchase, changes: dict[str, Any]) -> bool:
    """Compare-and-swap: write if the row is still the one we read."""
    row = Purchase.objects.filter(pk=purchase.pk, version=purchase.version)
    return bool(row.update(**changes, version=F("version") + 1))


def give_back(pk: int) -> Purchase:
    """Give back through Stripe what is left of the money, and read there what came of it.

    Raises gateway.Refused, gateway.Unavailable, Contended. Pressed again, it is one refund: under
    one key as long as the row stays as it is, and of nothing if Stripe had done it all the same.
    """
    purchase = Purchase.objects.get(pk=pk)
    try:
        if purchase.can_be_refunded:
            audit.note(audit.Kind.PAYMENT, f"purchase {pk}", "refund asked for")
            gateway.refund(purchase)
    except gateway.Broken:
        # Stripe would repeat that to the same key all day; the next one is made from a newer row.
        _swap(purchase, {})
        raise
    except gateway.Refused:
        sync(pk)  # disputed, say, or given back at Stripe's own desk
        raise
    return sync(pk)[0] if purchase.session_id else purchase


def claim(pk: int, user_id: int) -> bool:
    """Give a purchase that belongs to nobody yet to the account of whoever proved it theirs."""
    with transaction.atomic():
        row = Purchase.objects.filter(pk=pk, user=None, claimed_at=None)
        if not hold(user_id) or not row.update(
            user_id=user_id, claimed_at=timezone.now(), version=F("version") + 1
        ):
            return False
        Membership.follow(Purchase.objects.get(pk=pk))
    return True


def collect(user: AbstractBaseUser) -> bool:
    """Give an account what was paid from its own, proved addresses and claimed by nobody."""
    waiting = Purchase.objects.unclaimed(*proved_addresses(user))
    claimed = [claim(purchase.pk, user.pk) for purchase in waiting]
    return any(claimed)


@transaction.atomic
def heed_fraud_warning(payment_intent_id: str) -> None:
    """The bank fears that the card was stolen: access stays, and the owners hear of it, once."""
    if not payment_intent_id:
        return
    rows = Purchase.objects.filter(payment_intent_id=payment_intent_id, fraud_warning_at=None)
    for purchase in rows:
        changes = {"fraud_warning_at": timezone.now(), "version": F("version") + 1}
        if rows.filter(pk=purchase.pk).update(**changes):
            emails.tell_of_fraud_warning(purchase)


def adopt(reference: str, session_id: str) -> Purchase | None:
    """Find the purchase that a session at Stripe says it belongs to, and bring it up to date.

    A row that knows no session yet takes this one if it fits; a session that is neither the row's
    own nor fitting (another product that carries our reference, say) changes nothing. A row that
    is gone, because a backup older than it was restored, is written again.
    """
    purchase = Purchase.objects.filter(reference=reference).first() if reference else None
    if purchase is None and reference and session_id:
        purchase = written_again(reference, session_id)
    if purchase is None or not session_id:
        return None
    if purchase.session_id is None and not _is_its_session(purchase, session_id):
        return None
    if purchase.session_id not in (None, session_id):
        return None
    return sync(purchase.pk, session_id=session_id)[0]


def _is_its_session(purchase: Purchase, session_id: str) -> bool:
    try:
        return fits(purchase, gateway.read(session_id))
    except gateway.Missing:
        return False
