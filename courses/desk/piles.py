"""Piles of what somebody should look at: the first few of each, and where all of them are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from courses.missing import LACKS
from courses.models import InnerLink, Post, SearchMiss, Video
from courses.models.post import PostQuerySet

SHOWN = 8
LOOKED_BACK = timedelta(days=30)
# Nobody finishes more from here; the lists of all go through the whole library.
LOOKED_AT = 1000


@dataclass(frozen=True)
class Thing:
    """One line: what it is, where it is mended, and a remark."""

    title: str
    url: str
    remark: str = ""


@dataclass(frozen=True)
class Pile:
    """`all_url` leads to a list of all `total`, or of more when only the newest were counted."""

    said: str
    things: list[Thing]
    total: int
    all_url: str

    @classmethod
    def of(
        cls,
        said: str,
        rows: "QuerySet[Any]",
        thing: Callable[[Any], Thing],
        model: str,
        **narrowed: str,
    ) -> "Pile":
        """Two queries; `narrowed` is what the admin's list of that model is asked for."""
        url = f"{reverse(f'admin:courses_{model}_changelist')}?{urlencode(narrowed)}"
        return cls(said, [thing(row) for row in rows[:SHOWN]], rows.count(), url)


def waiting() -> list[Pile]:
    """What is not out yet."""
    posts = Post.objects.only("title", "published_at", "updated_at")
    scheduled = posts.filter(published_at__gt=timezone.now()).order_by("published_at", "pk")
    failed = Video.objects.filter(state=Video.State.FAILED).select_related("post")
    return [
        Pile.of(
            _("Drafts"),
            posts.filter(published_at=None).order_by("-updated_at", "-pk"),
            lambda post: _post(post, _("changed %(when)s") % {"when": _moment(post.updated_at)}),
            "post",
            state="draft",
        ),
        Pile.of(
            _("Scheduled"),
            scheduled,
            lambda post: _post(post, _moment(post.published_at)),
            "post",
            state="scheduled",
        ),
        Pile.of(
            _("Videos that could not be prepared"),
            failed.order_by("-uploaded_at", "-pk"),
            lambda video: _post(video.post, _(video.error)),
            "video",
            state__exact=Video.State.FAILED.value,
        ),
    ]


def lacking() -> list[Pile]:
    """What is out and lacks something, among the newest posts."""
    posts = _newest().only("title").order_by("-published_at", "-pk")
    piles = [
        Pile.of(str(lack.said), lack.among(posts), _post, "post", lacks=lack.name)
        for lack in LACKS
        if lack.name != "links"
    ]
    return [*piles, _dead_links()]


def is_everything_looked_at() -> bool:
    """Whether the newest are all there are."""
    return Post.objects.published()[: LOOKED_AT + 1].count() <= LOOKED_AT


def _newest() -> PostQuerySet:
    out = Post.objects.published().order_by("-published_at", "-pk")
    return Post.objects.filter(pk__in=out.values("pk")[:LOOKED_AT])


def _dead_links() -> Pile:
    links = InnerLink.objects.dead().filter(post__in=_newest()).select_related("post")
    return Pile.of(
        _("Links that lead nowhere"),
        links.order_by("-post__published_at", "path"),
        lambda link: _post(link.post, f"→ {link.path}"),
        "post",
        lacks="links",
    )


def looked_for_in_vain() -> Pile:
    """What searches of the last thirty days did not find, the most frequent first."""
    since = timezone.localdate() - LOOKED_BACK
    misses = SearchMiss.objects.filter(day__gte=since).order_by().values("query")
    counted = misses.annotate(sum=Sum("times")).order_by("-sum", "query")
    return Pile.of(_("Looked for in vain"), counted, _search, "searchmiss")


def _search(row: dict[str, Any]) -> Thing:
    url = f"{reverse('search')}?{urlencode({'q': row['query']})}"
    return Thing(row["query"], url, _("%(times)s ×") % {"times": row["sum"]})


def _post(post: Post, remark: str = "") -> Thing:
    return Thing(post.title, reverse("admin:courses_post_change", args=[post.pk]), remark)


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
