"""Counting what is seen, without knowing by whom: no cookie is read, no request is kept."""

import re

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from courses.models import DailyCount
from nerdherd.lib.requests import same_origin_post

# What names itself a machine. (A Cubot is a telephone.)
MACHINES = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|headless|lighthouse|preview|externalhit|phantom", re.IGNORECASE
)


@require_POST
@same_origin_post
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """One more of each `what`; the answer is the same whatever it was, of whatever post."""
    if not ratelimit.consume(request, action="counts"):
        return HttpResponse(status=429)
    if _is_to_be_counted(request):
        DailyCount.note(slug, request.POST.getlist("what"))
    return HttpResponse(status=204)


def _is_to_be_counted(request: HttpRequest) -> bool:
    """A browser, and one whose owner has not asked to be left alone."""
    browser = request.headers.get("User-Agent", "")
    is_asked_not_to = "1" in (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
    return browser.startswith("Mozilla/") and not MACHINES.search(browser) and not is_asked_not_to
