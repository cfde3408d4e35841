"""The editors' room: Django's admin, arranged for somebody who writes."""

from courses.admin import post, shelves

__all__ = ["post", "shelves"]
