"""Topics in the admin, and what all shelves say there."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Topic


class CountedAdmin(admin.ModelAdmin):
    """A list that says how many posts each row holds; `counted` names the relation."""

    counted = "posts"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of posts, in one query."""
        return super().get_queryset(request).annotate(how_many=Count(self.counted))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The shelves by name; of what hangs on them, only how many: all their posts do."""
        _all, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return [str(shelf) for shelf in objs], counts, lacking, protected

    @admin.display(description=_("posts"), ordering="how_many")
    def how_many(self, row: Any) -> int:
        """How many posts it holds, drafts included."""
        return int(row.how_many)


@admin.register(Topic)
class TopicAdmin(CountedAdmin):
    list_display = ["name", "how_many"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
