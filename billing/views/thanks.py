"""Where the buyer comes back to: settles, says where things stand, and leads on."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from billing import gateway
from billing.buyers import is_theirs
from billing.models import Purchase
from billing.settle import Contended, claim, sync
from billing.views.proof import ask_for_code

Status = Purchase.Status
GREETING_FOR = timedelta(minutes=10)

STATES = {
    Status.OPEN: "unpaid",
    Status.EXPIRED: "unpaid",
    Status.FAILED: "unpaid",
    Status.PROCESSING: "waiting",
    Status.MISFIT: "looking",
    Status.REFUNDED: "ended",
    Status.DISPUTED: "ended",
    Status.LOST: "ended",
}


@require_safe
@never_cache
def join_thanks(request: HttpRequest) -> HttpResponse:
    """One purchase, for the browser or account that began it; unknown to anybody else."""
    session_id = request.GET.get("session_id", "")[:120]
    known = Purchase.objects.filter(session_id=session_id)
    purchase = known.first() if session_id.isprintable() and session_id else None
    if purchase is None or not is_theirs(request, purchase):
        return render(request, "billing/thanks.html", {"state": "elsewhere"}, status=404)
    try:
        purchase, _facts = sync(purchase.pk)
    except (gateway.Unavailable, gateway.Refused, Contended):
        return _show(request, "checking", purchase)
    if not purchase.gives_access:
        return _show(request, _state(purchase), purchase)
    if purchase.kind == Purchase.Kind.GIFT:
        return redirect(purchase.gift)
    return let_in(request, purchase)


def _state(purchase: Purchase) -> str:
    state = STATES[Status(purchase.status)]
    has_words_of_its_own = purchase.kind == Purchase.Kind.GIFT and state != "looking"
    return f"gift_{state}" if has_words_of_its_own else state


def let_in(request: HttpRequest, purchase: Purchase) -> HttpResponse:
    """Paid: back to where they were; by a code first for those who are not signed in.

    A redirect, never a page: who may see what was asked before the payment was settled.
    """
    if request.user.is_authenticated:
        claim(purchase.pk, request.user.pk)
        if is_fresh(purchase):
            greet(request)
        return redirect(purchase.next_path)
    return ask_for_code(request, purchase)


def is_fresh(purchase: Purchase) -> bool:
    """Whether it was paid just now; a bookmarked thanks page is no reason to say hello again."""
    return purchase.paid_at is not None and timezone.now() - purchase.paid_at < GREETING_FOR


def greet(request: HttpRequest) -> None:
    """Say hello on the next page."""
    messages.success(request, _("Welcome to the herd. Everything here is open to you now."))


def _show(request: HttpRequest, state: str, purchase: Purchase) -> HttpResponse:
    context = {"state": state, "purchase": purchase, "next": purchase.next_path}
    return render(request, "billing/thanks.html", context)
