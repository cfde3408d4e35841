"""The headers every answer bears, and the one rule about what may be kept in a cache."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseFileResponse

from nerdherd.lib import styles

POLICIES = {
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}


# Pages that say to every visitor the same; an address is on this list or its answers are not kept.
FOR_EVERYBODY = {
    "home", "accessibility", "post_list", "post_detail", "topic_detail", "series_detail",
    "situation_detail", "join", "feed", "sitemap", "sitemap_index", "robots",
}  # fmt: skip


class HeadersMiddleware:
    """Stands above everything that makes an answer, so that errors and files are covered too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the policies; an answer to or for one person is never stored by anybody.

        A file of the site's own, and one whose name changes with its content and so says
        `immutable`, is left alone: its bytes are the same for everybody, whoever asked.
        """
        response = self.get_response(request)
        for name, value in POLICIES.items():
            response.setdefault(name, value)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and isinstance(response, HttpResponse) and not hasattr(response, "_csp_update"):
            found = styles.digests_in(response.content)
            response._csp_update = {"style-src": found}  # type: ignore[attr-defined]
        personal = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies
        is_file_of_ours = isinstance(response, WhiteNoiseFileResponse)
        is_immutable = "immutable" in response.get("Cache-Control", "")
        if personal and not is_file_of_ours and not is_immutable:
            response["Cache-Control"] = "private, no-store"
        elif _is_page_for_everybody(request, response):
            response["Cache-Control"] = "public, max-age=0, s-maxage=1"
        return response


def _is_page_for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it was asked for by nobody in particular and is one of those that may be kept."""
    name = request.resolver_match and request.resolver_match.url_name
    return response.status_code == 200 and name in FOR_EVERYBODY
