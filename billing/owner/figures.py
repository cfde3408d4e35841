"""Joins, money given back and income, by week and month, and where buyers came from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from billing.models import Membership, Purchase
from billing.offer import money

WEEKS = 12
MOST_SOURCES = 10
OWN = Q(kind=Purchase.Kind.OWN)


@dataclass
class Period:
    """The days from `first` to `last`; `income` is what was paid less what was given back.

    In cents by currency, each at the moment it moved: a week in which more went back than came in
    is below zero.
    """

    first: date
    last: date
    is_current: bool = False
    joins: int = 0
    refunds: int = 0
    income: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The ISO week and its Monday, such as `2026-W47, from November 16`."""
        year, week, _ = self.first.isocalendar()
        monday = date_format(self.first, "MONTH_DAY_FORMAT")
        return gettext("%(week)s, from %(monday)s") % {
            "week": f"{year}-W{week:02}",
            "monday": monday,
        }


@dataclass(frozen=True)
class Figures:
    """This month, and the weeks from the oldest to the one that is not over yet."""

    month: Period
    weeks: list[Period]
    currencies: list[str]


class Movement(TypedDict, total=False):
    """One day's payments or refunds in one currency, added up by the database."""

    day: date
    currency: str
    joins: int
    refunds: int
    cents: int


def figures(now: datetime) -> Figures:
    """What came and went, in two queries. Days, weeks and months are those of TIME_ZONE."""
    zone = timezone.get_default_timezone()
    today = timezone.localdate(now, zone)
    month = Period(today.replace(day=1), today)
    weeks = _weeks(today)
    start = _midnight(weeks[0].first, zone)
    for movement in (*_paid(start), *_given_back(start)):
        for period in (month, *weeks):
            if period.first <= movement["day"] <= period.last:
                _count(period, movement)
    # Today's currency is shown even while nothing has moved.
    moved = {currency for week in weeks for currency in week.income}
    return Figures(month, weeks, sorted({settings.OFFER_CURRENCY, *moved}))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _weeks(today: date) -> list[Period]:
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    return [Period(day, day + timedelta(days=6), is_current=day == monday) for day in mondays]


def _count(period: Period, movement: Movement) -> None:
    period.joins += movement.get("joins", 0)
    period.refunds += movement.get("refunds", 0)
    period.income[movement["currency"]] += movement["cents"] * (-1 if "refunds" in movement else 1)


def _paid(start: datetime) -> Iterable[Movement]:
    rows: Any = Purchase.objects.filter(paid_at__gte=start)
    return _by_day(rows, "paid_at").annotate(joins=Count("pk", OWN), cents=Sum("paid_cents"))


def _given_back(start: datetime) -> Iterable[Movement]:
    """Refunds in full and in part, and what the bank took back for good."""
    lost = Q(status=Purchase.Status.LOST)
    rows: Any = Purchase.objects.ever_paid().annotate(
        gone=Case(When(lost, F("paid_cents")), default=F("refunded_cents")),
        gone_at=Case(When(lost, F("ended_at")), default=F("refunded_at")),
    )
    moved = Q(refunded_at__gte=start) | Q(ended_at__gte=start)  # which has an index, other than:
    rows = rows.filter(moved, gone__gt=0, gone_at__gte=start)
    return _by_day(rows, "gone_at").annotate(refunds=Count("pk"), cents=Sum("gone"))


def _by_day(rows: Any, moment: str) -> Any:
    day = TruncDate(moment, tzinfo=timezone.get_default_timezone())
    return rows.annotate(day=day).values("day", "currency").order_by()


def signed_money(cents: int, currency: str) -> str:
    """An amount that may be below zero, as people write it."""
    return f"−{money(-cents, currency)}" if cents < 0 else money(cents, currency)


class Source(TypedDict):
    """A page whose Join button was pressed, and how many paid: in twelve weeks, and this month."""

    next_path: str
    joins: int
    this_month: int


def sources(now: datetime) -> list[Source]:
    """The pages that brought the most buyers in the last weeks, best first; one query."""
    zone = timezone.get_default_timezone()
    today = timezone.localdate(now, zone)
    rows: Any = Purchase.objects.filter(OWN, paid_at__gte=_midnight(_weeks(today)[0].first, zone))
    in_month = Q(paid_at__gte=_midnight(today.replace(day=1), zone))
    counted = rows.values("next_path").annotate(
        joins=Count("pk"), this_month=Count("pk", filter=in_month)
    )
    return list(counted.order_by("-joins", "next_path")[:MOST_SOURCES])


def members_now() -> int:
    """How many people have access at this moment."""
    live = Membership.objects.live().filter(user__isnull=False)
    return live.aggregate(people=Count("user", distinct=True))["people"]
