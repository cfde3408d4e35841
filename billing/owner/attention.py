"""What needs a person: each query finds one kind of thing that nobody but a person can settle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Membership, Purchase, StripeEvent
from nerdherd.lib.models import TimedWork

TIME_TO_GET_IN = timedelta(minutes=15)
TIME_TO_PROCESS = timedelta(minutes=1)
# What nobody has acted on in this time has been decided.
REMEMBERED_FOR = timedelta(days=30)
# Of each kind; the page stays small on the day when everything goes wrong at once.
MOST = 50

CLOSED_DISPUTES = ["", "won", "lost", "warning_closed", "prevented"]
DISPUTES = {
    "needs_response": _("A payment is disputed: answer the bank at Stripe"),
    "under_review": _("A payment is disputed: the bank is deciding"),
    "warning_needs_response": _("The bank asks about a payment: answer at Stripe"),
    "warning_under_review": _("The bank asks about a payment, and is deciding"),
}
Status = Purchase.Status


@dataclass(frozen=True)
class Matter:
    """One thing that waits for a person: what it is, about whom or what, and since when."""

    what: str
    about: str
    since: datetime | None = None
    due: datetime | None = None
    url: str = ""
    to_refund: Purchase | None = None
    to_process: StripeEvent | None = None


def matters(now: datetime) -> list[Matter]:
    """Everything that needs a person, most pressing first; one query per kind."""
    return list(
        chain(
            _disputes(),
            _paid_without_access(now),
            _misfits(),
            _paid_twice(),
            _fraud_warnings(now),
            _accounts_deleted(now),
            _failed_events(now),
            _failed_work(),
        )
    )


def _disputes() -> Iterator[Matter]:
    disputed = Purchase.objects.filter(dispute_status__gt="")  # few of many, by the index
    rows = disputed.exclude(dispute_status__in=CLOSED_DISPUTES)
    return _each(
        rows.order_by(F("dispute_due_at").asc(nulls_last=True), "pk"),
        lambda row: str(DISPUTES.get(row.dispute_status, _("A payment is disputed"))),
        since=lambda row: row.ended_at,
    )


def _paid_without_access(now: datetime) -> Iterator[Matter]:
    """Nobody has typed the code yet, or (which should never be) the ledger has no line for it."""
    line = Membership.objects.filter(purchase=OuterRef("pk"))
    rows = _own(status=Status.PAID).filter(~Exists(line))
    lately = {"paid_at__gte": now - REMEMBERED_FOR}
    # Of older ones those that nobody has: the others, years of them, all have their line.
    old = rows.filter(user=None).exclude(**lately)
    for some in (old, rows.filter(paid_at__lt=now - TIME_TO_GET_IN, **lately)):
        yield from _each(
            some.order_by("pk"), lambda row: gettext("Paid, and nobody has got in with it")
        )


def _misfits() -> Iterator[Matter]:
    rows = Purchase.objects.filter(status=Status.MISFIT).order_by("pk")
    what = gettext("Amount, currency or reference does not fit: give it back, or ask")
    return _each(rows, lambda row: what, since=lambda row: row.created_at, offers_refund=True)


def _paid_twice() -> Iterator[Matter]:
    """The later of two purchases that one person has at the same time."""
    paid = _own(status=Status.PAID, user__isnull=False)
    twice = paid.values("user").order_by().annotate(times=Count("pk")).filter(times__gt=1)
    earlier = paid.filter(user=OuterRef("user"), pk__lt=OuterRef("pk"))
    rows = paid.filter(Exists(earlier), user__in=twice.values("user"))
    what = gettext("Paid twice by the same person: give one back")
    return _each(rows.order_by("pk"), lambda row: what, offers_refund=True)


def _fraud_warnings(now: datetime) -> Iterator[Matter]:
    rows = Purchase.objects.filter(
        status=Status.PAID, dispute_status="", fraud_warning_at__gte=now - REMEMBERED_FOR
    )
    what = gettext(
        "The bank fears that the card was stolen: giving the money back avoids a dispute"
    )
    return _each(
        rows.order_by("fraud_warning_at"),
        lambda row: what,
        since=lambda row: row.fraud_warning_at,
        offers_refund=True,
    )


def _accounts_deleted(now: datetime) -> Iterator[Matter]:
    rows = _own(status=Status.PAID, user=None, claimed_at__isnull=False)
    rows = rows.annotate(left_at=Coalesce(Max("membership__revoked_at"), "paid_at"))
    rows = rows.filter(left_at__gte=now - REMEMBERED_FOR).order_by("left_at")
    what = gettext("Paid, and the account was deleted: should the money go back?")
    return _each(rows, lambda row: what, since=lambda row: row.left_at, offers_refund=True)


def _failed_events(now: datetime) -> Iterator[Matter]:
    rows = StripeEvent.objects.filter(done_at=None, received_at__lt=now - TIME_TO_PROCESS)
    for event in rows.order_by("received_at")[:MOST]:
        error = event.error or gettext("interrupted")
        yield Matter(
            what=gettext("Stripe told us of something, and we could not see to it"),
            about=f"{event.type}: {error}",
            since=event.received_at,
            url=reverse("admin:billing_stripeevent_change", args=[event.pk]),
            to_process=event,
        )


def _failed_work() -> Iterator[Matter]:
    for work in TimedWork.objects.exclude(error="").order_by("name")[:MOST]:
        what = gettext("Timed work failed the last time")
        yield Matter(what=what, about=f"{work.name}: {work.error}", since=work.done_at)


def _own(**conditions: Any) -> QuerySet[Purchase]:
    return Purchase.objects.filter(kind=Purchase.Kind.OWN, **conditions)


def _each(
    rows: QuerySet[Purchase],
    what: Callable[[Any], str],
    since: Callable[[Any], datetime | None] = lambda row: row.paid_at,
    *,
    offers_refund: bool = False,
) -> Iterator[Matter]:
    for row in rows.select_related("user")[:MOST]:
        buyer = row.user or row.email or gettext("no address")
        yield Matter(
            what=what(row),
            about=f"{buyer}, {row.paid_display}",
            since=since(row),
            due=row.dispute_due_at if row.dispute_status not in CLOSED_DISPUTES else None,
            url=reverse("admin:billing_purchase_change", args=[row.pk]),
            to_refund=row if offers_refund and row.can_be_refunded else None,
        )
