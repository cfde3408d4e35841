"""Proving it once more: before something that cannot be undone, a sign-in must be fresh."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]


def proved_lately(view: View) -> View:
    """Let anybody look; before a POST, ask as allauth does: for password, passkey or app.

    Of those who have none of these allauth asks nothing. They sign in by a code that is mailed to
    them, as most do here: if that was not just now, they do it again.
    """
    by_something = reauthentication_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if get_reauthentication_flows(request.user) or _signed_in_lately(request):
            response: HttpResponse = by_something(request, *args, **kwargs)
            return response
        back = urlencode({"next": request.path})
        logout(request)
        messages.info(request, _("Please sign in once more; then you can go on."))
        return redirect(f"{resolve_url('account_request_login_code')}?{back}")

    return guarded


def _signed_in_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0.0)
    return time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT
