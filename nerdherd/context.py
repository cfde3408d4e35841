"""What every template may say about the site itself, the same for everybody."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from courses.library import numbers
from nerdherd.installation import worker_address


def site(request: HttpRequest) -> dict[str, object]:
    """Its name and languages, and the library in numbers, counted only by a page that says them."""
    return {
        "site_name": settings.SITE_NAME,
        "languages": settings.LANGUAGES,
        "numbers": SimpleLazyObject(numbers),
        "service_worker": worker_address,
    }
