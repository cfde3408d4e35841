"""What every template may say about the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """The site's name; the same for everybody."""
    return {"site_name": settings.SITE_NAME}
