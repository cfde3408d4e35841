"""The page of a situation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.metadata import Metadata
from courses.models import Situation
from courses.pages import page_of


@require_safe
def situation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What helps in a situation, in the editor's order."""
    situation = get_object_or_404(Situation, slug=slug)
    posts = situation.chosen().visible_to(request.user).for_cards(request.user)
    context = {
        "shelf": situation,
        "page": page_of(posts, request),
        "metadata": Metadata.of_shelf(situation, situation.introduction),
    }
    return render(request, "courses/situation_detail.html", context)
