"""What a post was before: looked at, compared, brought back."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.comparing import compare
from courses.models import Version
from courses.views.desk import for_editors


def _version(pk: int, number: int) -> Version:
    versions = Version.objects.select_related("post", "saved_by")
    return get_object_or_404(versions, post=pk, number=number)


@require_safe
@for_editors
def version(request: HttpRequest, pk: int, number: int, since: int | None = None) -> HttpResponse:
    """What a version changed, or all that has changed since an earlier one."""
    shown = _version(pk, number)
    earlier = _version(pk, since) if since else shown.before
    changes = compare(earlier.fields, shown.fields) if earlier else compare({}, shown.fields)
    context = {
        **admin.site.each_context(request),
        "title": _("Version %(number)s") % {"number": number},
        "version": shown,
        "earlier": earlier,
        "newest": shown.post.versions.first(),
        "changes": changes,
    }
    return render(request, "admin/courses/post/version.html", context)


@require_POST
@for_editors
def restoration(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring back what was written then, as a version of its own."""
    old = _version(pk, number)
    old.restore(request.user)
    said = _("Version %(number)s is back, as a new version. Nothing in between is lost.")
    messages.success(request, said % {"number": number})
    return redirect("admin:courses_post_change", pk)
