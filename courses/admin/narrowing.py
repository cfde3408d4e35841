"""Ways to narrow the list of posts: by where they stand, and by what they lack."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.missing import LACKS, without
from courses.models import Post, Topic
from courses.models.post import PostQuerySet

STATES = {"draft": _("draft"), "scheduled": _("scheduled"), "published": _("published")}


class StateFilter(admin.SimpleListFilter):
    """Draft, scheduled or published (`Post.state`, as a query)."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Three choices."""
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        """Those in the state that was chosen."""
        now = timezone.now()
        wanted: dict[str, dict[str, Any]] = {
            "draft": {"published_at": None},
            "scheduled": {"published_at__gt": now},
            "published": {"published_at__lte": now},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


class TopicFilter(admin.SimpleListFilter):
    """Those on a topic."""

    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All there are."""
        return [(topic.slug, topic.name) for topic in Topic.objects.all()]

    def queryset(self, request: HttpRequest, queryset: PostQuerySet) -> PostQuerySet:  # type: ignore[override]
        """As the topic's page finds them."""
        topic = Topic.objects.filter(slug=self.value() or "").first()
        return queryset.about(topic) if topic else queryset


class LacksFilter(admin.SimpleListFilter):
    """What is out and lacks something."""

    title = _("what it lacks")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One for each lack."""
        return [(lack.name, lack.said) for lack in LACKS]

    def queryset(self, request: HttpRequest, queryset: PostQuerySet) -> PostQuerySet:  # type: ignore[override]
        """Those that lack what was chosen."""
        return without(self.value() or "", queryset)
