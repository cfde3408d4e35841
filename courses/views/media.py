"""Files: public pictures, and the videos and captions that ask at every request who you are."""

import re
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.access import can_watch
from courses.models import Caption, Post, Video
from courses.models.video import gated_storage
from nerdherd.lib import ranges

PICTURE = re.compile(r"(pictures|posters)/[A-Za-z0-9]{1,80}-\d{1,5}\.webp")


@dataclass(frozen=True)
class Track:
    """A `<track>` of the player."""

    language: str
    label: str
    url: str
    is_default: bool


@dataclass(frozen=True)
class Playable:
    """What the player needs of a video."""

    url: str
    poster_url: str
    tracks: list[Track]
    seconds: int
    width: int
    height: int

    @classmethod
    def of(cls, post: Post, *, whole: bool) -> "Playable | None":
        """For a ready video that this reader may have; else None."""
        if post.kind != "video" or not whole:
            return None
        video: Video = post.video
        tracks = [
            Track(url=reverse("watch_captions", args=[post.slug, row["language"]]), **row)
            for row in video.tracks
        ]
        return cls(
            # The end of the name changes with the file, so that a browser keeps neither too long.
            url=reverse("watch_video", args=[post.slug]) + f"?v={video.file[-10:-4]}",
            poster_url=post.cover.url if post.cover else "",
            tracks=tracks,
            seconds=video.seconds or 0,
            width=video.width or 16,
            height=video.height or 9,
        )


def _watched(request: HttpRequest, slug: str) -> Post:
    """The post whose video this reader may have; otherwise the same 404 as for no post at all."""
    posts = Post.objects.visible_to(request.user).select_related("video")
    post = get_object_or_404(posts, slug=slug, video__isnull=False)
    if not can_watch(request.user, post):
        raise Http404
    return post


@require_safe
def watch_video(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The video's file, in ranges."""
    video: Video = _watched(request, slug).video
    if not video.is_ready:
        raise Http404
    response = ranges.serve(request, gated_storage(), video.file, "video/mp4")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def watch_captions(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """What is said in the video, as WebVTT."""
    post = _watched(request, slug)
    caption = get_object_or_404(Caption, video__post=post, language=language)
    response = HttpResponse(caption.text, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def public_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of a post; its name changes with its bytes, so it may be kept for a year."""
    if not PICTURE.fullmatch(name):
        raise Http404
    response = ranges.serve(request, default_storage, name, "image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
