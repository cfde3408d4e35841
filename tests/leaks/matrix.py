"""What every address answers to every kind of person, on a library that has one of each thing."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from billing.models import Gift, Invitation, StripeEvent
from courses.models import DraftLink, PodcastKey, Post, Upload
from nerdherd.accounts.models import User
from nerdherd.moving.models import Move
from tests.addresses import filled, routes
from tests.courses.shelf import ATTEMPT
from tests.leaks.plants import plant

CAST = ("nobody", "rui", "rex", "mona", "sue", "ed", "olga")


def own_routes() -> list[str]:
    """Every route but those of the admin's own tables, which have a table in test_roles."""
    of_tables = {"admin/" + str(entry) for entry in routes(patterns=admin.site.urls[0])}
    return sorted(set(routes()) - of_tables)


def statuses() -> dict[str, tuple[str, str]]:
    """By route: what GET and POST answer to each of `CAST`; `in`: it leads to the sign-in."""
    plants = plant()
    things = _things(plants.people["mona"], plants.people["ed"])
    sue = User.objects.create_user("sue@example.com", is_staff=True)
    sue.groups.add(Group.objects.get(name="Support"))
    people = {**plants.people, "sue": sue}
    sessions = [_session(people.get(who)) for who in CAST]
    return {route: _row(_address(route, things), sessions) for route in own_routes()}


def _session(person: User | None) -> str:
    client = Client()
    if person:
        client.force_login(person)
    return client.cookies.output(header="", sep=";").partition(";")[0].strip()


def _things(mona: User, ed: User) -> dict[str, dict[str, object]]:
    """What stands in an address, by how the address begins; the longest beginning counts."""
    shut = Post.objects.get(slug="shut-members")
    draft = Post.objects.filter(published_at=None).get()
    link = DraftLink.objects.create(post=draft, made_by=ed)
    event = StripeEvent.objects.create(event_id="evt_1", type="x")
    upload = Upload.objects.create(
        editor=ed, file_name="nap.mp4", size=9, part_size=9, key="uploads/x"
    )
    move = Move.objects.create(kind="posts", name="posts.csv", by=ed)
    film = {"video": shut.video.pk, "attempt": ATTEMPT, "name": "360.mp4", "language": "en"}
    return {
        "": {"slug": shut.slug, "language": "en", "section": "posts", "reader": "visitor"},
        "watch/": {**film, "pass_": "free"},
        "topics/": {"slug": "sleep"},
        "series/": {"slug": "evenings"},
        "situations/": {"slug": "night-members"},
        "drafts/": {"key": link.key},
        "feed/": {"key": PodcastKey.objects.get(person=mona).key, "slug": shut.slug},
        "gift/": {"code": Gift.objects.get().code},
        "partner/": {"token": Invitation.objects.get().token},
        "admin/posts/": {"pk": draft.pk, "number": 90, "since": 90, "reader": "visitor"},
        "admin/videos/": {"pk": shut.video.pk},
        "admin/links/": {"pk": link.pk},
        "admin/uploads/": {"pk": upload.pk},
        "admin/moving/": {"pk": move.pk},
        "admin/money/events/": {"pk": event.pk},
    }


def _address(route: str, things: dict[str, dict[str, object]]) -> str:
    beginning = max((begin for begin in things if route.startswith(begin)), key=len)
    return filled(route, **things[beginning])


def _row(address: str, sessions: list[str]) -> tuple[str, str]:
    get = (_status(address, "GET", session) for session in sessions)
    post = (_status(address, "POST", session) for session in sessions)
    return " ".join(get), " ".join(post)


def _status(address: str, method: str, session: str) -> str:
    """Of one request; what it changes is taken back."""
    cache.clear()
    before = transaction.savepoint()
    answer = Client().generic(method, address, headers={"Cookie": session})
    transaction.savepoint_rollback(before)
    leads_in = answer.get("Location", "").startswith("/accounts/login/")
    return "in" if leads_in else str(answer.status_code)
