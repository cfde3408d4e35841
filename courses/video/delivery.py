"""Who may fetch a video's files, and at which addresses.

An address holds a pass: `free` for what anybody may have, `opening` for the free beginning of a
members' video, or else a grant: our signature under one video and one person, good for four hours.
It stands in the path, since relative addresses in a playlist keep the path and a television that
fetches for a phone brings no cookie. A grant only says who asks; whether they may is decided anew
at every request, so a refund counts from the next one on.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from courses.access import Person, can_watch
from courses.models import Post, Video

FREE, OPENING = "free", "opening"
GRANT_LIFE = timedelta(hours=4)
# The files that have an address at all.
NAME = re.compile(
    r"(master|\d{2,4})\.m3u8|(\d{2,4}|video|opening-\d{1,3})\.mp4|audio\.m4a"
    r"|story\.vtt|story-\d{1,3}\.jpg|still-\d\.jpg"
)
_SALT = "courses.video.delivery"


class NoEntry(Exception):
    """The pass is no good, or no longer; nothing more is said."""


@dataclass(frozen=True)
class Entry:
    """A request that may have files of `video`; `life` is how long it stays true that it may."""

    video: Video
    is_public: bool
    is_opening: bool
    life: timedelta


def grant(video: Video, user: Person) -> str:
    """A pass for `user` to `video`. Whether they may is asked when it is used."""
    until = int((timezone.now() + GRANT_LIFE).timestamp())
    return Signer(salt=_SALT).sign(f"{video.pk}-{user.pk}-{until}")


def pass_for(video: Video, post: Post, user: Person) -> str:
    """The pass that the page of `post` hands to a reader who may have all of it."""
    return FREE if post.is_free and post.state == "published" else grant(video, user)


def address(video: Video, pass_: str, name: str) -> str:
    """The address of a file of what plays now."""
    attempt = video.folder.rpartition("/")[2]
    return reverse("watch_file", args=[pass_, video.pk, attempt, name])


def enter(pass_: str, video_pk: int) -> Entry:
    """What a pass opens at this moment. Raises NoEntry."""
    user, life = _holder(pass_, video_pk)
    posts = Post.objects.visible_to(user).select_related("video")
    post = posts.filter(video__pk=video_pk).first()
    if post is None:
        raise NoEntry
    video: Video = post.video
    if pass_ == OPENING:
        if not video.opening:
            raise NoEntry
        return Entry(video, is_public=True, is_opening=True, life=life)
    if not can_watch(user, post):
        raise NoEntry
    if pass_ == FREE and post.free_until and post.access == Post.Access.FREE_UNTIL:
        life = min(life, post.free_until - timezone.now())
    return Entry(video, is_public=pass_ == FREE, is_opening=False, life=life)


def _holder(pass_: str, video_pk: int) -> tuple[Person, timedelta]:
    if pass_ in (FREE, OPENING):
        return AnonymousUser(), GRANT_LIFE
    try:
        video, person, until = Signer(salt=_SALT).unsign(pass_).split("-")
    except BadSignature as error:
        raise NoEntry from error
    life = datetime.fromtimestamp(int(until), UTC) - timezone.now()
    user = get_user_model().objects.filter(pk=person, is_active=True).first()
    if user is None or video != str(video_pk) or life <= timedelta(0):
        raise NoEntry
    return user, life
