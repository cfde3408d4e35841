"""How allauth behaves here: its mails go through our outbox, and passkeys are a convenience."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nerdherd.accounts import devices
from nerdherd.lib import emails


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own adapter, except that no page waits for a mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox; the request itself is not something a mail may quote."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_HOST)
        said = {name: value for name, value in context.items() if name != "request"}
        emails.post(email, template_prefix, {"email": email, "current_site": site, **said})

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in; the first time, the next page offers a passkey to browsers that have them."""
        is_first = user.last_login is None
        super().login(request, user)
        if is_first:
            offer = _("Next time, your fingerprint, your face or the PIN of this device can do it.")
            messages.info(request, offer, extra_tags="passkey")


class MFAAdapter(DefaultMFAAdapter):
    """What counts as a second factor, and for whom."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not fit. Please try once more."),
        "unverified_email": _("Please type the code for your new email address first."),
    }

    def is_mfa_enabled(self, user: AbstractBaseUser | AnonymousUser, types: Any = None) -> bool:
        """Whether there is a second factor (of these types).

        A member's passkey is another way in and not a second lock: who loses the phone still comes
        in by mailed code. For staff, and whoever has set up an app, it is as good as the app.
        """
        is_enabled = bool(super().is_mfa_enabled(user, types))
        if not is_enabled or getattr(user, "is_staff", False):
            return is_enabled
        return bool(super().is_mfa_enabled(user, [Authenticator.Type.TOTP]))

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        """After the device it was made on."""
        return devices.describe(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as a device names it when it asks for the finger."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}
