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
    unfinished = [post for post in episodes if not post.is_finished]
    is_begun = any(post.seen_phrase for post in episodes)
    context = {
        "series": series,
        "metadata": Metadata.of_shelf(series, series.summary),
        "episodes": episodes,
        "finished": len(episodes) - len(unfinished),
        "following": unfinished[0] if is_begun and unfinished else None,
    }
    return render(request, "courses/series_detail.html", context)
