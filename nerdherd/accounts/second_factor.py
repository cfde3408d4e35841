"""The lock of the editors' room: nobody comes in by a password or a mailed code alone."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


class SecondFactorMiddleware:
    """On every address of the admin, ours beside Django's, staff must have shown both factors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Asks nothing of anybody elsewhere; who is not of the staff is the views' own affair."""
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        if not getattr(request.user, "is_staff", False) or _has_shown_it(request):
            return self.get_response(request)
        return _to_the_lock(request)


def _has_shown_it(request: HttpRequest) -> bool:
    """In this session: an app's code, a recovery code or a passkey, on signing in or since."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def _to_the_lock(request: HttpRequest) -> HttpResponseRedirect:
    if is_mfa_enabled(request.user):
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{back}")
    asked = _("The editors’ room needs a second key: set up a passkey or an app here, then go on.")
    messages.warning(request, asked)
    return redirect("mfa_index")
