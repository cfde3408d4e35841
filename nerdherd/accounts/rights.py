"""Rights: whenever somebody may do more or less than before, the audit log says so."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from nerdherd.lib.audit import Kind, note, person

FLAGS = ("is_active", "is_staff", "is_superuser")
VERBS = {"post_add": "given", "post_remove": "taken away", "pre_clear": "taken away"}


@contextmanager
def noted(user: Any, update_fields: Collection[str] | None) -> Iterator[None]:
    """Save an account inside; what changed in its flags is noted in the same transaction."""
    if update_fields is not None and not set(FLAGS) & set(update_fields):
        yield
        return
    with transaction.atomic():
        before = type(user).objects.filter(pk=user.pk).values(*FLAGS).first() if user.pk else None
        before = before or {"is_active": True, "is_staff": False, "is_superuser": False}
        yield
        for flag, was in before.items():
            if getattr(user, flag) != was:
                what = f"{flag}: {'on' if getattr(user, flag) else 'off'}"
                note(Kind.RIGHTS, person(user.pk), what)


def many_to_many(user_model: Any) -> tuple[type[models.Model], ...]:
    """The tables that say who is in which group and who may do what."""
    return (
        user_model.groups.through,
        user_model.user_permissions.through,
        Group.permissions.through,
    )


def note_given(
    instance: models.Model, action: str, model: Any, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """After somebody or a group was given something, or before all of it is taken away."""
    if action not in VERBS or pk_set == set():
        return
    if pk_set is None:
        given = f"every {model._meta.verbose_name_raw}"
    else:
        given = ", ".join(sorted(map(_name, model.objects.filter(pk__in=pk_set))))
    note(Kind.RIGHTS, _name(instance), f"{VERBS[action]}: {given}")


def _name(thing: models.Model) -> str:
    if isinstance(thing, Group):
        return f"group {thing.name}"
    if isinstance(thing, Permission):
        return f"{thing.content_type.app_label}.{thing.codename}"
    return person(thing.pk)
