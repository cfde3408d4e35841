"""The first page of the editors' room: the admin's own, with a desk for whoever sees posts."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.desk import piles
from courses.desk.month import Month
from courses.numbers.charts import daily_charts
from courses.numbers.counted import Numbers, Span
from courses.views.numbers import SpanForm

ON_THE_DESK = ("views", "completions", "joins")


@require_safe
@admin.site.admin_view
def room(request: HttpRequest) -> HttpResponse:
    """For support and others who see no posts it is the admin's index, with their ways in."""
    if not request.user.has_perm("courses.view_post"):
        return admin.site.index(request)
    today = timezone.localdate()
    month = Span(today.replace(day=1), today)
    desk = {
        "waiting": [pile for pile in piles.waiting() if pile.total],
        "lacking": [pile for pile in piles.lacking() if pile.total],
        "looked_at": piles.LOOKED_AT,
        "is_everything_looked_at": piles.is_everything_looked_at(),
        "searches": piles.looked_for_in_vain(),
        "charts": daily_charts(Numbers.of(month), ON_THE_DESK),
        "month_now": today,
        "month": Month.of(request.GET.get("month", "")),
        "range": SpanForm.of(month),
    }
    return admin.site.index(request, {"desk": desk})
