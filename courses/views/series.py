"""The page of a series."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.metadata import Metadata
from courses.models import Post, Series


@require_safe
def series_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A series and its episodes in order."""
    series = get_object_or_404(Series, slug=slug)
    posts = Post.objects.visible_to(request.user).filter(series=series).order_by("episode")
    episodes = list(posts.for_cards(request.user))
    context = {
        "series": series,
        "metadata": Metadata.of_shelf(series, series.summary),
        "episodes": episodes,
        "finished": sum(post.is_finished for post in episodes),
        "following": _following(episodes),
    }
    return render(request, "courses/series_detail.html", context)


def _following(episodes: list[Post]) -> Post | None:
    """Where a reader goes on: from the episode seen last, at its end with what was left out."""
    seen = ((getattr(post, "seen_at", None), n) for n, post in enumerate(episodes))
    moments = {moment: n for moment, n in seen if moment}
    if not moments:
        return None
    last = moments[max(moments)]
    return next((p for p in episodes[last:] + episodes[:last] if not p.is_finished), None)
