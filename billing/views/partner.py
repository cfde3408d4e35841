"""The second grown-up: the member's link, and the page of the one who is invited."""

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from billing.models import Invitation
from billing.partners import Obstacle, accept, can_share, obstacle, take_back
from billing.views import address
from nerdherd.accounts.models import User
from nerdherd.accounts.people import sign_in

WORDS: dict[Obstacle, Promise] = {
    Obstacle.OWN: gettext_lazy(
        "This is your own link. Send it to the one you share the parenting with."
    ),
    Obstacle.REVOKED: gettext_lazy(
        "This invitation was taken back. Ask whoever sent it for a new link."
    ),
    Obstacle.ACCEPTED: gettext_lazy(
        "You have accepted this invitation already. Everything is open to you."
    ),
    Obstacle.TAKEN: gettext_lazy(
        "This invitation has been accepted. Each link is for one person; ask for one of your own."
    ),
    Obstacle.ENDED: gettext_lazy(
        "The membership behind this invitation has ended. If it comes back, so does what it shared."
    ),
    Obstacle.MEMBER: gettext_lazy(
        "You are a member already, so you do not need this invitation. It stays open for another."
    ),
}


@login_required
def invitation(request: HttpRequest) -> HttpResponse:
    """POST makes the member's link; both lead to the place where it is shown."""
    if request.method == "POST" and isinstance(request.user, User):
        if can_share(request.user.pk):
            Invitation.issue(request.user.pk)
        else:
            messages.error(request, _("To invite somebody you need a membership of your own."))
    return redirect(f"{reverse('account')}#partner")


@login_required
def invitation_removal(request: HttpRequest) -> HttpResponse:
    """POST takes the link back, and the access that was given by it."""
    user = request.user
    if request.method == "POST" and isinstance(user, User) and take_back(user.pk):
        messages.success(request, _("The invitation was taken back. You can make a new one."))
    return redirect(f"{reverse('account')}#partner")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is offered; POST accepts it for the account that is signed in."""
    found = get_object_or_404(Invitation, token=token)
    if request.method == "POST" and isinstance(request.user, User):
        return redirect(_accept(request, found, request.user))
    return _show(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_code")
def partner_code(request: HttpRequest, token: str) -> HttpResponse:
    """Send a six-digit code to the address of somebody who is not signed in."""
    found = get_object_or_404(Invitation, token=token)
    if request.method != "POST":
        return redirect(found)  # a tab that was put away and opened anew
    return _show(request, found, error=address.ask(request, found.get_absolute_url()))


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="join_proof")
def partner_proof(request: HttpRequest, token: str) -> HttpResponse:
    """With the right code: accept for the account of that address, and sign in."""
    found = get_object_or_404(Invitation, token=token)
    if request.method != "POST":
        return redirect(found)
    user = address.prove(request, found.get_absolute_url())
    if user is None:
        return _show(request, found, error=address.wrong_code())
    return sign_in(request, user, _accept(request, found, user))


def _accept(request: HttpRequest, found: Invitation, user: User) -> str:
    """Accept for `user` if nothing stands against it; returns where to go now."""
    can_be_let_in = user.is_active and obstacle(found, user) is None
    if not can_be_let_in or not accept(found, user.pk):
        return found.get_absolute_url()  # which says why
    messages.success(request, _("Welcome to the herd. Everything here is open to you now."))
    return reverse("post_list")


def _show(request: HttpRequest, found: Invitation, error: str = "") -> HttpResponse:
    against = obstacle(found, request.user)
    context = {
        "invitation": found,
        "obstacle": WORDS[against] if against else "",
        "email": address.asked(request, found.get_absolute_url()),
        "error": error,
    }
    return render(request, "billing/partner.html", context, status=422 if error else 200)
