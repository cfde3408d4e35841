"""The post page, and the library's list of posts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.library import Selection
from courses.members_page import members_page
from courses.metadata import Metadata
from courses.models import Post, Topic
from courses.pages import count_up_to, stretch_of
from courses.post_page import page_of_post

MOST_COUNTED = 1000


@require_safe
def post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One post: whole for those who may have it, its summary and opening for anybody else."""
    if (kept := members_page(request, slug)) is not None:
        return kept
    posts = Post.objects.visible_to(request.user).for_page(request.user)
    post = get_object_or_404(posts, slug=slug)
    return render(request, "courses/post_detail.html", page_of_post(request, post, request.user))


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """The library, narrowed by topic, age, time, kind and access; every choice is a link."""
    selection = Selection(request.GET, Topic.objects.all())
    posts = selection.narrow(Post.objects.visible_to(request.user))
    context = {
        "page": stretch_of(posts, request, by="published_at"),
        "total": count_up_to(posts, MOST_COUNTED),
        "most": MOST_COUNTED,
        "filters": selection.groups(),
        "unknown": selection.unknown,
        "query": selection.query,
        "metadata": Metadata.of_library(),
    }
    return render(request, "courses/post_list.html", context)
