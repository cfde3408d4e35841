"""Public pictures, and the one that stands beside links to the site itself."""

import re

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from courses.share_pictures.site import site_picture
from nerdherd.lib import ranges

PICTURE = re.compile(r"(pictures|posters)/[A-Za-z0-9]{1,80}-\d{1,5}\.webp|shared/[0-9a-f]{32}\.jpg")


@require_safe
def public_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of a post; its name changes with its bytes, so it may be kept for a year."""
    if not PICTURE.fullmatch(name):
        raise Http404
    kind = "image/jpeg" if name.endswith(".jpg") else "image/webp"
    response = ranges.serve(request, default_storage, name, kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def site_cover(request: HttpRequest) -> HttpResponse:
    """The share picture of every page that is no post's."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return HttpResponse(site_picture(), content_type="image/jpeg", headers=headers)
