"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Post, Topic
from courses.pages import page_of
from courses.search import search, words_of

MAX_QUERY = 200


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`; when nothing was, the topics as a way on."""
    query = " ".join(request.GET.get("q", "")[:MAX_QUERY].replace("\x00", " ").split())
    page = None
    if words_of(query):
        page = page_of(search(Post.objects.visible_to(request.user), query).for_cards(), request)
    nothing = page is None or not page.paginator.count
    context = {"query": query, "page": page, "topics": Topic.objects.all() if nothing else []}
    return render(request, "courses/search.html", context)
