"""The password form of the sign-in page, and codes as people paste them."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from nerdherd.accounts.models import digits


class LoginForm(AllauthLoginForm):
    """allauth's own; it would drop the password because signing up does not ask for one.

    Signing up must not: whoever signs up with somebody else's address would know its password
    when the owner of the address comes along. Who wants one sets it after proving the address.
    """

    def _setup_password_field(self) -> None:
        """Leave the field where it is."""


class CodeField(forms.CharField):
    """Digits, whatever stands between and around them."""

    def to_python(self, value: Any) -> str:
        """Only the digits."""
        return digits(super().to_python(value) or "")


class CodeForm(forms.Form):
    code = CodeField()


class MailedCodeForm(CodeForm):
    """Three guesses, says allauth, and counts them in the session, where of many that come at once
    each counts from nought; so they are counted in the cache as well, before one is looked at."""

    def clean_code(self) -> str:
        """The right code."""
        request = context.request
        session = request.session.session_key or ""
        if not ratelimit.consume(request, action="mailed_code", key=session):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class LoginCodeForm(MailedCodeForm, ConfirmLoginCodeForm):
    """The code that signs in."""


class AddressCodeForm(MailedCodeForm, ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""


class PasswordCodeForm(MailedCodeForm, ConfirmPasswordResetCodeForm):
    """The code that allows a new password."""


class SecondFactorForm(CodeForm, AuthenticateForm):
    """The app's code, or a recovery code, on the way in."""


class SecondFactorAgainForm(CodeForm, ReauthenticateForm):
    """The same once more, before something that matters."""


class AppForm(CodeForm, ActivateTOTPForm):
    """The first code of an app."""
