"""A person's own pages."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nerdherd.accounts import leaving
from nerdherd.accounts.adapter import AccountAdapter
from nerdherd.accounts.export import everything_of
from nerdherd.accounts.models import User
from nerdherd.accounts.proof import proved_lately
from nerdherd.lib.audit import Kind, note, person
from nerdherd.lib.requests import local_path, signed_in_post


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Where somebody stands, and how they sign in; other rooms of the house add their sections."""
    has_second_factor = request.user.is_staff or is_mfa_enabled(request.user)
    context = {"sections": settings.ACCOUNT_PAGE_SECTIONS, "has_second_factor": has_second_factor}
    return render(request, "account/home.html", context)


def _me(request: HttpRequest) -> User:
    """Who is signed in; of nobody else's account there are pages here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What is held about somebody: POST hands it out as one file."""
    if request.method != "POST":
        return render(request, "account/export.html")
    note(Kind.ACCOUNT, person(_me(request).pk), "taken along in a file")
    name = f"{settings.SITE_HOST}-{timezone.localdate()}.json"
    return StreamingHttpResponse(
        everything_of(_me(request)),
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@proved_lately
def deletion(request: HttpRequest) -> HttpResponse:
    """What goes with an account and what stays; POST asks for it, to be done in a week."""
    may_leave = leaving.may_leave(_me(request))
    is_asked = request.method == "POST"
    if is_asked and may_leave:
        leaving.ask(_me(request))
        return redirect("account_deletion")
    context = {
        "may_leave": may_leave,
        "days": leaving.GRACE.days,
        "sections": settings.LEAVING_PAGE_SECTIONS,
    }
    return render(request, "account/deletion.html", context, status=403 if is_asked else 200)


@signed_in_post
def deletion_withdrawal(request: HttpRequest) -> HttpResponse:
    """Stay after all."""
    if leaving.stay(_me(request)):
        messages.success(request, _("Your account stays, and everything in it."))
    return redirect("account")


class AddPasskey(AddWebAuthnView):
    """allauth's own page; recovery codes come only to those who have a second factor to recover."""

    def form_valid(self, form: AddWebAuthnForm) -> HttpResponse:
        """Keep the passkey, tell its owner by mail, and lead back to where it was offered."""
        user = self.request.user
        if user.is_staff or is_mfa_enabled(user):
            response: HttpResponse = super().form_valid(form)
            return response
        flows.signup_authenticator(self.request, user=user, **self._named(form))
        AccountAdapter(self.request).send_notification_mail("mfa/email/webauthn_added", user)
        default = resolve_url("mfa_list_webauthn")
        return redirect(local_path(self.request.POST.get("next", ""), default))

    def _named(self, form: AddWebAuthnForm) -> dict[str, object]:
        return {name: form.cleaned_data[name] for name in ("name", "credential")}
