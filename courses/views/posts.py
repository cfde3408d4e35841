"""The post page, and the library's list of posts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.access import can_watch, readable_body
from courses.library import Selection
from courses.models import Post, SimilarPost, Topic
from courses.pages import page_of
from courses.similar.choosing import choose_shown
from courses.similar.document import SHOWN
from courses.video.playable import Playable
from courses.video.transcript import Transcript


@require_safe
def post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One post: whole for those who may have it, its summary and opening for anybody else."""
    posts = Post.objects.visible_to(request.user)
    post = get_object_or_404(posts.select_related("series", "video"), slug=slug)
    whole = can_watch(request.user, post)
    everything = request.user.has_perm("courses.watch_members_only")
    similar = similar_for(request, post, whole=everything)
    context = {
        "post": post,
        "access": "full" if whole else "preview",
        "body_html": readable_body(post, whole=whole),
        "video": Playable.of(post, request.user, whole=whole),
        "transcript": transcript_of(request, post) if whole else None,
        "similar": similar,
        "similar_heading": _similar_heading(post, similar),
    }
    return render(request, "courses/post_detail.html", context)


def transcript_of(request: HttpRequest, post: Post) -> Transcript | None:
    """What is said in the video of `post`, in the language that `?transcript=` asks for."""
    if post.kind != "video":
        return None
    return Transcript.of(post.video, request.GET.get("transcript", ""))


def similar_for(request: HttpRequest, post: Post, *, whole: bool) -> list[SimilarPost]:
    """The rows of the similar list that this reader sees, in one query.

    A post that came out this moment has no rows yet; the newest posts stand in for a second.
    """
    visible = Post.objects.visible_to(request.user)
    rows = SimilarPost.objects.filter(post=post, other__in=visible, is_blocked=False)
    rows = rows.select_related("other", "topic").defer("other__body", "other__opening")
    found = list(rows)
    pins = sum(row.is_pinned for row in found)
    found = choose_shown(found, lambda row: row.other.is_free, pins=pins, whole=whole)
    if len(found) < SHOWN:
        kept_out = post.similar.filter(is_blocked=True).values("other")
        known = [post.pk, *(row.other_id for row in found)]
        newest = visible.published().exclude(pk__in=known).exclude(pk__in=kept_out).newest()
        missing = newest.for_cards()[: SHOWN - len(found)]
        why = SimilarPost.Why.MORE
        found += [SimilarPost(post=post, other=other, why=why) for other in missing]
    for row in found:
        row.post = post
    return found


def _similar_heading(post: Post, similar: list[SimilarPost]) -> str:
    if not any(row.is_near for row in similar):
        return _("More from the Herd")
    if post.kind == "video":
        return _("Similar to what you just watched")
    return _("Similar to what you just read")


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """The library, narrowed by topic, age, time, kind and access; every choice is a link."""
    selection = Selection(request.GET, Topic.objects.all())
    page = page_of(selection.narrow(Post.objects.visible_to(request.user)).for_cards(), request)
    context = {
        "page": page,
        "total": page.paginator.count,
        "filters": selection.groups(),
        "unknown": selection.unknown,
        "query": selection.query,
    }
    return render(request, "courses/post_list.html", context)
