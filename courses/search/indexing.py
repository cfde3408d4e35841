"""The index: what each audience can find a post by, made anew when something has changed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.models import Entry, Post, PublicEntry, WholeEntry
from courses.search import vocabulary
from courses.search.contents import Contents, contents, fits_of, said_in
from courses.search.engine import wait_for_others

BATCH = 50
LEASE = timedelta(minutes=1)

# An entry and what it was made of.
Made = tuple[Entry, Contents]


def index_changed() -> bool:
    """Bring the index up to date for some of the posts that have changed; whether there were any.

    What a worker claimed that was killed then is due again in a minute; what was saved while it
    was being read stays due.
    """
    now = timezone.now()
    due = Post.objects.filter(index_due_at__lte=now)
    chosen = list(due.order_by("index_due_at").values_list("pk", flat=True)[:BATCH])
    due.filter(pk__in=chosen).update(index_due_at=now + LEASE)
    mine = Post.objects.filter(pk__in=chosen, index_due_at=now + LEASE)
    posts = list(mine.select_related("series").prefetch_related("topics"))
    made = _make(posts)
    with transaction.atomic():
        wait_for_others()
        still = set(mine.select_for_update().values_list("pk", flat=True))
        for kind, rows in made.items():
            _write(kind, [row for row in rows if row[0].pk in still])
        _settle([post for post in posts if post.pk in still], now)
    return bool(chosen)


def _make(posts: list[Post]) -> dict[type[Entry], list[Made]]:
    """The entries of `posts` for both audiences."""
    made: dict[type[Entry], list[Made]] = {PublicEntry: [], WholeEntry: []}
    said, fits = said_in(posts), fits_of(posts)
    for post in posts:
        is_free, is_out = post.is_free, post.state == "published"
        whole = contents(post, said[post], whole=True)
        public = whole if is_free else contents(post, [], whole=False)
        for_all = public.columns(fits[post])
        for_members = whole.columns(fits[post])
        made[PublicEntry].append(
            (PublicEntry(post=post, is_counted=is_out, is_whole=is_free, **for_all), public)
        )
        made[WholeEntry].append((WholeEntry(post=post, is_counted=is_out, **for_members), whole))
    return made


def _write(kind: type[Entry], made: list[Made]) -> None:
    """Write the entries of one audience, and count the words of those that are out."""
    entries = [entry for entry, _ in made]
    vocabulary.count(
        kind.audience,
        gone=kind._default_manager.filter(pk__in=[entry.pk for entry in entries]),
        new=[its.stems for entry, its in made if entry.is_counted],
    )
    kind._default_manager.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=[column.name for column in kind._meta.fields if column.name != "post"],
    )


def _settle(posts: list[Post], now: datetime) -> None:
    """Nothing is due, unless the clock will change a post: it comes out, or is free no more."""
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(index_due_at=None)
    for post in posts:
        until = post.free_until if post.access == Post.Access.FREE_UNTIL else None
        turns = [moment for moment in (post.published_at, until) if moment and moment > now]
        if turns:
            Post.objects.filter(pk=post.pk).update(index_due_at=min(turns))
