"""The search page."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.library import Selection
from courses.models import Post, SearchMiss, Situation, Topic
from courses.pages import page_of
from courses.search.finding import search
from courses.search.snippets import hits
from courses.search.suggesting import nearest, suggestions
from nerdherd.lib.passing import if_possible


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`; when nothing was, words and topics as a way on."""
    typed = request.GET.get("q", "")
    topics = list(Topic.objects.all())
    selection = Selection(request.GET, topics, page="search", kept={"q": typed})
    posts = Post.objects.visible_to(request.user)
    found = search(posts, typed, request.user, selection)
    page = page_of(found.keys, request)
    if found.query.words and not (found.keys or selection.chosen or is_typing(request)):
        if_possible(partial(SearchMiss.count, found.query.text))
    context = {
        "found": found,
        "query": found.query.text,
        "page": page,
        "hits": hits(list(page.object_list), found, request.user),
        "selection": selection,
        "filters": selection.groups(),
        "situations": [s for s in Situation.objects.all() if s.is_meant_by(found.query.words)],
        "suggestions": [] if found.keys else suggestions(found),
        "topics": [] if found.keys else nearest(topics, found),
    }
    return render(request, "courses/search.html", context)


def is_typing(request: HttpRequest) -> bool:
    """A page that a script asked for while somebody is still typing, as the browser says."""
    return request.headers.get("Sec-Fetch-Dest", "") == "empty"
