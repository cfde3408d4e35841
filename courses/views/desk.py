"""The door of the editors' room, for addresses beside the admin's own."""

from collections.abc import Callable

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def for_editors(view: View) -> View:
    """Only those who may change posts; the admin's sign-in for strangers, 403 for other staff."""
    return _guarded("courses.change_post", view)


def for_those_who_see_posts(view: View) -> View:
    """Only those who may look at posts in the admin, else as above."""
    return _guarded("courses.view_post", view)


def _guarded(permission: str, view: View) -> View:
    allowed: View = permission_required(permission, raise_exception=True)(view)
    guarded: View = admin.site.admin_view(allowed)
    return guarded
