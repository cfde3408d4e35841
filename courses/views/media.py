"""Public pictures."""

import re

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from nerdherd.lib import ranges

PICTURE = re.compile(r"(pictures|posters)/[A-Za-z0-9]{1,80}-\d{1,5}\.webp")


@require_safe
def public_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of a post; its name changes with its bytes, so it may be kept for a year."""
    if not PICTURE.fullmatch(name):
        raise Http404
    response = ranges.serve(request, default_storage, name, "image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
