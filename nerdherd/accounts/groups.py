"""Groups that come with the code: each app says who may do what with its things."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q


def allow(group_name: str, permissions: Iterable[str]) -> None:
    """See that a group exists and has these permissions (`app.codename`); takes none away.

    Called after every migration, so that a permission that is new reaches who should have it.
    """
    group, _ = Group.objects.get_or_create(name=group_name)
    for permission in permissions:
        label, codename = permission.split(".")
        create_permissions(apps.get_app_config(label), verbosity=0)
        matching = Q(content_type__app_label=label)
        if codename != "*":
            matching &= Q(codename=codename)
        group.permissions.add(*Permission.objects.filter(matching))
