"""The courses app, the group of those who write, and what keeps the search in step."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Library")

    def ready(self) -> None:
        """Keep the group Editors, and hear of changes that no post is saved for."""
        from courses.models import Post, PublicEntry, Series, Topic, WholeEntry
        from courses.publication import note_deletion
        from courses.search import keeping

        post_migrate.connect(make_editors, sender=self)
        m2m_changed.connect(keeping.topics_changed, sender=Post.topics.through)
        post_save.connect(keeping.shelf_changed, sender=Topic)
        post_save.connect(keeping.shelf_changed, sender=Series)
        pre_delete.connect(keeping.shelf_changed, sender=Topic)
        pre_delete.connect(keeping.shelf_changed, sender=Series)
        pre_delete.connect(note_deletion, sender=Post)
        pre_delete.connect(keeping.entry_deleted, sender=PublicEntry)
        pre_delete.connect(keeping.entry_deleted, sender=WholeEntry)


def make_editors(**kwargs: Any) -> None:
    """Editors may do everything in the library."""
    from nerdherd.accounts.groups import allow

    allow("Editors", ["courses.*"])
