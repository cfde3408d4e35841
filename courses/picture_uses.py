"""Where the pictures of the shelf are used: what somebody would miss is not thrown away."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Picture, Post, Version, WorkingCopy


@dataclass(frozen=True)
class Use:
    """One place, in words, and where it is changed."""

    said: str
    address: str


def uses_of(pictures: Iterable[Picture]) -> dict[int, list[Use]]:
    """The uses of each picture by its key; what is used nowhere has no entry."""
    keys = [picture.pk for picture in pictures]
    found: dict[int, list[Use]] = defaultdict(list)
    now: set[tuple[int, int]] = set()
    covered = Post.objects.filter(picture__in=keys).order_by()
    for key, post, title in covered.values_list("picture", "pk", "title"):
        now.add((key, post))
        found[key].append(_use(_("Cover of “%(title)s”"), post, title))
    texts = Post.text_pictures.through.objects.filter(picture__in=keys)
    for key, post, title in texts.values_list("picture", "post", "post__title"):
        now.add((key, post))
        found[key].append(_use(_("In the text of “%(title)s”"), post, title))
    versions = Version.pictures.through.objects.filter(picture__in=keys)
    places = versions.values_list("picture", "version__post", "version__post__title")
    for key, post, title in places.distinct():
        if (key, post) not in now:
            found[key].append(_use(_("In an earlier version of “%(title)s”"), post, title))
    copies = WorkingCopy.pictures.through.objects.filter(picture__in=keys)
    for copy in copies.select_related("workingcopy__post", "workingcopy__editor"):
        found[copy.picture_id].append(_unsaved(copy.workingcopy))
    return dict(found)


def _use(said: str, post: int, title: str) -> Use:
    return Use(said % {"title": title}, reverse("admin:courses_post_change", args=[post]))


def _unsaved(copy: WorkingCopy) -> Use:
    words = {"who": copy.editor, "title": copy.post}
    if copy.post is None:
        said = _("In a new post that %(who)s is writing")
        return Use(said % words, reverse("admin:courses_post_add"))
    said = _("In what %(who)s is writing on “%(title)s”")
    return Use(said % words, reverse("admin:courses_post_change", args=[copy.post.pk]))
