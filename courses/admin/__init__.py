"""The editors' room: Django's admin, arranged for somebody who writes."""

from courses.admin import captions, pictures, post, redirects, search, series, shelves, situations

__all__ = ["captions", "pictures", "post", "redirects", "search", "series", "shelves", "situations"]
