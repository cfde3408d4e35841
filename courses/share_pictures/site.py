"""The one share picture of all pages that are no post's."""

from functools import cache

from django.conf import settings

from courses.share_pictures.drawing import Words, share_picture


@cache
def site_picture() -> bytes:
    """A JPEG with the site's name, drawn once by each process that is asked for it."""
    return share_picture(Words(settings.SITE_NAME, "Short videos and articles for parents"))
