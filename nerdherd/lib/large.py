"""Lists in the admin that are used alike over a hundred rows and over a million."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

MOST_COUNTED = 10_000
# Of each way to look for something; who sees more than that says more of what they look for.
MOST_FOUND = 200
AFTER_ALL_LETTERS = "\U0010ffff"


class BoundedPaginator(Paginator):
    """Counts so far and no further, and so leads no further: newer rows, or a narrower list."""

    @cached_property
    def count(self) -> int:
        """How many there are, or `MOST_COUNTED`."""
        found: Any = self.object_list
        return int(found.order_by()[:MOST_COUNTED].count())

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the list leads to, or perhaps just as many."""
        return self.count >= MOST_COUNTED


class LargeChangeList(ChangeList):
    """Sorted by what an index sorts, whatever the address asks for."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """None for other columns, as for one that is not there."""
        has_index = field_name in (self.sortable_by or ())
        return super().get_ordering_field(field_name) if has_index else None

    def get_results(self, request: HttpRequest) -> None:
        """Where nothing is narrowed, all is shown already, and no link offers to show it."""
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class LargeAdmin(admin.ModelAdmin):
    """A list over a table of any size.

    `search_beginnings` are fields that have an index: what was typed is looked for at their
    beginning, and through all of `search_fields` only where none begins so. It is sorted by what
    is in `sortable_by`, which has an index as well.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[Any] = ()
    search_beginnings: ClassVar[Sequence[str]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """As above."""
        return LargeChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Those found, each once; a table is read from end to end once at most."""
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        rows = queryset.order_by().values_list("pk", flat=True)
        found = {
            pk
            for field in self.search_beginnings
            for said in {term, term.lower()}
            for pk in rows.filter(begins(field, said))[:MOST_FOUND]
        }
        if not found:
            everywhere, _may_repeat = super().get_search_results(request, rows, term)
            found = set(everywhere[:MOST_FOUND])
        return queryset.filter(pk__in=found), False


def begins(field: str, said: str) -> Q:
    """That `field` begins so, as either database finds it by an index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": said})
    return Q(**{f"{field}__gte": said, f"{field}__lt": said + AFTER_ALL_LETTERS})


class YearsFilter(admin.DateFieldListFilter):
    """Today, this month and so on, and each year before, since there is anything."""

    THIS_YEAR = 4  # its place among Django's own links

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, *args, **kwargs)
        name = field.name
        dated = field.model._default_manager.exclude(**{name: None}).order_by(name)
        oldest = dated.values_list(name, flat=True)[:1]
        self.links = (*self.links, *(link for day in oldest for link in self._since(day.year)))

    def _since(self, first: int) -> Iterator[tuple[str, dict[str, Any]]]:
        new_year: Any = self.links[self.THIS_YEAR][1][self.lookup_kwarg_since]
        for year in range(new_year.year - 1, first - 1, -1):
            since, until = new_year.replace(year=year), new_year.replace(year=year + 1)
            yield str(year), {self.lookup_kwarg_since: since, self.lookup_kwarg_until: until}
