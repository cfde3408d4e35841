"""Who may do what in the admin: every table of it, every act, every kind of person."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Gift, Membership, Purchase, StripeEvent
from courses.models import Picture, Redirect, SearchMiss, Series, Situation, Synonyms, Topic, Video
from nerdherd.accounts.models import User
from nerdherd.lib.models import AuditLine
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db

ALL = {"look", "add", "change", "delete"}
READ = {"look"}
# What Editors, Support and owners may do; a table without a row here fails, and so does a new right.
ROWS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "courses.Picture": (ALL, set(), ALL),
    "courses.Post": (ALL, set(), ALL),
    "courses.Redirect": (ALL, set(), ALL),
    "courses.SearchMiss": ({"look", "delete"}, set(), {"look", "delete"}),
    "courses.Series": (ALL, set(), ALL),
    "courses.Situation": (ALL, set(), ALL),
    "courses.Synonyms": (ALL, set(), ALL),
    "courses.Topic": (ALL, set(), ALL),
    "courses.Video": ({"look", "change"}, set(), {"look", "change"}),
    "billing.Gift": (set(), READ, READ),
    "billing.Membership": (set(), {"look", "add"}, {"look", "add"}),
    "billing.Purchase": (set(), READ, READ),
    "billing.StripeEvent": (set(), READ, READ),
    "accounts.User": (set(), READ, ALL),
    "auth.Group": (set(), set(), ALL),
    "account.EmailAddress": (set(), set(), ALL),
    "mfa.Authenticator": (set(), set(), {"look", "delete"}),
    "lib.AuditLine": (set(), set(), READ),
}
LABELS = sorted(model._meta.label for model in admin.site._registry)


def purchase() -> Purchase:
    return Purchase.objects.create(buyer="browser:x", amount_cents=2900, currency="usd")


MADE: dict[str, Callable[[], Model]] = {
    "courses.Picture": lambda: Picture.objects.create(name="pictures/a", width=960, height=540),
    "courses.Post": post,
    "courses.Redirect": lambda: Redirect.objects.create(path="/old/", to_path="/new/"),
    "courses.SearchMiss": lambda: SearchMiss.objects.create(
        day=timezone.localdate(), query="zebra"
    ),
    "courses.Series": lambda: Series.objects.create(title="Sleep", slug="sleep"),
    "courses.Situation": lambda: Situation.objects.create(name="Night", slug="night"),
    "courses.Synonyms": lambda: Synonyms.objects.create(words="nap, sleep"),
    "courses.Topic": lambda: Topic.objects.create(name="Sleep", slug="sleep"),
    "courses.Video": lambda: Video.objects.create(post=post()),
    "billing.Gift": lambda: Gift.objects.create(
        purchase=purchase(), from_name="Vera", to_name="Rui"
    ),
    "billing.Membership": lambda: Membership.objects.create(source="staff"),
    "billing.Purchase": purchase,
    "billing.StripeEvent": lambda: StripeEvent.objects.create(event_id="evt_1", type="x"),
    "accounts.User": cast.rui,
    "auth.Group": lambda: Group.objects.create(name="Friends"),
    "account.EmailAddress": lambda: EmailAddress.objects.create(
        user=cast.rui(), email="rui@example.com"
    ),
    "mfa.Authenticator": lambda: Authenticator.objects.create(
        user=cast.rui(), type="webauthn", data={"name": "Key", "credential": {}}
    ),
    "lib.AuditLine": lambda: AuditLine.objects.create(kind="price", on="offer", what="2900 usd"),
}


def browser_of(person: User | AnonymousUser) -> Client:
    client = Client()
    if isinstance(person, User):
        client.force_login(person)
    return client


def allowed(client: Client, thing: Model) -> set[str]:
    """The acts whose pages open, and whose forms are taken, for somebody."""
    name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}"
    page = reverse(f"{name}_change", args=[thing.pk])
    asked = {
        "look": [client.get(reverse(f"{name}_changelist")), client.get(page)],
        "add": [client.get(reverse(f"{name}_add")), client.post(reverse(f"{name}_add"), {})],
        "change": [client.post(page, {})],
        "delete": [client.get(reverse(f"{name}_delete", args=[thing.pk]))],
    }
    answers = {act: {answer.status_code for answer in said} for act, said in asked.items()}
    assert all(len(codes) == 1 or codes == {200, 302} for codes in answers.values()), answers
    return {act for act, codes in answers.items() if codes <= {200, 302} and 200 in codes}


def test_every_table_of_the_admin_has_a_row_and_no_row_is_of_nothing():
    assert LABELS == sorted(ROWS) == sorted(MADE)


@pytest.mark.parametrize("label", LABELS)
def test_everybody_may_do_what_the_row_says_and_no_more(label):
    thing = MADE[label]()
    editors, support, owners = ROWS[label]
    people: list[tuple[User | AnonymousUser, set[str]]] = [
        (AnonymousUser(), set()),
        (cast.mona(), set()),
        (cast.ed(), editors),
        (cast.sue(), support),
        (cast.olga(), owners),
    ]
    for person, may in people:
        assert allowed(browser_of(person), thing) == may, person


# The pages beside the tables, by the beginning of their addresses: who is let in.
ROOMS = {
    "admin/money/": {"sue", "olga"},
    "admin/moving/": {"ed", "sue", "olga"},
    "admin/posts.csv": {"ed", "olga"},
    "admin/numbers.csv": {"ed", "olga"},
    "admin/?month=2026-11": {"ed", "sue", "olga"},
}


@pytest.mark.parametrize("address", ROOMS)
def test_the_rooms_beside_the_tables(address):
    for name in ("mona", "ed", "sue", "olga"):
        person = getattr(cast, name)()
        status = browser_of(person).get(f"/{address}", follow=True).status_code
        assert status == (200 if name in ROOMS[address] else 403), name
    strangers = Client().get(f"/{address}", follow=True)
    assert strangers.redirect_chain[-1][0].startswith("/accounts/login/")


def test_editors_and_support_cannot_give_themselves_more():
    for person in (cast.ed(), cast.sue()):
        page = f"/admin/accounts/user/{person.pk}/change/"
        form = {"email": person.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        assert browser_of(person).post(page, form).status_code == 403
        assert not User.objects.get(pk=person.pk).is_superuser


def test_support_gives_takes_back_and_refunds_and_an_editor_does_not(stripe):
    rui, sold = cast.rui(), purchase()
    for person, may in ((cast.ed(), False), (cast.sue(), True)):
        client = browser_of(person)
        given = client.post("/admin/billing/membership/add/", {"user": rui.pk, "note": ""})
        assert (given.status_code == 302) is may
        assert Membership.objects.live().exists() is may
        chosen = {
            "action": "take_back",
            "_selected_action": [row.pk for row in Membership.objects.all()],
        }
        client.post("/admin/billing/membership/", chosen)
        assert not Membership.objects.live().exists()
        refund = client.post(f"/admin/billing/purchase/{sold.pk}/refund/", follow=True)
        assert (refund.status_code == 200) is may
