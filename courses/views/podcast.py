"""The private podcast feed: who has its key is its reader, without signing in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.access import can_watch, may_have_everything
from courses.metadata import absolute
from courses.models import PodcastKey
from courses.podcast import episodes, feed_for
from courses.video import delivery


def _holder(key: str) -> PodcastKey:
    return get_object_or_404(PodcastKey.objects.select_related("person"), key=key)


@require_safe
def podcast(request: HttpRequest, key: str) -> HttpResponse:
    """The feed, asked for by an app every hour or so."""
    feed = feed_for(_holder(key))
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def podcast_episode(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """On to the sound itself, by an address that is good for a few hours."""
    person = _holder(key).person
    post = get_object_or_404(episodes(), slug=slug)
    if not can_watch(person, post):
        raise Http404
    response = redirect(
        delivery.address(post.video, delivery.pass_for(post.video, post, person), "audio.m4a")
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def podcast_key(request: HttpRequest) -> HttpResponse:
    """A member's own feed: what it is, its address; POST makes a new one."""
    if request.method == "POST":
        if may_have_everything(request.user):
            PodcastKey.renew(request.user)
        return redirect("podcast_key")
    key = PodcastKey.objects.filter(person=request.user.pk).first()
    address = absolute(reverse("podcast", args=[key.key])) if key else ""
    context = {"address": address, "is_member": may_have_everything(request.user)}
    return render(request, "courses/account/podcast.html", context)
