"""Old addresses in the admin."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Redirect


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    list_display = ["path", "target", "created_at"]
    list_select_related = ["post"]
    search_fields = ["path", "to_path", "post__title"]
    autocomplete_fields = ["post"]
    fields = ["path", "post", "to_path"]

    @admin.display(description=_("leads to"))
    def target(self, row: Redirect) -> str:
        """Where it leads now."""
        return row.target or gettext("nowhere: gone for good")
