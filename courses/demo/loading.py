"""Puts the demo library into the database: topics, series, posts, pins, and real videos."""

import logging
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from courses.demo.clips import make_clip
from courses.demo.library import DemoPost, DemoSituation, DemoVideo, load_library
from courses.models import (
    Caption,
    Picture,
    Post,
    Series,
    SimilarPost,
    Situation,
    SituationPost,
    Topic,
    Video,
)
from courses.relating import relate_all
from courses.search.indexing import index_changed
from courses.video.pipeline import prepare
from nerdherd.accounts.models import User

log = logging.getLogger(__name__)


def load(people: Mapping[str, User]) -> None:
    """Load what is not there yet; a post that exists is left as it is. Takes about a minute once.

    Every clip goes through the same pipeline as an editor's file.
    """
    library = load_library()
    for topic in library.topics:
        Topic.objects.get_or_create(
            slug=topic.slug, defaults={"name": topic.name, "introduction": topic.introduction}
        )
    for series in library.series:
        Series.objects.get_or_create(
            slug=series.slug, defaults={"title": series.title, "summary": series.summary}
        )
    new = [post for post in library.posts if not Post.objects.filter(slug=post.slug).exists()]
    for post in new:
        _load_post(post)
    for post in new:
        _pin(post)
    for situation in library.situations:
        _load_situation(situation)
    if new:
        relate_all()
        while index_changed():
            pass
        Post.objects.filter(related_at=None).update(related_at=timezone.now())


def _load_situation(demo: DemoSituation) -> None:
    words = {"name": demo.name, "words": demo.words, "introduction": demo.introduction}
    situation, is_new = Situation.objects.get_or_create(slug=demo.slug, defaults=words)
    if is_new:
        for rank, slug in enumerate(demo.posts, 1):
            post = Post.objects.get(slug=slug)
            SituationPost.objects.create(situation=situation, post=post, rank=rank)


def _load_post(demo: DemoPost) -> None:
    now = timezone.now()
    days = demo.published_days_ago
    free_for = demo.free_until_days
    post = Post(
        title=demo.title,
        slug=demo.slug,
        summary=demo.summary,
        body=demo.body,
        age=demo.age,
        access=demo.access,
        free_until=None if free_for is None else now + timedelta(days=free_for),
        published_at=None if days is None else now - timedelta(days=days),
        series=Series.objects.get(slug=demo.series) if demo.series else None,
        episode=demo.episode,
    )
    post.save()
    post.topics.set(Topic.objects.filter(slug__in=demo.topics))
    if demo.video is not None:
        _make_video(post, demo.video)


def _make_video(post: Post, demo: DemoVideo) -> None:
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        clip = make_clip(demo.script, post.title, demo.tint, demo.seed, film)
        with clip.film.open("rb") as file:
            video = Video.objects.create(
                post=post,
                original=File(file, name=film.name),
                chapters="\n".join(demo.chapters),
                opening_seconds=demo.opening_seconds,
            )
        with clip.poster.open("rb") as file:
            post.picture = Picture.take(File(file))
            post.save()
    Caption.objects.create(video=video, text=clip.captions)
    if video.take():
        prepare(video)


def _pin(demo: DemoPost) -> None:
    post = Post.objects.get(slug=demo.slug)
    for rank, slug in enumerate(demo.similar, 1):
        SimilarPost.objects.get_or_create(
            post=post,
            other=Post.objects.get(slug=slug),
            defaults={"rank": rank, "is_pinned": True},
        )
