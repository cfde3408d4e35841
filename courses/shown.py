"""The three posts that a reader sees under another, and what stands over them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Value
from django.utils.translation import gettext as _

from courses.access import Person, can_watch, watchable
from courses.models import Post, Progress, SimilarPost
from courses.models.post import PostQuerySet
from courses.similar.choosing import choose_shown
from courses.similar.document import SHOWN


def shown_under(
    post: Post, user: Person, finished: Collection[int] | None = None
) -> list[SimilarPost]:
    """The rows of the similar list that `user` sees, best first; in one query, as a rule.

    A post that came out this moment has no rows yet, and what was free when the list was worked
    out may be so no more: the newest posts stand in. Which posts `user` has finished is asked
    in the same query, unless the caller knows.
    """
    visible = Post.objects.visible_to(user)
    # Asked of each row: "one of all that are visible" would make SQLite list them all first.
    is_there = Exists(visible.filter(pk=OuterRef("other")))
    rows = SimilarPost.objects.filter(is_there, post=post, is_blocked=False)
    rows = rows.select_related("other", "topic").defer("other__body", "other__opening")
    if finished is None:
        rows = rows.annotate(is_finished=_is_finished_by(user))
        finished = {row.other_id for row in rows if row.is_finished}
    # What is finished sinks, but an editor's choice stays where it was put.
    found = sorted(rows, key=lambda row: row.other_id in finished and not row.is_pinned)
    if not any(can_watch(user, row.other) for row in found):
        found += _newest(post, watchable(visible.published(), user), found, 1)
    pins = sum(row.is_pinned for row in found)
    shown = choose_shown(found, lambda row: can_watch(user, row.other), pins=pins)
    if len(shown) < SHOWN:
        shown += _newest(post, visible.published(), shown, SHOWN - len(shown))
    for row in shown:
        row.post = post
    return shown


def _is_finished_by(user: Person) -> Exists | Value:
    if not user.is_authenticated:
        return Value(False)
    mine = Progress.objects.filter(person=user.pk, post=OuterRef("other"))
    return Exists(mine.exclude(finished_at=None))


def _newest(
    post: Post, posts: PostQuerySet, beside: list[SimilarPost], count: int
) -> list[SimilarPost]:
    kept_out = post.similar.filter(is_blocked=True).values("other")
    known = [post.pk, *(row.other_id for row in beside)]
    others = posts.exclude(pk__in=known).exclude(pk__in=kept_out).newest().defer("body", "opening")
    why = SimilarPost.Why.MORE
    return [SimilarPost(post=post, other=other, why=why) for other in others[:count]]


def heading_over(post: Post, shown: list[SimilarPost]) -> str:
    """What the list is; it promises likeness only where there is some."""
    if not any(row.is_near for row in shown):
        return _("More from the Herd")
    if post.kind == "video":
        return _("Similar to what you just watched")
    return _("Similar to what you just read")
