"""The order of a series: changed as a whole, and what readers would stumble over in it."""

from collections.abc import Collection, Iterable, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Post, Series, Version

# By the state of an episode, and of one behind it that readers get earlier.
OUT_OF_TURN = {
    ("draft", "published"): gettext_lazy(
        "Episode %(place)s, “%(title)s”, is a draft, and episode %(later)s is out already: "
        "readers find a gap."
    ),
    ("draft", "scheduled"): gettext_lazy(
        "Episode %(place)s, “%(title)s”, is a draft, and episode %(later)s comes out on "
        "%(later_day)s."
    ),
    ("scheduled", "published"): gettext_lazy(
        "Episode %(place)s, “%(title)s”, comes out on %(day)s only, and episode %(later)s is out "
        "already: until then readers find a gap."
    ),
    ("scheduled", "scheduled"): gettext_lazy(
        "Episode %(place)s, “%(title)s”, comes out on %(day)s, after episode %(later)s "
        "(%(later_day)s)."
    ),
    ("published", "published"): gettext_lazy(
        "Episode %(place)s, “%(title)s”, came out on %(day)s, after episode %(later)s "
        "(%(later_day)s)."
    ),
}


@transaction.atomic
def arrange(
    series: Series,
    order: Sequence[int],
    *,
    joining: Collection[int] = (),
    leaving: Collection[int] = (),
    by: AbstractBaseUser | AnonymousUser | None = None,
) -> None:
    """Give `series` its episodes in `order` (keys of posts), numbered from 1, new ones behind.

    What somebody else put into it meanwhile stays, behind those that `order` names; what was taken
    out meanwhile stays out, and what went into another series is left there.
    """
    Series.objects.select_for_update().get(pk=series.pk)
    before = {post.pk: post for post in series.episodes.select_for_update().order_by("episode")}
    free = Post.objects.select_for_update().filter(pk__in=joining, series=None)
    rank = {pk: number for number, pk in enumerate(order)}
    kept = [post for pk, post in before.items() if pk not in leaving]
    kept.sort(key=lambda post: rank.get(post.pk, len(rank)))
    left = [post for pk, post in before.items() if pk in leaving]
    _place(series, [*kept, *free.order_by("published_at", "pk")], left, by)


def _place(
    series: Series,
    posts: Sequence[Post],
    left: Iterable[Post],
    by: AbstractBaseUser | AnonymousUser | None,
) -> None:
    places = {post.pk: number for number, post in enumerate(posts, 1)}
    stayed = {p.pk for p in posts if (p.series_id, p.episode) == (series.pk, places[p.pk])}
    moved = [post for post in (*posts, *left) if post.pk not in stayed]
    for post in moved:
        Version.keep(post)
    # All of them step out first: no two may stand at one place, not even on the way.
    Post.objects.filter(pk__in=[post.pk for post in moved]).change(series=None, episode=None)
    for post in moved:
        post.episode = places.get(post.pk)
        post.series = series if post.episode else None
        Post.objects.filter(pk=post.pk).update(series=post.series, episode=post.episode)
        Version.keep(post, by)


def remarks(posts: Sequence[Post]) -> list[str]:
    """What is odd about episodes in their order: places without one, and what is out too early."""
    found = [_missing(place) for place in _missing_places(posts)]
    for number, post in enumerate(posts):
        earlier = next((later for later in posts[number + 1 :] if _is_before(later, post)), None)
        if earlier:
            found.append(_out_of_turn(post, earlier))
    return found


def _missing_places(posts: Sequence[Post]) -> list[int]:
    taken = {post.episode or 0 for post in posts}
    return [place for place in range(1, max(taken, default=0)) if place not in taken]


def _missing(place: int) -> str:
    return _("No post is episode %(place)s. Saving this page closes the gap.") % {"place": place}


def _is_before(post: Post, other: Post) -> bool:
    """Whether readers get `post` earlier; a draft comes after everything."""
    if post.published_at is None:
        return False
    return other.published_at is None or post.published_at < other.published_at


def _out_of_turn(post: Post, earlier: Post) -> str:
    """`earlier` stands behind `post`, and is out before it."""
    return str(OUT_OF_TURN[post.state, earlier.state]) % {
        "place": post.episode,
        "title": post.title,
        "day": _day(post),
        "later": earlier.episode,
        "later_day": _day(earlier),
    }


def _day(post: Post) -> str:
    if post.published_at is None:
        return ""
    return date_format(timezone.localtime(post.published_at), "DATE_FORMAT")
