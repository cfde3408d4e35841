"""The editors' room: Django's admin, arranged for somebody who writes."""

from courses.admin import captions, post, shelves

__all__ = ["captions", "post", "shelves"]
