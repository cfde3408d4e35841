"""Passkeys, apps and recovery codes: what counts as a second factor, and for whom."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nerdherd.accounts import devices


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


def count_as_proof(
    sender: type, request: HttpRequest, user: AbstractBaseUser, authenticator: Any, **kwargs: Any
) -> None:
    """Who has just set one up has shown it, and need not again to see the recovery codes."""
    details = {"id": authenticator.pk, "type": authenticator.type, "reauthenticated": True}
    record_authentication(request, user, "mfa", **details)
