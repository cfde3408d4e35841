"""Hearing of changes: every one that a page shows, on both databases, and not the worker's notes."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Post, Series, SimilarPost, Situation, Topic, Video
from nerdherd import changes
from nerdherd.lib.headers import FOR_EVERYBODY
from tests import cast
from tests.courses.films import film, prepared
from tests.library import members_post, post

OF_THE_READER = {"django_session", "accounts_user", "billing_membership", "courses_progress", "courses_saved"}  # fmt: skip


def tables_read(client: Client, *paths: str) -> set[str]:
    with CaptureQueriesContext(connection) as queries:
        for path in paths:
            assert client.get(path).status_code == 200, path
    said = " ".join(query["sql"] for query in queries)
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', said))


@pytest.mark.django_db
def test_whatever_the_kept_pages_read_is_listened_to():
    shelf = Series.objects.create(title="Nights", slug="nights")
    shown = prepared(film()).post
    Post.objects.filter(pk=shown.pk).update(series=shelf, episode=1)
    other = post("Nap", topics=("Sleep",))
    SimilarPost.objects.create(post=shown, other=other)
    Situation.objects.create(name="Won’t sleep", slug="wont-sleep").posts.add(other)
    paths = [
        "/", "/accessibility/", "/posts/", "/posts/nap/", shown.get_absolute_url(),
        "/topics/sleep/", "/series/nights/", "/situations/wont-sleep/", "/join/", "/feed/",
        "/sitemap.xml", "/sitemap-posts.xml", "/robots.txt",
    ]  # fmt: skip
    assert len(paths) == len(FOR_EVERYBODY) + 1  # an article's page and a video's
    listened = {model._meta.db_table for model, _ in changes.tables_shown()}
    assert len(listened) == len(changes.SHOWN)
    read = tables_read(Client(), *paths)
    assert read <= listened
    assert {"courses_post", "courses_similarpost", "courses_situation", "courses_series"} <= read
    member = Client()
    member.force_login(cast.mona())
    member.get("/")
    assert tables_read(member, "/posts/nap/", shown.get_absolute_url()) <= listened | OF_THE_READER


class TestWhatCounts:
    """Each in a transaction of its own, as it is in life."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_every_way_to_change_something(self):
        nap = post("Nap", topics=("Sleep",))
        sleep = Topic.objects.get()
        steps = [
            lambda: Post.objects.filter(pk=nap.pk).update(title="Naps"),
            lambda: nap.save(),
            lambda: Topic.objects.update(name="Nights"),
            lambda: nap.topics.clear(),
            lambda: nap.topics.add(sleep),
            lambda: SimilarPost.objects.create(post=nap, other=members_post()),
            lambda: SimilarPost.objects.update(is_pinned=True),
            lambda: Post.objects.bulk_create([Post(title="Many", slug="many")]),
            lambda: Post.objects.bulk_create([Post(title="Many", slug="more")], ignore_conflicts=True),
            lambda: connection.cursor().execute("UPDATE courses_post SET summary = 'x'"),
            lambda: sleep.delete(),
            lambda: nap.delete(),
        ]  # fmt: skip
        heard = {changes.version()}
        for step in steps:
            step()
            heard.add(changes.version())
        assert len(heard) == len(steps) + 1

    def test_what_the_worker_notes_for_itself_does_not(self):
        nap = post("Nap")
        video = Video.objects.create(post=nap)
        before = changes.version()
        Post.objects.update(related_at=timezone.now(), index_due_at=None, share_due_at=None)
        Video.objects.filter(pk=video.pk).update(progress=40, lease_until=timezone.now())
        assert changes.version() == before
        Video.objects.filter(pk=video.pk).update(state=Video.State.READY)
        assert changes.version() != before

    def test_what_is_taken_back_is_as_if_it_had_not_been(self):
        nap = post("Nap")
        before = changes.version()
        with transaction.atomic():
            Post.objects.filter(pk=nap.pk).update(title="Naps")
            transaction.set_rollback(True)
        assert changes.version() == before

    def test_old_notes_are_forgotten_and_changes_still_heard(self):
        nap = post("Nap")
        for title in ("A", "B"):
            Post.objects.filter(pk=nap.pk).update(title=title)
        changes.forget_old()
        before = changes.version()
        Post.objects.filter(pk=nap.pk).update(title="C")
        assert changes.version() != before

    def test_after_a_migration_it_is_listened_to_as_before(self):
        call_command("migrate", verbosity=0)
        before = changes.version()
        post("Nap")
        assert changes.version() != before


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["published_at", "free_until"])
def test_a_moment_that_comes_is_a_change(field, monkeypatch):
    soon = timezone.now() + timedelta(minutes=5)
    nap = post("Nap")
    Post.objects.filter(pk=nap.pk).update(**{field: soon})
    before = changes.version()
    monkeypatch.setattr(changes.timezone, "now", lambda: soon)
    assert changes.version() != before
