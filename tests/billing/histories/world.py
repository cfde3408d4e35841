"""The world of one history: the people, Stripe, the site's empty database, and what was seen so far."""

import logging
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import cache
from unittest import mock

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.core.cache import cache as cache_of_the_site
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.crypto import get_random_string

from billing import gateway
from billing.models import Purchase, StripeEvent
from billing.standin import ledger as standin_ledger
from nerdherd.accounts.models import AddressCode, User
from nerdherd.lib.models import OutboxMail
from nerdherd.lib.sessions import SessionStore
from tests.billing.histories import stripe_inside
from tests.billing.histories.books import Books
from tests.billing.histories.clock import Clock
from tests.billing.histories.fate import Fate
from tests.billing.histories.stripe_inside import StripeInside
from tests.cast import both_factors

# Emptied for every history, together with whatever refers to them.
TABLES = [Purchase, StripeEvent, OutboxMail, AddressCode, Session, User]
SETTINGS = {
    "STRIPE_SECRET_KEY": stripe_inside.KEY,
    "STRIPE_API_BASE": stripe_inside.BASE,
    "STRIPE_WEBHOOK_SECRETS": [stripe_inside.SECRET],
    "OFFER_PRICE_CENTS": 2900,
    # How often one browser may try is another test's matter.
    "ACCOUNT_RATE_LIMITS": False,
}


class Idle(Exception):
    """An act found nothing to act upon."""


class Person:
    """Somebody with one mailbox and one browser, signed in or not."""

    def __init__(self, name: str) -> None:
        self.name, self.email = name, f"{name}@example.com"
        self.browser = Client()
        self.shown: list[str] = []  # the sessions whose payment page they have seen

    def __repr__(self) -> str:
        return self.name

    def account(self) -> User | None:
        """Their account as it is now, if there is one."""
        return User.objects.filter(email=self.email).first()

    def code(self) -> str:
        """The newest six-digit code in their mailbox."""
        mine = OutboxMail.objects.filter(to=self.email, key__startswith="once:")
        mails = mine.order_by("pk")
        found = [re.search(r"^    (\d{6})$", mail.text, re.MULTILINE) for mail in mails]
        codes = [match[1] for match in found if match]
        return codes[-1] if codes else "000000"


class World:
    """Everything that a history happens to."""

    def __init__(self) -> None:
        self.clock, self.fate = Clock(), Fate()
        self.stripe = StripeInside(self.clock, self.fate)
        self.stranger = Client()
        self.people = [Person("rui"), Person("gita"), Person("vera")]
        self.owner = Person("olga")
        self.price = 2900
        self.prices = {self.price}
        self.lost: set[str] = set()  # events that will never be delivered
        self.lies: set[str] = set()  # events that never happened
        self.actors: set[Person] = set()  # who does something in this step
        self.has_two_tabs = False
        self.began: dict[str, set[Person]] = {}  # by a purchase's reference: who may have begun it
        self.owners: dict[int, Person | None] = {}  # by a purchase: whose it was last
        self.opened: dict[int, Person | None] = {}  # by a gift: by whom
        self.said: dict[str, set[str]] = {}  # by session: what the site may have made of it last
        self._books = Books([], [], [], [], {})
        self.closed: set[int] = set()  # purchases whose access a person has ended for good

    def fresh_step(self) -> None:
        """A step begins, in which nobody has done anything."""
        self.actors, self.has_two_tabs = set(), False
        self.stripe.fresh_step()

    def books(self) -> Books:
        """The books as they are now."""
        if self.fate.has_written:
            self._books, self.fate.has_written = Books.read(), False
        return self._books

    def whose(self, email: str) -> Person | None:
        """The person whose mailbox that is."""
        return next((person for person in self.people if person.email == email), None)


@contextmanager
def a_world() -> Iterator[World]:
    """A new world on an empty database; the site lives in it until the context is left."""
    world = World()
    patches = [
        override_settings(**SETTINGS),
        mock.patch.object(gateway, "_client", lambda key, base: world.stripe.client),
        mock.patch.object(timezone, "now", world.clock.now),
        # Its ids would be others at every replay.
        mock.patch.object(standin_ledger, "secrets", random.Random(0)),
    ]
    with ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        _settle_in(world)
        stack.enter_context(world.fate.watching())
        yield world


@cache
def _emptying() -> list[str]:
    """The statements after which the first row is row 1 again, so that a replay names the same."""
    tables = [model._meta.db_table for model in TABLES]
    return connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)


@transaction.atomic
def _settle_in(world: World) -> None:
    cache_of_the_site.clear()
    ContentType.objects.clear_cache()
    with connection.cursor() as cursor:
        for statement in _emptying():
            cursor.execute(statement)
    owner = User(email=world.owner.email, is_staff=True, is_superuser=True, password="!")
    guests = [User(email=person.email, password="!") for person in world.people[:2]]
    users = User.objects.bulk_create([owner, *guests])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    signed_in = zip([world.owner, *world.people], users, strict=False)
    Session.objects.bulk_create(_session(person.browser, user) for person, user in signed_in)


def _session(browser: Client, user: User) -> Session:
    """What signing in leaves behind, for one statement instead of a dozen."""
    key = get_random_string(32, VALID_KEY_CHARS)
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    said = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        **both_factors(user),
    }
    ends = timezone.now() + timedelta(days=90)
    return Session(session_key=key, session_data=SessionStore().encode(said), expire_date=ends)
