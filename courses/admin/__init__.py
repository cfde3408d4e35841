"""The editors' room: Django's admin, arranged for somebody who writes."""

from courses.admin import captions, post, search, shelves, situations

__all__ = ["captions", "post", "search", "shelves", "situations"]
