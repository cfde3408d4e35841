"""The post page, and the library's list of posts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.access import Person, can_watch, readable_body
from courses.library import Selection
from courses.metadata import Metadata
from courses.models import Post, Topic
from courses.pages import page_of
from courses.shown import heading_over, shown_under
from courses.video.playable import Playable
from courses.video.transcript import Transcript


@require_safe
def post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One post: whole for those who may have it, its summary and opening for anybody else."""
    posts = Post.objects.visible_to(request.user).for_page(request.user)
    post = get_object_or_404(posts, slug=slug)
    return render(request, "courses/post_detail.html", page_of_post(request, post, request.user))


def page_of_post(request: HttpRequest, post: Post, user: Person) -> dict[str, Any]:
    """What the page of `post` says to `user`."""
    whole = can_watch(user, post)
    similar = shown_under(post, user)
    return {
        "post": post,
        "access": "full" if whole else "preview",
        "body_html": readable_body(post, whole=whole),
        "video": Playable.of(post, user, whole=whole),
        "transcript": transcript_of(request, post) if whole else None,
        "similar": similar,
        "similar_heading": heading_over(post, similar),
        "metadata": Metadata.of_post(post),
    }


def transcript_of(request: HttpRequest, post: Post) -> Transcript | None:
    """What is said in the video of `post`, in the language that `?transcript=` asks for."""
    if post.kind != "video":
        return None
    return Transcript.of(post.video, request.GET.get("transcript", ""))


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """The library, narrowed by topic, age, time, kind and access; every choice is a link."""
    selection = Selection(request.GET, Topic.objects.all())
    page = page_of(
        selection.narrow(Post.objects.visible_to(request.user)).for_cards(request.user), request
    )
    context = {
        "page": page,
        "total": page.paginator.count,
        "filters": selection.groups(),
        "unknown": selection.unknown,
        "query": selection.query,
        "metadata": Metadata.of_library(),
    }
    return render(request, "courses/post_list.html", context)
