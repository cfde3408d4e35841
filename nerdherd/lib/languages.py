"""In which language somebody is spoken to: their browser's, until they choose another."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_supported_language_variant

# Everything else (pictures, films, captions, feeds) is the same in every language.
WORDED = ("text/html", "application/json", "application/manifest+json")


class LanguageMiddleware(LocaleMiddleware):
    """Django's own; it reads the cookie of who has switched, so caches must tell by it too."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say in which language we answered, and what that hung on; of what holds words only."""
        if response.get("Content-Type", "").startswith(WORDED):
            super().process_response(request, response)
            patch_vary_headers(response, ["Cookie"])
        return response


def spoken() -> str:
    """The language of this moment, of those that we speak; editors' own where there is none."""
    try:
        return get_supported_language_variant(get_language() or settings.LANGUAGE_CODE)
    except LookupError:
        return settings.LANGUAGE_CODE


def offered() -> list[tuple[str, str]]:
    """The languages to choose from: code, and the name it gives itself."""
    return list(settings.LANGUAGES)


def language_of(address: str, otherwise: str = "") -> str:
    """What a mail to `address` is written in: the language of its account, if it has one.

    Else `otherwise` (that of a purchase, say), or the language of this moment. One query.
    """
    accounts = get_user_model().objects.filter(email=address.lower()).exclude(language="")
    return accounts.values_list("language", flat=True).first() or otherwise or spoken()
