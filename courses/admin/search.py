"""The search in the admin: words that mean the same, and what was looked for in vain."""

from django.contrib import admin
from django.http import HttpRequest

from courses.models import SearchMiss, Synonyms
from nerdherd.lib.large import LargeAdmin


@admin.register(Synonyms)
class SynonymsAdmin(admin.ModelAdmin):
    list_display = ["words"]
    search_fields = ["words"]


@admin.register(SearchMiss)
class SearchMissAdmin(LargeAdmin):
    """To be read, not written."""

    list_display = ["query", "times", "day"]
    search_fields = ["query"]
    list_filter = ["day"]
    sortable_by = ("day",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come from the search page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchMiss | None = None) -> bool:
        """What was looked for stays as it was."""
        return False
