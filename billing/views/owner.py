"""The owner's money page, and what can be done from it; each view is one act."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import gateway
from billing.models import StripeEvent
from billing.owner import books, figures
from billing.owner.attention import matters
from billing.owner.charts import weekly_charts
from billing.owner.standing import note_reconciled, standing
from billing.reconcile import reconcile
from billing.webhooks import hear

View = Callable[..., HttpResponseBase]


def _of_the_desk(permission: str) -> Callable[[View], View]:
    """A page of the admin for those who have `permission`; 403 for the others behind its door."""

    def guard(view: View) -> View:
        allowed: View = permission_required(permission, raise_exception=True)(view)
        guarded: View = admin.site.admin_view(allowed)
        return guarded

    return guard


@require_safe
@_of_the_desk("billing.view_purchase")
def money(request: HttpRequest) -> HttpResponse:
    """This month and the last weeks, what needs a person, and how things stand."""
    now = timezone.now()
    numbers = figures.figures(now)
    month = numbers.month
    context = {
        **admin.site.each_context(request),
        "title": _("Money"),
        "month": month,
        "month_income": [
            figures.signed_money(month.income[currency], currency)
            for currency in numbers.currencies
        ],
        "members_now": figures.members_now(),
        "charts": weekly_charts(numbers),
        "sources": figures.sources(now),
        "matters": matters(now),
        "standing": standing(now),
        "webhook_address": f"{settings.SITE_URL}{reverse('stripe_webhook')}",
        "time_zone": settings.TIME_ZONE,
        "may_act": request.user.has_perm("billing.refund_purchase"),
    }
    return render(request, "admin/billing/money.html", context)


@require_POST
@_of_the_desk("billing.refund_purchase")
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Ask Stripe about everything that is not settled, now."""
    try:
        done = reconcile()
    except (gateway.Unavailable, gateway.Refused):
        text = _("Stripe did not answer. Nothing is lost; please try again in a minute.")
        messages.error(request, text)
        return redirect("owner_money")
    note_reconciled(timezone.now())
    counts = ", ".join(f"{kind}: {count}" for kind, count in sorted(done.items()))
    messages.success(request, _("Asked Stripe. %(counts)s.") % {"counts": counts})
    if done["not reached"]:
        messages.warning(request, _("Some could not be read; they are tried again in ten minutes."))
    return redirect("owner_money")


@require_POST
@_of_the_desk("billing.refund_purchase")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Process an event again: read it at Stripe, and hear of it as if it were delivered now."""
    row = get_object_or_404(StripeEvent, pk=pk)
    try:
        is_done = hear(gateway.event(row.event_id))
    except gateway.Missing:
        # Nothing can follow from it any more; reconcile reads the payments themselves.
        row.mark_done()
        messages.warning(
            request, _("Stripe has no such event (any more), so it is off the list. Reconcile now.")
        )
    except (gateway.Unavailable, gateway.Refused):
        messages.error(request, _("Stripe did not answer. Please try again in a minute."))
    else:
        say = messages.success if is_done else messages.error
        say(
            request,
            _("Processed.") if is_done else _("It failed again; the reason is in the list."),
        )
    return redirect("owner_money")


@require_safe
@_of_the_desk("billing.view_membership")
def members_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Who came in and who went out."""
    return _download("members", books.members())


@require_safe
@_of_the_desk("billing.view_purchase")
def purchases_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What was paid and given back."""
    return _download("purchases", books.purchases())


def _download(name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
