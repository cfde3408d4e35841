"""The password form of the sign-in page."""

from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """allauth's own; it would drop the password because signing up does not ask for one.

    Signing up must not: whoever signs up with somebody else's address would know its password
    when the owner of the address comes along. Who wants one sets it after proving the address.
    """

    def _setup_password_field(self) -> None:
        """Leave the field where it is."""
