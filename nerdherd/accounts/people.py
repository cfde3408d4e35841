"""Opening the account of somebody who has just proved an address."""

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from nerdherd.accounts.models import AddressCode, User
from nerdherd.lib import emails


def send_code(email: str) -> None:
    """Mail a six-digit code to `email`; silent when there were too many, or nobody would get it.

    The caller answers the same in every case, so that nobody learns which addresses are known.
    """
    code = AddressCode.issue(email)
    if code is not None:
        emails.post(email, "emails/address_code", {"code": code})


def account_of(email: str) -> User | None:
    """The account that a proved address opens; of two, the one that has proved it."""
    email = email.strip().lower()
    address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return address.user if address else User.objects.filter(email=email).first()


@transaction.atomic
def open_account(email: str) -> User:
    """The account of a proved address, made if there is none."""
    email = email.strip().lower()
    user = account_of(email) or User.objects.create_user(email)
    if EmailAddress.objects.filter(email=email, user=user, verified=True).exists():
        return user
    if user.has_usable_password():
        # Set by somebody who never proved the address: it must not open the account any more.
        user.set_unusable_password()
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        email=email, user=user, defaults={"verified": True, "primary": True}
    )
    return user


def proved_addresses(user: AbstractBaseUser) -> list[str]:
    """The addresses that an account has proved to be its own, in lower case."""
    mine = EmailAddress.objects.filter(user_id=user.pk, verified=True)
    return [address.email.lower() for address in mine]


def addresses_of(user: AbstractBaseUser) -> set[str]:
    """Every address by which an account is known: its own, and those that it has proved besides."""
    return {user.get_username().lower(), *proved_addresses(user)}


def hold(user_id: int) -> bool:
    """Whether an account is still there; it then stays there until the transaction ends.

    For whoever writes that something is theirs: it may be deleted in another tab at this moment.
    """
    return User.objects.select_for_update().filter(pk=user_id).exists()


@transaction.atomic
def sign_in(request: HttpRequest, user: User, next_path: str) -> HttpResponse:
    """Sign in through allauth, whose stages (a second factor, say) still apply.

    Whose account was deleted a moment ago, in another browser, is only led on.
    """
    if not hold(user.pk):
        return redirect(next_path)
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=next_path
    )
    return response
