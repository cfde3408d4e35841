"""Where the preparing of a video stands, in an editor's words."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Video
from courses.video.chapters import clock
from courses.video.pipeline import LOOKED

MEANWHILE = _("Until then the old one plays.")


@dataclass(frozen=True)
class Standing:
    """`text` says what happens; `percent` is None when there is nothing to measure.

    `error` is what went wrong the last time; `is_over` is true when nothing more happens by itself.
    """

    state: str
    text: str
    percent: int | None
    error: str
    is_over: bool
    can_try_again: bool


def standing(video: Video) -> Standing:
    """Of a saved video, at this moment."""
    state = Video.State(video.state)
    is_at_work = state in (Video.State.PROBING, Video.State.ENCODING)
    is_over = state in (Video.State.READY, Video.State.FAILED)
    return Standing(
        state=state.value,
        text=_text(video, state) + (f" {MEANWHILE}" if video.is_ready and not is_over else ""),
        percent=video.progress if is_at_work else None,
        error=gettext(video.error),
        is_over=is_over,
        can_try_again=state == Video.State.FAILED and bool(video.original),
    )


def _text(video: Video, state: Video.State) -> str:
    if state == Video.State.READY:
        size = {"width": video.width, "height": video.height}
        return gettext("Ready: %(length)s, %(width)s × %(height)s.") % {
            "length": clock(video.seconds or 0),
            **size,
        }
    if state == Video.State.FAILED:
        if video.is_ready:
            return gettext("It could not be prepared. The old one still plays.")
        return gettext("It could not be prepared.")
    if state == Video.State.PROBING or (state == Video.State.ENCODING and video.progress <= LOOKED):
        return gettext("Looking at it.")
    if state == Video.State.ENCODING:
        return gettext("Making it ready for every screen.")
    if state == Video.State.UPLOADED:
        return gettext("Waiting to be prepared.")
    return gettext("Waiting for its file.")
