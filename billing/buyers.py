"""Who is buying: the account that is signed in, or else the browser, known by its session."""

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from billing.checkout import Buyer
from billing.models import Purchase

SESSION_KEY = "buyer"


def buyer_of(request: HttpRequest) -> Buyer:
    """The buyer behind a request; a browser without an account gets a name in its session."""
    if request.user.is_authenticated:
        user: AbstractBaseUser = request.user
        return Buyer(f"user:{user.pk}", user_id=user.pk, email=request.user.email)
    return Buyer(request.session.setdefault(SESSION_KEY, f"browser:{get_random_string(24)}"))


def is_theirs(request: HttpRequest, purchase: Purchase) -> bool:
    """Whether this account, or this browser before it had one, began the purchase."""
    if purchase.user_id is not None:
        return purchase.user_id == request.user.pk
    return purchase.claimed_at is None and purchase.buyer == request.session.get(SESSION_KEY)
