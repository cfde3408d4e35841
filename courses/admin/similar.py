"""What an editor sees of the similar lists: as readers do, with reasons and doubts."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.library import LARGE
from courses.models import Post, PostVector, SimilarPost
from courses.similar import weights
from courses.similar.document import SHOWN
from nerdherd.lib.lately import Lately

LOOKED_AT = 6
# That all of a large library has been read is not asked again at each look at its list.
ALL_READ: Lately[bool] = Lately(10 * 60)


def similar_now(post: Post) -> SafeString:
    """The list of `post`: the three that are shown, the next ones, and a possible double."""
    rows = post.similar.filter(is_blocked=False).select_related("other", "topic")[:LOOKED_AT]
    lines = format_html_join("", "<li>{}. {}: {}{}</li>", (_line(n, r) for n, r in enumerate(rows)))
    double = PostVector.objects.filter(post=post, double__isnull=False).select_related("double")
    doubts = format_html_join("", "<p>{}</p>", (
        (_("Says nearly the same as “%(post)s”. Is it a copy?") % {"post": vector.double},)
        for vector in double
    ))  # fmt: skip
    return format_html("<ul>{}</ul>{}", lines, doubts)


def _line(number: int, row: SimilarPost) -> tuple[int, str, str, str]:
    found = "" if row.is_pinned else f" ({row.score:.2f})"
    waits = "" if number < SHOWN else _(", waits")
    return number + 1, row.other.title, row.because, found + waits


def reading_now() -> SafeString | None:
    """How far the first reading of the library is; None when it is done or there is no model."""
    if weights.folder() is None or ALL_READ():
        return None
    if not (unread := PostVector.unread().count()):
        if PostVector.objects.count() > LARGE:
            ALL_READ.keep(True)
        return None
    count = Post.objects.count()
    reading = _("The library is being read for its similar lists:")
    progress = _("%(done)s of %(all)s. Until then they go by words.")
    return format_html(
        '{} <progress value="{}" max="{}"></progress> {}',
        reading,
        count - unread,
        count,
        progress % {"done": count - unread, "all": count},
    )
