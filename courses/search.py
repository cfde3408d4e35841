"""Full-text search, the only file that knows how; for now every word in title, summary or topic.

Only what everybody may read is searched, so that no hit tells what a members' text says.
"""

from django.db.models import Q

from courses.models import Post, Topic
from courses.models.post import PostQuerySet

MAX_WORDS = 8


def words_of(query: str) -> list[str]:
    """The words of a query, the first few of them; a database cannot hold a NUL character."""
    return query.replace("\x00", " ").split()[:MAX_WORDS]


def search(posts: PostQuerySet, query: str) -> PostQuerySet:
    """Those of `posts` in which every word of `query` is found, newest first."""
    for word in words_of(query):
        found_in_topic = Q(topics__in=Topic.objects.filter(name__icontains=word))
        found = Q(title__icontains=word) | Q(summary__icontains=word) | found_in_topic
        posts = posts.filter(pk__in=Post.objects.filter(found).values("pk"))
    return posts.newest()
