"""Proving an address by a mailed code, and getting what was paid for from it."""

from typing import Any

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from billing.models import Purchase
from billing.settle import claim
from nerdherd.accounts.models import AddressCode
from nerdherd.accounts.people import open_account, send_code, sign_in

SESSION_KEY = "proving"


def ask_for_code(request: HttpRequest, purchase: Purchase) -> HttpResponse:
    """Ask the browser that paid for the code that goes to the address typed at Stripe, once."""
    if not purchase.email:  # of somebody who has left; they can prove the address they typed
        return redirect("join_help")
    proving = request.session.get(SESSION_KEY, {})
    if proving.get("purchase") != purchase.pk:
        _begin(request, purchase.email, purchase)
    return _ask(request)


@require_safe
@never_cache
def join_help(request: HttpRequest) -> HttpResponse:
    """ "I paid but cannot get in": begins with the address typed at Stripe."""
    return _help(request, "address")


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_code")
def join_code(request: HttpRequest) -> HttpResponse:
    """Send a code to an address: another one, or a corrected one. Known or not, we say the same."""
    if request.method != "POST":
        return redirect(_where_it_is_asked(request))
    email = request.POST.get("email", "").strip()[:254].lower()
    try:
        validate_email(email)
    except ValidationError:
        error = _("Please check this address: it should look like name@example.com.")
        return _ask(request, error) if _purchase(request) else _help(request, "address", error)
    _begin(request, email, _purchase(request))
    return _ask(request)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_proof")
def join_proof(request: HttpRequest) -> HttpResponse:
    """With the right code: open the account of that address, give it what was paid, sign in."""
    proving = request.session.get(SESSION_KEY)
    if request.method != "POST" or not proving:
        return redirect(_where_it_is_asked(request))
    email: str = proving["email"]
    code = "".join(request.POST.get("code", "").split())[:12]
    if not AddressCode.redeem(email, code):
        error = _("This code does not fit, or it is too old. Please check it, or send a new one.")
        return _ask(request, error)
    begun_here = _purchase(request)
    waiting = {row.pk for row in (begun_here, *Purchase.objects.unclaimed(email)) if row}
    # Who is signed in paid from another address; they want no second account.
    user = request.user if request.user.is_authenticated and waiting else open_account(email)
    claimed = [claim(pk, user.pk) for pk in waiting]
    del request.session[SESSION_KEY]
    if any(claimed):
        onward = begun_here.next_path if begun_here else "/"
        messages.success(request, _("Welcome to the herd. Everything here is open to you now."))
    else:
        onward = _nothing_found(request, user, email)
    return redirect(onward) if user == request.user else sign_in(request, user, onward)


def _nothing_found(request: HttpRequest, user: Any, email: str) -> str:
    """Say that this address opened nothing; returns where to go now."""
    if user.has_perm(settings.MEMBERSHIP_PERMISSION):
        messages.info(request, _("You are signed in, and everything is open to you."))
        return "/"
    text = _(
        "You are signed in. We found no payment by %(email)s that is still to be opened. "
        "If you typed another address when you paid, try that one."
    )
    messages.info(request, text % {"email": email})
    return reverse("join_help")


def _where_it_is_asked(request: HttpRequest) -> str:
    """The page for a tab that was put away, to read the mail, and is opened anew."""
    begun_here = _purchase(request)
    if begun_here is None:
        return reverse("join_help")
    return f"{reverse('join_thanks')}?session_id={begun_here.session_id}"


def _begin(request: HttpRequest, email: str, purchase: Purchase | None) -> None:
    request.session[SESSION_KEY] = {"email": email, "purchase": purchase.pk if purchase else None}
    send_code(email)


def _purchase(request: HttpRequest) -> Purchase | None:
    """The paid purchase that this very browser began and nobody has claimed."""
    pk = request.session.get(SESSION_KEY, {}).get("purchase")
    return Purchase.objects.not_yet_used().filter(pk=pk).first() if pk else None


def _ask(request: HttpRequest, error: str = "") -> HttpResponse:
    begun_here = _purchase(request)
    if begun_here is None:
        return _help(request, "code", error)
    email = request.session[SESSION_KEY]["email"]
    context = {"state": "code", "purchase": begun_here, "email": email, "error": error}
    return render(request, "billing/thanks.html", context, status=422 if error else 200)


def _help(request: HttpRequest, step: str, error: str = "") -> HttpResponse:
    email = request.session.get(SESSION_KEY, {}).get("email", "")
    context = {"step": step, "email": email, "error": error}
    return render(request, "billing/help.html", context, status=422 if error else 200)
