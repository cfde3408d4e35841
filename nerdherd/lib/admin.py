"""The audit log in the admin: the owner reads it; nobody writes it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nerdherd.lib.audit import person
from nerdherd.lib.large import LargeAdmin, YearsFilter, begins
from nerdherd.lib.models import AuditLine


def _about(pk: int) -> Q:
    return Q(who=pk) | Q(on=person(pk))


@admin.register(AuditLine)
class AuditAdmin(LargeAdmin):
    list_display = ["at", "kind", "by", "on", "what"]
    list_filter = ["kind", ("at", YearsFilter)]
    sortable_by = ("at",)
    search_fields = ["label"]
    search_help_text = _("A person, by number or address; or what it was done on: purchase 12")
    list_per_page = 100

    @admin.display(description=_("who"))
    def by(self, line: AuditLine) -> str:
        """The address of staff, the number of anybody else."""
        return line.label or (person(line.who) if line.who else gettext("the site itself"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditLine], search_term: str
    ) -> tuple[QuerySet[AuditLine], bool]:
        """What somebody did, and what was done to them; or what was done on one thing."""
        term = search_term.strip().lower().replace("\x00", "")
        if not term:
            return queryset, False
        found = begins("on", term)
        if "@" in term:
            found = Q(label=term)
            for known in get_user_model().objects.filter(email=term):
                found |= _about(known.pk)
        elif term.isdecimal() and len(term) < 19:
            found = _about(int(term))
        return queryset.filter(found), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Owners only."""
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Owners only."""
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The site writes it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody rewrites it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody shortens it."""
        return False
