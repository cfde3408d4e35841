"""A picture on the shelf: once for each file, however often it is used."""

from functools import reduce
from hashlib import file_digest
from operator import or_
from typing import Any, ClassVar

from django.core.files.base import File
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import illustrations, pictures


class PictureQuerySet(models.QuerySet["Picture"]):
    """Which pictures are used."""

    def unused(self) -> "PictureQuerySet":
        """Neither in a post nor in an earlier version of one nor in what is being written."""
        return self.filter(covered=None, texts=None, versions=None, working_copies=None)

    def found_by(self, words: str) -> "PictureQuerySet":
        """Those that show `words`, or stand in a post whose title says them."""
        fields = ("alt", "covered__title", "texts__title")
        terms = [Q(**{f"{field}__icontains": words}) for field in fields]
        return self.filter(reduce(or_, terms)).distinct() if words else self.all()


class Picture(models.Model):
    """Kept as re-encoded copies `<name>-<width>.webp`; `width` and `height` are the largest's."""

    name = models.CharField(max_length=80, unique=True, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    # Of the file as it was dropped, by which it is known again; empty for those from before 0014.
    sha256 = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - unique
    alt = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For those who cannot see. Offered again wherever the picture is used."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[PictureQuerySet] = PictureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="picture_newest")]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.alt or gettext("Picture %(number)s") % {"number": self.pk}

    @classmethod
    def take(cls, file: "File[bytes]", alt: str = "") -> "Picture":
        """The picture in `file`, which `pictures.validate` has passed; the same file is the same.

        A picture without words for those who cannot see takes `alt`.
        """
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()
        found = cls.objects.filter(sha256=digest).first() or cls._keep(file, digest)
        found.hear(alt)
        return found

    @classmethod
    def _keep(cls, file: "File[bytes]", digest: str) -> "Picture":
        copies = pictures.make_copies(file, "pictures")
        size = {name: copies[name] for name in ("name", "width", "height")}
        try:
            with transaction.atomic():
                return cls.objects.create(**size, sha256=digest)
        except IntegrityError:  # somebody dropped it at the same moment; our copies are swept
            return cls.objects.get(sha256=digest)

    def hear(self, alt: str) -> None:
        """Take words for those who cannot see, unless it has some."""
        if alt and not self.alt:
            self.alt = alt[:200]
            self.save(update_fields=["alt"])

    @property
    def copies(self) -> dict[str, Any]:
        """The keyword arguments of its `Cover`, as a post keeps them."""
        widths = pictures.widths_of(self.width)
        return {"name": self.name, "width": self.width, "height": self.height, "widths": widths}

    @property
    def cover(self) -> pictures.Cover:
        """As a page shows it."""
        return pictures.Cover(**self.copies, alt=self.alt)


def pictures_of(cover: int | str | None, text: str) -> PictureQuerySet:
    """What a post with this cover (its key, perhaps as a form sends it) and this text shows."""
    key = int(cover) if str(cover).isdecimal() else None  # type: ignore[arg-type]
    return Picture.objects.filter(Q(pk=key) | Q(name__in=illustrations.names(text)))
