"""What an editor types, kept on the way: nothing of it is seen by readers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.admin.writing import drafted
from courses.checklist import checks
from courses.models import Post, WorkingCopy
from courses.models.version import fingerprint
from courses.views.desk import for_editors


def form_of(post: Post | None) -> HttpResponse:
    """On to the form of `post`, or of a new one."""
    return redirect("admin:courses_post_change", post.pk) if post else redirect(ADD)


ADD = "admin:courses_post_add"


@require_POST
@for_editors
def working_copy(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keep the form as it stands; says what its check-list is now, and whether others wrote."""
    post = get_object_or_404(Post, pk=pk) if pk else None
    seen = request.POST.get("seen")
    is_behind = bool(post and seen and seen != fingerprint(post))
    copy = WorkingCopy.keep(request.user, post, request.POST)
    context = {"checks": checks(drafted(request, copy))}
    said = _("Somebody else changed this post meanwhile. Press Save to see what differs.")
    return JsonResponse(
        {
            "at": int(copy.saved_at.timestamp()),
            "checks": render_to_string("admin/courses/post/_checks.html", context),
            "remark": said if is_behind else "",
        }
    )


@require_POST
@for_editors
def throwing_away(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Forget what was typed and not saved, and begin from the post again."""
    post = get_object_or_404(Post, pk=pk) if pk else None
    if copy := WorkingCopy.of(request.user, post):
        copy.delete()
    return form_of(post)
