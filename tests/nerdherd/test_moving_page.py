"""The page of moving in over HTTP: looked at, corrected, brought in, again; and who may."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from billing.models import Membership
from courses.models import Post, SimilarPost
from nerdherd.accounts.models import User
from nerdherd.lib.worker import attempt
from nerdherd.moving.models import LEASE, Move
from nerdherd.moving.work import forget_old, go_through_next
from tests import cast
from tests.billing.test_owners_desk import desk, support
from tests.library import post

pytestmark = pytest.mark.django_db
PAGE = "/admin/moving/"
TWO = "Name,Slug,Teaser,Colour\nRepair first,repair-first,How to.,red\n,no-title,,\n"


@pytest.fixture
def ed() -> Client:
    return desk(cast.ed())


def bring(client: Client, text: str, kind: str = "posts"):
    file = SimpleUploadedFile("export.csv", text.encode())
    return client.post(PAGE, {"kind": kind, "file": file})


def looked_at(client: Client, text: str = TWO, kind: str = "posts") -> str:
    """The address of a file that the worker has looked at."""
    address = bring(client, text, kind)["Location"]
    assert "Being looked at" in client.get(address).text
    assert go_through_next()
    return address


def counts(client: Client, address: str) -> list[int]:
    """New, changed, unchanged, left out."""
    return [count for _, count in client.get(address).context["move"].counts]


def press(client: Client, address: str, act: str, **typed: str) -> int:
    return client.post(f"{address}{act}/", typed).status_code


def test_a_file_is_looked_at_then_brought_in_and_again_changes_nothing(ed):
    address = looked_at(ed)
    page = ed.get(address)
    assert counts(ed, address) == [1, 0, 0, 1]
    assert "it has no title" in page.text
    assert "Not used: Colour." in page.text
    assert not Post.objects.exists()

    assert press(ed, address, "bringing") == 302
    assert ed.get(f"{address}standing/").json() == {"is_over": False, "rows": 2, "done": 0}
    assert go_through_next()
    assert Post.objects.get().summary == "How to."
    assert ed.get(f"{address}standing/").json()["is_over"]
    again = looked_at(ed)
    assert counts(ed, again) == [0, 0, 1, 1]
    assert not go_through_next()


def test_what_was_guessed_wrong_is_corrected(ed):
    address = looked_at(ed, "Name,Slug,Colour\nRepair first,repair-first,How to.\n")
    assert press(ed, address, "columns", title="Name", slug="Slug", summary="Colour") == 302
    assert go_through_next()
    assert press(ed, address, "bringing") == 302
    assert go_through_next()
    assert Post.objects.get().summary == "How to."
    refused = ed.post(f"{address}columns/", {"slug": "Slug", "summary": "Nowhere"})
    assert refused.status_code == 422
    assert "This field is required" in refused.text


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(ed):
    for text, reason in (("", "empty"), ("a,b\n\x00,c\n", "no CSV file"), ("a\n1,2\n", "Row 2")):
        answer = bring(ed, text)
        assert answer.status_code == 422
        assert reason in answer.text
    assert not Move.objects.exists()


def test_a_worker_that_died_is_followed_by_another(ed):
    address = looked_at(ed)
    press(ed, address, "bringing")
    Move.objects.update(held_until=timezone.now() + LEASE)
    assert not go_through_next()
    assert press(ed, address, "bringing") == 302  # nor does a second press begin a second one
    Move.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert go_through_next()
    assert Post.objects.count() == 1


def test_when_it_breaks_off_it_says_so_and_can_be_tried_again(ed):
    address = looked_at(ed)
    kept = str(Move.objects.get().file)
    content = storages["gated"].open(kept).read()
    storages["gated"].delete(kept)
    press(ed, address, "bringing")
    assert not attempt(go_through_next)
    page = ed.get(address).text
    assert "It broke off" in page
    assert "Try again" in page
    storages["gated"].save(kept, io.BytesIO(content))
    press(ed, address, "bringing")
    assert go_through_next()
    assert Post.objects.count() == 1


def test_the_report_names_every_row(ed):
    address = looked_at(ed)
    answer = ed.get(f"{address}report.csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert rows[1:] == [
        ["2", "repair-first", "created", ""],
        ["3", "no-title", "skipped", "it has no title"],
    ]


def test_the_file_goes_when_it_is_told_to_or_after_thirty_days(ed):
    address, other = looked_at(ed), looked_at(ed)
    names = list(Move.objects.values_list("file", flat=True))
    assert press(ed, address, "forgetting") == 302
    forget_old()
    assert ed.get(other).status_code == 200
    Move.objects.update(created_at=timezone.now() - timedelta(days=31))
    forget_old()
    assert ed.get(other).status_code == 404
    assert not any(storages["gated"].exists(name) for name in names)


def test_everybody_brings_in_what_is_theirs(client):
    olga, sue, ed = desk(cast.olga()), desk(support()), desk(cast.ed())
    members = looked_at(olga, "email\nnew@example.com\n", kind="members")
    assert press(olga, members, "bringing") == 302
    assert go_through_next()
    assert Membership.objects.live().get().user == User.objects.get(email="new@example.com")
    posts = looked_at(olga)

    assert [one.get(members).status_code for one in (ed, sue)] == [404, 200]
    assert [one.get(posts).status_code for one in (ed, sue)] == [200, 404]
    assert press(ed, members, "forgetting") == 404
    assert bring(ed, "email\nx@example.com\n", kind="members").status_code == 422
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    client.force_login(cast.mona())
    assert client.get(posts).status_code == 302


def test_what_is_taken_along_can_be_brought_in_again_without_loss(ed):
    soon = timezone.now().replace(microsecond=0) + timedelta(days=3)
    first = post(
        "First", topics=("Shame", "Repair"), body='<h2>A</h2><p>One, <em>two</em>; "three".</p>'
    )
    post("Second", access="free_until", free_until=soon, published_at=soon, age="teen")
    post("=Third", slug="third", published_at=None)
    SimilarPost.objects.create(
        post=first, other=Post.objects.get(slug="third"), is_pinned=True, rank=1
    )
    fields = ("title", "slug", "summary", "body", "age", "access", "free_until", "published_at")
    topics = sorted(first.topics.values_list("name", flat=True))
    before = list(Post.objects.order_by("slug").values_list(*fields))
    taken = ed.get("/admin/posts.csv").getvalue().decode()

    Post.objects.all().delete()
    address = looked_at(ed, taken)
    press(ed, address, "bringing")
    assert go_through_next()
    assert counts(ed, address) == [3, 0, 0, 0]
    assert list(Post.objects.order_by("slug").values_list(*fields)) == before
    brought = Post.objects.get(slug="first")
    assert sorted(brought.topics.values_list("name", flat=True)) == topics
    assert brought.similar.filter(is_pinned=True).get().other.slug == "third"
    assert desk(support()).get("/admin/posts.csv").status_code == 403


def test_members_taken_along_come_back_as_they_were():
    mona, rex = cast.mona(), cast.rex()
    olga = desk(cast.olga())
    since = Membership.objects.get(user=mona).granted_at.replace(microsecond=0)
    taken = olga.get("/admin/money/members.csv").getvalue().decode()
    mona.delete(), rex.delete()
    address = looked_at(olga, taken, kind="members")
    assert counts(olga, address) == [1, 0, 0, 1]
    press(olga, address, "bringing")
    assert go_through_next()
    again = Membership.objects.live().get()
    assert (again.user, again.granted_at) == (User.objects.get(email="mona@example.com"), since)
