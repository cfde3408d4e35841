"""Giving: the card that is written, and the button that leads to the payment page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing import checkout, gateway
from billing.buyers import giver_of, is_known
from billing.forms import GiftForm
from billing.models import Gift, Purchase
from billing.models.gift import GiftQuerySet
from billing.settle import Contended
from nerdherd.lib.requests import same_origin_post

SEE_OTHER = 303
# What was written for one of these is offered again.
TO_BE_PAID = (Purchase.Status.OPEN, Purchase.Status.EXPIRED, Purchase.Status.FAILED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@same_origin_post
def giving(request: HttpRequest) -> HttpResponse:
    """GET shows the card, as far as it was written before; POST leads to the payment page."""
    if request.method != "POST":
        newest = _gifts_of(request).first()
        is_to_be_paid = newest is not None and newest.purchase.status in TO_BE_PAID
        return _show(request, GiftForm(instance=newest if is_to_be_paid else None))
    form = GiftForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        giver, here = giver_of(request), reverse("giving")
        purchase, payment_page = checkout.begin(giver, here, form.cleaned_data)
    except (gateway.Unavailable, gateway.Refused, Contended):
        return _show(request, form, status=503)
    return_page = f"{reverse('join_thanks')}?session_id={purchase.session_id}"
    return HttpResponse(status=SEE_OTHER, headers={"Location": payment_page or return_page})


def _gifts_of(request: HttpRequest) -> GiftQuerySet:
    """What this account or browser has given, or began to give."""
    if not is_known(request):
        return Gift.objects.none()
    return Gift.objects.select_related("purchase").filter(
        purchase__in=Purchase.objects.filter(giver_of(request).is_behind, kind=Purchase.Kind.GIFT)
    )


def _show(request: HttpRequest, form: GiftForm, status: int = 200) -> HttpResponse:
    mine = _gifts_of(request)
    context = {
        "form": form,
        "given": mine.ever_paid(),
        "waiting": mine.filter(purchase__status=Purchase.Status.PROCESSING).first(),
        "is_unavailable": status == 503,
    }
    return render(request, "billing/giving.html", context, status=status)
