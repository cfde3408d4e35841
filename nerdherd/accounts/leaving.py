"""Leaving: an account is deleted a week after its owner has asked for it, and with it the name."""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from nerdherd.accounts.models import AddressCode, User
from nerdherd.accounts.people import addresses_of
from nerdherd.lib import emails
from nerdherd.lib.audit import Kind, note, person

GRACE = timedelta(days=7)
GOODBYE = "goodbye:"


def may_leave(user: User) -> bool:
    """Whether they can do it by themselves: who may do more than others must first do no more."""
    return not (user.is_staff or user.is_superuser)


@transaction.atomic
def ask(user: User) -> None:
    """Have an account deleted when the days of grace are over, and say so by mail; once."""
    mine = User.objects.filter(pk=user.pk, leaves_at=None, is_staff=False, is_superuser=False)
    leaves_at = timezone.now() + GRACE
    if mine.update(leaves_at=leaves_at):
        note(Kind.ACCOUNT, person(user.pk), "asked to be deleted")
        emails.post(user.email, "emails/leaving", {"leaves_at": leaves_at})


@transaction.atomic
def stay(user: User) -> bool:
    """Take it back; False when nobody had asked for it."""
    if not User.objects.filter(pk=user.pk, leaves_at__isnull=False).update(leaves_at=None):
        return False
    note(Kind.ACCOUNT, person(user.pk), "stays after all")
    return True


def finish_due() -> None:
    """Delete the accounts whose days of grace are over."""
    # Of the last mail to somebody nothing stays once it has gone.
    emails.forget_sent(GOODBYE)
    for pk in _due().values_list("pk", flat=True):
        _finish(pk)


def _due() -> Any:
    return User.objects.filter(leaves_at__lte=timezone.now(), is_staff=False, is_superuser=False)


@transaction.atomic
def _finish(pk: int) -> None:
    """Delete one, unless they have come back at this very moment."""
    user = _due().select_for_update().filter(pk=pk).first()
    if user is None:
        return
    goodbye = emails.compose(user.email, "emails/goodbye", {}, key=f"{GOODBYE}{pk}")
    user.delete()
    emails.post_all([goodbye])


def forget(sender: type[User], instance: User, **kwargs: Any) -> None:
    """Before an account is deleted, by whomever: what holds its addresses and hangs on no key."""
    note(Kind.ACCOUNT, person(instance.pk), "deleted")
    addresses = addresses_of(instance)
    emails.forget(addresses)
    AddressCode.objects.filter(email__in=addresses).delete()
    keys = UserSession.objects.filter(user=instance).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
    named = Q()
    for address in addresses:
        named |= Q(object_repr__icontains=address) | Q(change_message__icontains=address)
    LogEntry.objects.filter(named).update(object_repr="", change_message="")
