"""The list of what somebody has put aside for later."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from courses.models import Post, Saved
from courses.pages import stretch_of
from nerdherd.lib.requests import signed_in_post


@require_safe
@login_required
def saved(request: HttpRequest) -> HttpResponse:
    """Everything put aside, the latest first."""
    posts = Post.objects.visible_to(request.user).saved_by(request.user)
    page = stretch_of(posts, request, by="moment")
    return render(request, "courses/account/saved.html", {"page": page})


@signed_in_post
def saving(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a post aside."""
    post = get_object_or_404(Post.objects.visible_to(request.user), slug=slug)
    Saved.objects.get_or_create(person_id=request.user.pk, post=post)
    return _back_to_the_button(post)


@signed_in_post
def removal(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a post off the list."""
    post = get_object_or_404(Post.objects.visible_to(request.user), slug=slug)
    Saved.objects.filter(person=request.user.pk, post=post).delete()
    return _back_to_the_button(post)


def _back_to_the_button(post: Post) -> HttpResponse:
    """It says by itself what was done."""
    return redirect(f"{post.get_absolute_url()}#acts")
