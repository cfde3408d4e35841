"""The offer, and the button that leads to the payment page."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing import checkout, gateway
from billing.buyers import buyer_of
from billing.settle import Contended, collect
from billing.views.thanks import greet
from nerdherd.lib.requests import local_path, same_origin_post

SEE_OTHER = 303


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_post
def join(request: HttpRequest) -> HttpResponse:
    """GET shows the offer; POST leads to the payment page, or back for who is a member already."""
    if request.method == "POST":
        return open_checkout(request)
    context = {
        "next": local_path(request.GET.get("next", "")),
        "already_member": request.user.has_perm(settings.MEMBERSHIP_PERMISSION),
    }
    return render(request, "billing/join.html", context)


def open_checkout(request: HttpRequest) -> HttpResponse:
    """To Stripe with the buyer's one purchase; to the thanks page when it is paid already."""
    next_path = local_path(request.POST.get("next", ""))
    if request.user.has_perm(settings.MEMBERSHIP_PERMISSION):
        messages.info(request, _("You are a member already. Nothing was charged."))
        return redirect(next_path)
    if request.user.is_authenticated and collect(request.user):
        greet(request)
        return redirect(next_path)
    try:
        purchase, payment_page = checkout.begin(buyer_of(request), next_path)
    except (gateway.Unavailable, gateway.Refused, Contended):
        return render(request, "billing/unavailable.html", {"next": next_path}, status=503)
    return_page = f"{reverse('join_thanks')}?session_id={purchase.session_id}"
    return HttpResponse(status=SEE_OTHER, headers={"Location": payment_page or return_page})
