"""The password form of the sign-in page, and codes as people paste them."""

from typing import Any

from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.account.forms import LoginForm as AllauthLoginForm
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


class LoginCodeForm(CodeForm, ConfirmLoginCodeForm):
    """The code that signs in."""


class AddressCodeForm(CodeForm, ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""


class PasswordCodeForm(CodeForm, ConfirmPasswordResetCodeForm):
    """The code that allows a new password."""


class SecondFactorForm(CodeForm, AuthenticateForm):
    """The app's code, or a recovery code, on the way in."""


class SecondFactorAgainForm(CodeForm, ReauthenticateForm):
    """The same once more, before something that matters."""


class AppForm(CodeForm, ActivateTOTPForm):
    """The first code of an app."""
