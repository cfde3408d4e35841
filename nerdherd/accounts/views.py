"""A person's own pages."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_safe

from nerdherd.accounts.adapter import AccountAdapter
from nerdherd.lib.requests import local_path


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Where somebody stands, and how they sign in; other rooms of the house add their sections."""
    has_second_factor = request.user.is_staff or is_mfa_enabled(request.user)
    context = {"sections": settings.ACCOUNT_PAGE_SECTIONS, "has_second_factor": has_second_factor}
    return render(request, "account/home.html", context)


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
