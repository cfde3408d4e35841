"""Who is buying: the account that is signed in, or else the browser, known by its session."""

from dataclasses import replace

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from billing.checkout import Buyer
from billing.models import Purchase

SESSION_KEY = "buyer"
# A gift and something for oneself can be on their way side by side.
AS_GIVER = "gift:"


def buyer_of(request: HttpRequest) -> Buyer:
    """The buyer behind a request; a browser without an account gets a name in its session."""
    if request.user.is_authenticated:
        user: AbstractBaseUser = request.user
        before = request.session.get(SESSION_KEY, "")
        return Buyer(f"user:{user.pk}", user.pk, request.user.email, browser=before)
    return Buyer(request.session.setdefault(SESSION_KEY, f"browser:{get_random_string(24)}"))


def giver_of(request: HttpRequest) -> Buyer:
    """The same buyer, giving something away."""
    buyer = buyer_of(request)
    browser = buyer.browser and AS_GIVER + buyer.browser
    return replace(buyer, key=AS_GIVER + buyer.key, browser=browser)


def is_known(request: HttpRequest) -> bool:
    """Whether this account or browser may have begun a purchase; asking leaves no trace."""
    return request.user.is_authenticated or SESSION_KEY in request.session


def is_theirs(request: HttpRequest, purchase: Purchase) -> bool:
    """Whether this account, or this browser before it had one, began the purchase."""
    if purchase.user_id is not None:
        return purchase.user_id == request.user.pk
    name = purchase.buyer.removeprefix(AS_GIVER)
    return purchase.claimed_at is None and name == request.session.get(SESSION_KEY)
