"""The page of a gift: as its giver sees it, as its recipient sees it, and how it is opened."""

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.buyers import is_theirs
from billing.gifts import redeem
from billing.models import Gift
from billing.views import address
from nerdherd.accounts.models import User
from nerdherd.accounts.people import sign_in


@require_safe
@never_cache
def gift(request: HttpRequest, code: str) -> HttpResponse:
    """For the giver the page to hand on, for whoever else has the link the gift itself."""
    return _show(request, _found(code))


@require_POST
def gift_redemption(request: HttpRequest, code: str) -> HttpResponse:
    """Open it for the account that is signed in."""
    found = _found(code)
    if not isinstance(request.user, User):
        return redirect(found)
    return redirect(_open(request, found, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_code")
def gift_code(request: HttpRequest, code: str) -> HttpResponse:
    """Send a six-digit code to the address of somebody who is not signed in."""
    found = _found(code)
    if request.method != "POST":
        return redirect(found)  # a tab that was put away and opened anew
    return _show(request, found, error=address.ask(request, found.get_absolute_url()))


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_proof")
def gift_proof(request: HttpRequest, code: str) -> HttpResponse:
    """With the right code: open the gift for the account of that address, and sign in."""
    found = _found(code)
    if request.method != "POST":
        return redirect(found)
    user = address.prove(request, found.get_absolute_url())
    if user is None:
        return _show(request, found, error=address.wrong_code())
    return sign_in(request, user, _open(request, found, user))


def _found(code: str) -> Gift:
    return get_object_or_404(Gift.objects.ever_paid().select_related("purchase"), code=code)


def _open(request: HttpRequest, found: Gift, user: User) -> str:
    """Open the gift for `user` and say how it went; returns where to go now."""
    if found.redeemed_by_id == user.pk:
        return found.get_absolute_url()
    if user.has_perm(settings.MEMBERSHIP_PERMISSION):
        text = _("You are a member already, so the gift stays unopened. Somebody else may have it.")
        messages.info(request, text)
    elif user.is_active and redeem(found, user.pk):
        text = _("Your gift is open, and so is everything here. Welcome to the herd.")
        messages.success(request, text)
        return reverse("post_list")
    return found.get_absolute_url()


def _show(request: HttpRequest, found: Gift, error: str = "") -> HttpResponse:
    context = {
        "gift": found,
        "state": _state(request, found),
        "is_member": request.user.has_perm(settings.MEMBERSHIP_PERMISSION),
        "email": address.asked(request, found.get_absolute_url()),
        "error": error,
    }
    return render(request, "billing/gift.html", context, status=422 if error else 200)


def _state(request: HttpRequest, found: Gift) -> str:
    if is_theirs(request, found.purchase):
        return "giver"
    if not found.purchase.gives_access:
        return "ended"
    if found.redeemed_at is None:
        return "closed"
    return "yours" if found.redeemed_by_id == request.user.pk else "opened"
