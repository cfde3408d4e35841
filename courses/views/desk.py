"""The door of the editors' room, for addresses beside the admin's own."""

from collections.abc import Callable

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def for_editors(view: View) -> View:
    """Only those who may change posts; the admin's sign-in for strangers, 403 for other staff."""
    allowed: View = permission_required("courses.change_post", raise_exception=True)(view)
    guarded: View = admin.site.admin_view(allowed)
    return guarded
