"""What the page of a post says: of the post to everybody like this reader, and to them alone."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from courses.access import Person, can_watch, readable_body
from courses.metadata import Metadata
from courses.mine import Mine
from courses.models import Post
from courses.shown import heading_over, shown_under
from courses.video.playable import Playable
from courses.video.transcript import Transcript


def page_of_post(request: HttpRequest, post: Post, user: Person) -> dict[str, Any]:
    """What the page of `post` says to `user`; both are the caller's to have looked at."""
    said_in = request.GET.get("transcript", "")
    return content_of(post, user, said_in=said_in) | {"mine": Mine.of(request, post, user)}


def content_of(
    post: Post,
    user: Person,
    *,
    said_in: str = "",
    pass_: str = "",
    finished: Collection[int] | None = None,
) -> dict[str, Any]:
    """All of it that hangs on what `user` may have, and on nothing else of them.

    Given a pass and the posts they have finished, nothing is asked of the person at all.
    """
    whole = can_watch(user, post)
    similar = shown_under(post, user, finished)
    is_video = post.kind == "video"
    return {
        "post": post,
        "access": "full" if whole else "preview",
        "body_html": readable_body(post, whole=whole),
        "video": Playable.of(post, user, whole=whole, pass_=pass_),
        # In the language that `?transcript=` asks for.
        "transcript": Transcript.of(post.video, said_in) if whole and is_video else None,
        "similar": similar,
        "similar_heading": heading_over(post, similar),
        "metadata": Metadata.of_post(post),
    }
