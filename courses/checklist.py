"""What to look at before a post goes out: what it must have, and what would do it good."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import illustrations, richtext
from courses.models import Post, Video

LONGEST_FOUND_TITLE = 60  # characters; search engines cut what is longer
SHORTEST_SUMMARY = 40
MOST_TOPICS = 3

NOTHING = gettext_lazy(
    "There is nothing to read or to watch yet. Write a text or add a video, or empty “Publish at” "
    "to keep it as a draft."
)
NO_CAPTIONS = gettext_lazy(
    "Not everybody can hear this video. Add captions, or say below why it has none, or empty "
    "“Publish at” to keep the post as a draft."
)


@dataclass(frozen=True)
class Check:
    """One point; what `is_must` and is not done keeps a post from going out."""

    said: str
    is_done: bool
    is_must: bool = False


def has_content(post: Post, *, has_video: bool) -> bool:
    """Whether there is anything to read or to watch."""
    return has_video or bool(richtext.plain(post.body))


def is_explained(video: Video) -> bool:
    """Whether those who cannot hear `video` have captions, or a reason why not."""
    return bool(video.no_captions_reason or video.tracks)


def checks(post: Post) -> list[Check]:
    """The whole list for `post` as it is, or as it is being written."""
    video: Video | None = getattr(post, "video", None)
    is_there = has_content(post, has_video=video is not None)
    found = [Check(_("Something to read or to watch"), is_there, is_must=True)]
    if video:
        said = _("Captions for the video, or the reason why it has none")
        found.append(Check(said, is_explained(video), is_must=True))
    if shown := illustrations.words(post.body):
        said = _("Words for those who cannot see the pictures in the text")
        found.append(Check(said, all(alt for _name, alt in shown)))
    return [*found, _summary(post), _picture(post), _topics(post), _title(post)]


def _summary(post: Post) -> Check:
    is_done = len(post.summary) >= SHORTEST_SUMMARY
    said = _("A summary of one or two sentences: it stands on cards and in search results")
    return Check(said, is_done)


def _picture(post: Post) -> Check:
    if post.picture:
        said = _("Words for those who cannot see the picture")
        return Check(said, bool(post.picture_alt))
    return Check(_("A picture; without one the site draws a cover"), bool(post.poster_copies))


def _topics(post: Post) -> Check:
    count = 0 if post.pk is None else len(post.topics.all())
    said = _("One to three topics; they lead readers here (now %(count)s)") % {"count": count}
    return Check(said, 1 <= count <= MOST_TOPICS)


def _title(post: Post) -> Check:
    said = _("A title of at most %(most)s characters; search engines cut longer ones (now %(now)s)")
    now = len(post.title)
    values = {"most": LONGEST_FOUND_TITLE, "now": now}
    return Check(said % values, 0 < now <= LONGEST_FOUND_TITLE)
