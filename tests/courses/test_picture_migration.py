"""Covers from before there was a shelf: they find their pictures, and lose nothing on the way back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from courses.models import Picture, Post

BEFORE = "0012_editing"
COPIES = {"name": "pictures/a", "width": 1280, "height": 720, "widths": [480, 960, 1280]}
OLDER = {"name": "pictures/b", "width": 480, "height": 360, "widths": [480]}


def to(name: str):
    """The models as they were there, and the tables too."""
    MigrationExecutor(connection).migrate([("courses", name)])
    return MigrationExecutor(connection).loader.project_state([("courses", name)]).apps


def to_today() -> None:
    [(_, name)] = MigrationExecutor(connection).loader.graph.leaf_nodes("courses")
    to(name)


@pytest.fixture
def old_library(transactional_db):
    """Back to when covers were files; whatever happens, the tables are today's at the end."""
    yield to(BEFORE)
    to_today()


def test_covers_of_posts_and_versions_go_there_and_back(old_library):
    posts, versions = (
        old_library.get_model("courses", name).objects for name in ("Post", "Version")
    )
    with_one = posts.create(
        title="One", slug="one", picture="pictures/a-1280.webp", picture_alt="Two hands", picture_copies=COPIES,
        access="free", published_at="2026-01-01T00:00Z", body="", opening="",
    )  # fmt: skip
    posts.create(title="None", slug="none", body="", opening="")
    was = {
        "title": "One",
        "picture": "pictures/b-480.webp",
        "picture_alt": "",
        "picture_copies": OLDER,
    }
    version = versions.create(post=with_one, number=1, fields=was)
    bare = {"title": "One", "picture": "", "picture_alt": "", "picture_copies": None}
    versions.create(post=with_one, number=2, fields=bare)

    to_today()
    now = Post.objects.get(slug="one")
    assert now.picture
    assert (now.picture.name, now.picture.alt, now.picture.copies) == (
        "pictures/a",
        "Two hands",
        COPIES,
    )
    assert "/media/pictures/a-960.webp" in Client().get("/posts/one/").text
    older = Picture.objects.get(name="pictures/b")
    assert [*older.versions.values_list("pk", flat=True)] == [version.pk]
    assert [kept.fields.get("picture_id") for kept in now.versions.all()] == [None, older.pk]
    assert not Picture.objects.unused().exists()

    back = to(BEFORE)
    posts, versions = (back.get_model("courses", name).objects for name in ("Post", "Version"))
    found = posts.get(slug="one")
    assert (found.picture.name, found.picture_copies) == ("pictures/a-1280.webp", COPIES)
    assert posts.get(slug="none").picture.name == ""
    assert [kept.fields for kept in versions.order_by("number")] == [was, bare]
