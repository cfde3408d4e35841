"""Old addresses in the admin."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Redirect
from nerdherd.lib.large import LargeAdmin


@admin.register(Redirect)
class RedirectAdmin(LargeAdmin):
    list_display = ["path", "target", "created_at"]
    list_select_related = ["post"]
    sortable_by = ("path",)
    search_fields = ["path", "to_path", "post__title"]
    search_beginnings = ("path",)
    autocomplete_fields = ["post"]
    fields = ["path", "post", "to_path"]

    @admin.display(description=_("leads to"))
    def target(self, row: Redirect) -> str:
        """Where it leads now."""
        return row.target or gettext("nowhere: gone for good")
