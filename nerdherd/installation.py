"""The site as an app on a telephone: its manifest, its service worker, the page without a network.

The service worker keeps that one page and what it is set in. Nothing else is ever stored: what
people read and watch leaves no trace on a shared telephone.
"""

import json
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from nerdherd.lib.languages import spoken

PAPER = "#fbf6ee"
DAY = {"Cache-Control": "public, max-age=86400"}
# Its address changes with its content.
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
SET_IN = (
    "css/base.css",
    "css/components.css",
    "fonts/fraunces-600.woff2",
    "fonts/literata-400.woff2",
    "img/favicon.svg",
    "js/come-back.js",
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to know to put the site among its apps."""
    icons = [
        {"src": static(f"icons/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in (
            ("icon-192.png", "192x192", "any"),
            ("icon-512.png", "512x512", "any"),
            ("icon-maskable-512.png", "512x512", "maskable"),
        )
    ]
    described = {
        "id": "/",
        "name": settings.SITE_NAME,
        "lang": spoken(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json", headers=DAY)


@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """What is seen in place of a page that cannot be had; the same for all who speak `language`."""
    return HttpResponse(_offline_page(_known(language)), headers=DAY)


@require_safe
def service_worker(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """The service worker; at the root, so that it may stand before every page."""
    if version != _version(_known(language)):
        raise Http404
    worker = _worker(language, version)
    return HttpResponse(worker, content_type="text/javascript", headers=FOR_EVER)


def worker_address() -> str:
    """Where this version's service worker is, for who is spoken to in this moment's language."""
    language = spoken()
    return reverse("service_worker", args=[language, _version(language)])


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return language


@cache
def _version(language: str) -> str:
    return sha256((_worker(language, "") + _offline_page(language)).encode()).hexdigest()[:12]


def _worker(language: str, version: str) -> str:
    page = reverse("offline", args=[language])
    files = json.dumps([page, *map(static, SET_IN)])
    context = {"version": version, "page": page, "files": files}
    return render_to_string("site/service-worker.js", context)


def _offline_page(language: str) -> str:
    with override(language):
        return render_to_string("offline.html", {"site_name": settings.SITE_NAME})
