"""A post before it is out, as a visitor or a member will see it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.context_processors import PermWrapper
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.access import Somebody
from courses.admin.writing import drafted
from courses.models import DraftLink, Post, WorkingCopy
from courses.post_page import page_of_post
from courses.views.desk import for_editors

READERS = {"visitor": False, "member": True}
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}


def _shown(
    request: HttpRequest, post: Post, somebody: Somebody, **bar: str | datetime | int | None
) -> HttpResponse:
    """The page that `somebody` will get, under a bar that says what it is."""
    context = page_of_post(request, post, somebody)
    if post.state != "published":
        post.published_at = timezone.now()  # as it will look then; the video’s pass is made by now
    context |= {"user": somebody, "perms": PermWrapper(somebody), "bar": bar}
    page = render(request, "courses/preview.html", context)
    for name, value in PRIVATE.items():
        page[name] = value
    return page


def _reader(name: str, behind: AbstractBaseUser | AnonymousUser) -> Somebody:
    if name not in READERS:
        raise Http404
    return Somebody(behind, is_member=READERS[name])


def _saved(pk: int) -> Post:
    return get_object_or_404(Post.objects.for_page(AnonymousUser()), pk=pk)


@require_safe
@for_editors
def preview(request: HttpRequest, pk: int, reader: str) -> HttpResponse:
    """A post as it is saved."""
    post = _saved(pk)
    return _shown(
        request, post, _reader(reader, request.user), kind="saved", reader=reader, pk=post.pk
    )


@require_safe
@for_editors
def unsaved_preview(request: HttpRequest, reader: str, pk: int | None = None) -> HttpResponse:
    """A post as this editor is writing it; as it is saved, when nothing is unsaved."""
    post = _saved(pk) if pk else None
    copy = WorkingCopy.of(request.user, post)
    if copy is None:
        if post is None:
            raise Http404
        return redirect("preview", post.pk, reader)
    somebody = _reader(reader, request.user)
    return _shown(
        request, drafted(request, copy), somebody,
        kind="unsaved", reader=reader, pk=pk, at=copy.saved_at,
    )  # fmt: skip


@require_safe
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """What a link shows to whoever has it; a post that is out is read where everybody reads it."""
    link = get_object_or_404(DraftLink.objects.live().select_related("made_by"), key=key)
    if not link.made_by.has_perm("courses.change_post"):
        raise Http404
    post = _saved(link.post_id)
    if post.state == "published":
        return redirect(post)
    somebody = Somebody(link.made_by, is_member=True)
    return _shown(request, post, somebody, kind="shared", ends_at=link.ends_at)


@require_POST
@for_editors
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that shows a draft."""
    post = get_object_or_404(Post, pk=pk)
    DraftLink.make(post, request.user)
    messages.success(request, _("Here is the link. Whoever has it can read the draft."))
    return redirect("admin:courses_post_change", post.pk)


@require_POST
@for_editors
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    link = get_object_or_404(DraftLink, pk=pk)
    link.revoke()
    messages.success(request, _("The link is taken back. It opens nothing any more."))
    return redirect("admin:courses_post_change", link.post_id)
