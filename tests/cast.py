"""The people of the tests: each is one way to stand towards the site."""

import time
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from billing.models import Membership
from nerdherd.accounts.models import User


def person(name: str, **fields) -> User:
    """Somebody with an account and nothing else."""
    return User.objects.create_user(f"{name}@example.com", **fields)


def rui() -> User:
    """Signed up, not a member."""
    return person("rui")


def mona() -> User:
    """A member."""
    user = person("mona")
    Membership.objects.create(user=user, source=Membership.Source.STAFF)
    return user


def rex() -> User:
    """Was a member once."""
    user = person("rex")
    Membership.objects.create(user=user, source=Membership.Source.STAFF).revoke()
    return user


def ed() -> User:
    """An editor."""
    user = person("ed", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def sue() -> User:
    """Of the support: sees people and payments, edits nothing."""
    user = person("sue", is_staff=True)
    user.groups.add(Group.objects.get(name="Support"))
    return user


def both_factors(user: User) -> dict[str, Any]:
    """What stands in the session of somebody of the staff who has shown a second factor."""
    if not user.is_staff:
        return {}
    return {
        "account_authentication_methods": [{"method": "mfa", "at": time.time()}],
        "account_authentication_methods_user": str(user.pk),
    }


def enter(client: Client, who: str) -> None:
    """Sign `client` in as `mona`, as the `support`, or out as `nobody`."""
    client.logout()
    if who != "nobody":
        client.force_login({"mona": mona, "support": sue}[who]())


def olga() -> User:
    """The owner."""
    return User.objects.create_superuser("olga@example.com")
