"""The house's own pages: the home page, and how the site is."""

import sys
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import server_error

from courses.metadata import Metadata, absolute
from courses.models import Post, Series, Situation, Topic
from nerdherd.accounts.models import User
from nerdherd.health import degraded
from nerdherd.lib.passing import AGAIN_IN, passes
from nerdherd.lib.requests import came_from, same_origin_post

NEWEST_SHOWN = 6
BEGUN_SHOWN = 3
SERIES_SHOWN = 12
UNLISTED = ("/account/", "/accounts/", "/admin/", "/emails/", "/search/", "/watch/")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what is new, and the ways in."""
    posts = Post.objects.visible_to(request.user).for_cards(request.user)
    context = {
        "begun": posts.begun_by(request.user)[:BEGUN_SHOWN],
        "newest": posts.newest()[:NEWEST_SHOWN],
        "first_post": posts.published().free().order_by("published_at").first(),
        "situations": Situation.objects.all(),
        "topics": Topic.objects.all(),
        "series_list": sorted(Series.objects.order_by("-pk")[:SERIES_SHOWN], key=str),
        "metadata": Metadata.of_site(_("Short videos and articles on attachment, for parents.")),
    }
    return render(request, "home.html", context)


@require_POST
@same_origin_post
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, in this browser and in mails; back to the same page."""
    response = redirect(came_from(request))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=timedelta(days=365),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """For whom the site works, how we know, what is not good enough, and whom to tell."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return render(request, "accessibility.html", {"address": address})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What machines need not look at; none of it is kept secret by this."""
    shut = (f"Disallow: {path}" for path in UNLISTED)
    lines = ["User-agent: *", *shut, "", f"Sitemap: {absolute('/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); good for half a year from each day on."""
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = [
        f"Contact: mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
        f"Expires: {timezone.now() + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        f"Preferred-Languages: {languages}",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database can be read, with what is degraded; 503 when it cannot."""
    try:
        found = degraded()
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "cannot be read"}, status=503)
    return JsonResponse({"status": "degraded", "degraded": found} if found else {"status": "ok"})


def broken(request: HttpRequest) -> HttpResponse:
    """What is shown in place of an answer that failed: 503 when trying again may help, else 500."""
    if passes(sys.exc_info()[1]):
        headers = {"Retry-After": f"{AGAIN_IN}"}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return server_error(request)
