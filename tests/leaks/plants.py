"""A small library in which every secret holds a word that is nowhere else."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.crypto import get_random_string

from billing.models import Gift, Invitation, Membership, Purchase
from courses.models import (
    Caption,
    DraftLink,
    Picture,
    PodcastKey,
    Post,
    Progress,
    Series,
    Situation,
    Topic,
)
from courses.models.version import Version, snapshot
from nerdherd.accounts.models import User
from nerdherd.lib.stores import gated_storage
from tests.courses.shelf import ATTEMPT, on_the_shelf, worker_looked
from tests.library import post


@dataclass
class Plants:
    """The words, by what they were planted in; and the people who look for them."""

    members: dict[str, str] = field(default_factory=dict)  # for who has joined
    hidden: dict[str, str] = field(default_factory=dict)  # for editors
    personal: dict[str, str] = field(default_factory=dict)  # Mona's own
    people: dict[str, User] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)  # that opened something once

    def word(self, kind: str, what: str) -> str:
        """A new word for `what`."""
        made = "canary" + get_random_string(16, "abcdefghijklmnopqrstuvwxyz")
        getattr(self, kind)[what] = made
        return made


def plant() -> Plants:
    """Rui, Rex, Mona, Ed and Olga; posts for everybody, for members, and not out yet."""
    plants = Plants()
    _people(plants)
    for access in (Post.Access.MEMBERS, Post.Access.FREE_UNTIL):
        _members_post(plants, access)
    _hidden_posts(plants)
    on_the_shelf(post("Open nap", topics=("Sleep",)))
    _belongings(plants)
    worker_looked()
    return plants


def _people(plants: Plants) -> None:
    mail = f"{plants.word('personal', 'address')}@example.com"
    name = plants.word("personal", "name")
    plants.people = {
        "rui": User.objects.create_user("rui@example.com"),
        "rex": User.objects.create_user("rex@example.com"),
        "mona": User.objects.create_user(mail, name=name),
        "ed": User.objects.create_user("ed@example.com", is_staff=True),
        "olga": User.objects.create_superuser("olga@example.com"),
    }
    plants.people["ed"].groups.add(Group.objects.get(name="Editors"))
    Membership.objects.create(user=plants.people["mona"], source="staff")
    Membership.objects.create(user=plants.people["rex"], source="staff").revoke()


def _members_post(plants: Plants, access: str) -> None:
    """An article with a film, whose secrets begin where the opening ends."""

    def word(what: str) -> str:
        return plants.word("members", f"{what} ({access})")

    body = (
        "<p>The opening is for everybody, a few friendly words to begin with.</p>"
        "<p>" + "Then comes what members came for. " * 20 + "</p>"
        f"<h2>A heading {word('heading')}</h2><p>The zebrafish {word('text')} sings.</p>"
        f"<blockquote><p>A quoted heron {word('quote')}</p></blockquote>"
        f'<p><a href="https://example.org/{word("link")}">a link</a></p>'
        f'<img src="/media/{_picture(plants, access)}-900.webp" alt="{word("picture")}">'
    )
    series = Series.objects.get_or_create(title="Evenings", slug="evenings")[0]
    made = post(
        f"Shut {access}", topics=("Sleep",), body=body, access=access, series=series,
        free_until=timezone.now() - timedelta(hours=1) if access == "free_until" else None,
    )  # fmt: skip
    Situation.objects.create(name=f"At night {access}", slug=f"night-{access}").posts.add(made)
    video = on_the_shelf(made, opening_seconds=5, opening_made=5).video
    gated_storage().delete(f"videos/{video.pk}/{ATTEMPT}/video.mp4")
    film = ContentFile(f"film {word('film')}".encode())
    gated_storage().save(f"videos/{video.pk}/{ATTEMPT}/video.mp4", film)
    video.chapters = f"0:00 Hello\n0:30 Later {word('chapter')}"
    video.save()
    for language in ("en", "es"):
        said = f"WEBVTT\n\n00:00:07.000 --> 00:00:09.000\na walrus {word('captions ' + language)}\n"
        Caption.objects.update_or_create(video=video, language=language, defaults={"text": said})


def _picture(plants: Plants, access: str) -> str:
    """What the shelf calls a picture of a text."""
    name = get_random_string(20)
    plants.members[f"name of a picture ({access})"] = name.lower()
    return Picture.objects.create(name=f"pictures/{name}", width=900, height=600).name


def _hidden_posts(plants: Plants) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    for state, moment in (("draft", None), ("scheduled", tomorrow)):

        def word(what: str, state: str = state) -> str:
            return plants.word("hidden", f"{what} ({state})")

        made = post(
            f"Not out {word('title')}", slug=word("slug"), summary=f"A summary {word('summary')}",
            body=f"<p>An opening of the ocelot {word('text')}.</p>", published_at=moment,
            topics=("Sleep",), picture_alt=word("picture"),
        )  # fmt: skip
        made.series = Series.objects.get(slug="evenings")
        made.save()
        caption = on_the_shelf(made).video.captions.get()
        caption.text += f"\n00:00:10.000 --> 00:00:11.000\n{word('captions')}\n"
        caption.save()
        earlier = snapshot(made) | {"title": word("earlier title")}
        Version.objects.create(post=made, number=90, fields=earlier)
        link = DraftLink.objects.create(
            post=made, made_by=plants.people["ed"], revoked_at=timezone.now()
        )
        plants.keys.append(link.key)
    Topic.objects.create(name="Ferrets", slug="ferrets")


def _belongings(plants: Plants) -> None:
    """What is Mona's: keys, a gift she bought, whom she invited, what she watched and typed."""
    mona, rex = plants.people["mona"], plants.people["rex"]
    PodcastKey.objects.create(
        person=mona, key=plants.word("personal", "podcast"), made_at=timezone.now()
    )
    PodcastKey.objects.create(person=rex, key="thekeythatrexhadonce", made_at=timezone.now())
    plants.keys.append("thekeythatrexhadonce")
    Invitation.objects.create(inviter=mona, token=plants.word("personal", "invitation"))
    bought = Purchase.objects.create(
        buyer=f"user:{mona.pk}", user=mona, kind="gift", amount_cents=2900, currency="usd",
        status="paid", paid_at=timezone.now(), email=f"{plants.word('personal', 'payer')}@example.com",
    )  # fmt: skip
    Gift.objects.create(
        purchase=bought, code=plants.word("personal", "gift code"), from_name="M",
        to_name=plants.word("personal", "recipient"), message=plants.word("personal", "card"),
    )  # fmt: skip
    for watched in Post.objects.published():
        Progress.objects.create(person=mona, post=watched, place=30, seen_at=timezone.now())
