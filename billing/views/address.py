"""Proving an address by a mailed code on the page of a gift or of an invitation."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext as _

from nerdherd.accounts.models import AddressCode, User
from nerdherd.accounts.people import open_account, send_code

SESSION_KEY = "address_asked"


def asked(request: HttpRequest, page: str) -> str:
    """The address that this browser was asked to prove on `page` (its path); empty when none."""
    question = request.session.get(SESSION_KEY, {})
    return str(question["email"]) if question.get("page") == page else ""


def ask(request: HttpRequest, page: str) -> str:
    """Send a code to the address in the form; returns what is wrong with the address, if anything.

    Whether anybody knows the address is not said.
    """
    email = request.POST.get("email", "").strip()[:254].lower()
    try:
        validate_email(email)
    except ValidationError:
        return _("Please check this address: it should look like name@example.com.")
    request.session[SESSION_KEY] = {"page": page, "email": email}
    send_code(email)
    return ""


def prove(request: HttpRequest, page: str) -> User | None:
    """The account of the address, made if need be, if the code in the form is the one sent."""
    email = asked(request, page)
    code = "".join(request.POST.get("code", "").split())[:12]
    if not email or not AddressCode.redeem(email, code):
        return None
    del request.session[SESSION_KEY]
    return open_account(email)


def wrong_code() -> str:
    """What is said when the code is not the one sent."""
    return _("This code does not fit, or it is too old. Please check it, or send a new one.")
