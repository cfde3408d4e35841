"""On which pages, and on which days, people joined: read from what was paid, kept nowhere else."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.models import Purchase


def joins(first: date, last: date) -> Counter[tuple[str, date]]:
    """How many paid for themselves, by the page whose Join button they pressed and the day.

    From the day `first` to the day `last`, as days are in the site's TIME_ZONE; one query.
    """
    zone = timezone.get_default_timezone()
    since, until = (
        datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1))
    )
    rows: Any = Purchase.objects.filter(kind=Purchase.Kind.OWN)
    rows = rows.filter(paid_at__gte=since, paid_at__lt=until)
    rows = rows.annotate(day=TruncDate("paid_at", tzinfo=zone))
    counted = rows.values_list("next_path", "day").order_by().annotate(Count("pk"))
    return Counter({(page, day): count for page, day, count in counted})
