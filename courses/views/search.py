"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Post, Topic
from courses.pages import page_of
from courses.search import hits, search, words_of

MAX_QUERY = 200


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`; when nothing was, the topics as a way on."""
    query = " ".join(request.GET.get("q", "")[:MAX_QUERY].replace("\x00", " ").split())
    page = None
    if words_of(query):
        found = search(Post.objects.visible_to(request.user), query, request.user)
        page = page_of(found.for_cards(request.user), request)
    context = {
        "query": query,
        "page": page,
        "hits": hits(page, query, request.user) if page else [],
        "topics": [] if page else Topic.objects.all(),
    }
    return render(request, "courses/search.html", context)
