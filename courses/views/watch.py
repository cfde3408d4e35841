"""The files of a video: each request says by its pass who asks, and is decided anew."""

import re
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.access import can_watch
from courses.models import Caption, Post
from courses.video import captions, chapters, delivery
from courses.video.delivery import Entry, NoEntry
from courses.video.playable import Playable
from courses.video.shelf import signed_address
from nerdherd.lib import ranges
from nerdherd.lib.stores import gated_storage

TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "vtt": "text/vtt; charset=utf-8",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
}
# What a playlist names: the film itself, and the film as the place of its beginning.
_MEDIA = re.compile(r'(?m)^\d+\.mp4$|(?<=URI=")\d+\.mp4(?=")')
SLACK = timedelta(minutes=30)
# A file of an attempt never changes; a playlist may name addresses that run out, and captions are
# mended.
KEPT, KEPT_BRIEFLY = timedelta(hours=1), timedelta(minutes=1)


def _enter(pass_: str, video: int) -> Entry:
    try:
        return delivery.enter(pass_, video)
    except NoEntry as error:
        raise Http404 from error


@require_safe
def watch_file(
    request: HttpRequest, pass_: str, video: int, attempt: str, name: str
) -> HttpResponseBase:
    """A playlist, or a range of a file, of the video."""
    entry = _enter(pass_, video)
    if not delivery.NAME.fullmatch(name):
        raise Http404
    if entry.is_opening and name != entry.video.opening:
        raise Http404
    path = f"videos/{video}/{attempt}/{name}"
    is_text = name.endswith((".m3u8", ".vtt"))
    response = _text(path, entry) if is_text else _send(request, path, entry)
    is_fixed = not name.endswith(".m3u8") and response.status_code != 302
    return _kept(response, entry, is_fixed=is_fixed)


@require_safe
def watch_captions(request: HttpRequest, pass_: str, video: int, language: str) -> HttpResponseBase:
    """What is said in the video, as WebVTT; of an opening only what is said in it."""
    entry = _enter(pass_, video)
    row = get_object_or_404(Caption, video=video, language=language, is_draft=False)
    text = row.text
    if entry.is_opening:
        text = captions.write(captions.until(captions.parse(text), entry.video.opening_made or 0))
    response = HttpResponse(text, content_type=TYPES["vtt"])
    return _kept(response, entry, is_fixed=False)


@require_safe
def watch_chapters(request: HttpRequest, pass_: str, video: int) -> HttpResponseBase:
    """The chapters, as WebVTT."""
    entry = _enter(pass_, video)
    if entry.is_opening or not entry.video.chapters:
        raise Http404
    parsed = chapters.parse(entry.video.chapters)
    text = chapters.webvtt(parsed, entry.video.seconds or 0)
    return _kept(HttpResponse(text, content_type=TYPES["vtt"]), entry, is_fixed=False)


@require_safe
def playback(request: HttpRequest, slug: str) -> JsonResponse:
    """Fresh addresses, for a player whose pass has run out."""
    posts = Post.objects.visible_to(request.user).select_related("video")
    post = get_object_or_404(posts, slug=slug)
    playable = Playable.of(post, request.user, whole=can_watch(request.user, post))
    if playable is None:
        raise Http404
    return JsonResponse(playable.as_json(), headers={"Cache-Control": "private, no-store"})


def _text(path: str, entry: Entry) -> HttpResponse:
    """A small text, through us; a playlist names the addresses where its films are sent from."""
    try:
        with gated_storage().open(path) as file:
            text = file.read().decode()
    except FileNotFoundError as error:
        raise Http404 from error
    if path.endswith(".m3u8"):
        folder = path.rpartition("/")[0]
        text = _MEDIA.sub(lambda name: _elsewhere(f"{folder}/{name[0]}", entry) or name[0], text)
    return HttpResponse(text, content_type=TYPES[path.rpartition(".")[2]])


def _send(request: HttpRequest, path: str, entry: Entry) -> HttpResponseBase:
    """The bytes: by the bucket or the server in front, else by us."""
    if elsewhere := _elsewhere(path, entry):
        return HttpResponseRedirect(elsewhere)
    return ranges.serve(request, gated_storage(), path, TYPES[path.rpartition(".")[2]])


def _elsewhere(path: str, entry: Entry) -> str:
    """A signed address that lives long enough to watch the film, and no longer than the pass."""
    watching = timedelta(seconds=2 * (entry.video.seconds or 0)) + SLACK
    return signed_address(path, int(min(entry.life, watching).total_seconds()))


def _kept(response: HttpResponseBase, entry: Entry, *, is_fixed: bool) -> HttpResponseBase:
    """How long browsers and proxies may keep it: what is for one person, not at all."""
    seconds = int(min(entry.life, KEPT if is_fixed else KEPT_BRIEFLY).total_seconds())
    if not entry.is_public:
        response["Cache-Control"] = "private, no-store"
    elif is_fixed:
        response["Cache-Control"] = f"public, max-age={max(0, seconds)}, immutable"
    else:
        response["Cache-Control"] = f"public, max-age={max(0, seconds)}"
    return response
