"""Hears of what changes a post's entries without the post being saved."""

from typing import Any

from courses.models import Entry, Post, Series, Topic
from courses.search import vocabulary


def topics_changed(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """A post got other topics, from its own side or from the topic's."""
    if action.startswith("post_") or action == "pre_clear":
        if isinstance(instance, Post):
            pk_set = {instance.pk}
        elif pk_set is None:
            pk_set = set(instance.posts.values_list("pk", flat=True))
        Post.objects.filter(pk__in=pk_set).rename()


def shelf_changed(instance: Topic | Series, **kwargs: Any) -> None:
    """A topic or a series has another name, or is about to go."""
    posts = instance.posts if isinstance(instance, Topic) else instance.episodes
    Post.objects.filter(pk__in=posts.values("pk")).rename()


def entry_deleted(instance: Entry, **kwargs: Any) -> None:
    """A post is about to go; its words are no longer in it."""
    vocabulary.count(instance.audience, gone=[instance], new=[])
