"""The page of a series."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.models import Post, Series


@require_safe
def series_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A series and its episodes in order."""
    series = get_object_or_404(Series, slug=slug)
    episodes = Post.objects.visible_to(request.user).filter(series=series).order_by("episode")
    context = {"series": series, "episodes": episodes.for_cards()}
    return render(request, "courses/series_detail.html", context)
