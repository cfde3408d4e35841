"""A file that somebody brings in, how far it has come, and what became of its rows."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from nerdherd.lib.stores import gated_storage
from nerdherd.lib.tables import DONE, Table
from nerdherd.moving.kinds import Importer, kinds

# A worker that has said nothing for so long is taken for dead, and another begins again.
LEASE = timedelta(minutes=2)
AT_WORK = ("looking", "moving")


def file_name(move: "Move", name: str) -> str:
    """A name of our own, not to be guessed."""
    return f"moving/{get_random_string(24)}.csv"


class MoveQuerySet(models.QuerySet["Move"]):
    """Files in several lists."""

    def waiting(self) -> "MoveQuerySet":
        """Those that a worker should take now."""
        is_free = models.Q(held_until=None) | models.Q(held_until__lt=timezone.now())
        return self.filter(is_free, stage__in=AT_WORK)


class Move(models.Model):
    """A file: first it is looked at and nothing is written, then it is brought in."""

    class Stage(models.TextChoices):
        LOOKING = "looking", _("Being looked at")
        LOOKED = "looked", _("Looked at; nothing has been changed")
        MOVING = "moving", _("Being brought in")
        DONE = "done", _("Brought in")
        FAILED = "failed", _("It broke off, which is our fault; what was brought in so far stays")

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)  # what the file was called
    file = models.FileField(upload_to=file_name, storage=gated_storage)
    head = models.JSONField(default=list)  # its columns, in order
    columns = models.JSONField(default=dict)  # which of them is taken for each of our names
    unused = models.JSONField(default=list)  # which are taken for nothing
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LOOKING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=list)  # [row, name, did, notes] each, once it is over
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[MoveQuerySet] = MoveQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def importer(self) -> type[Importer]:
        """How its rows are read."""
        return kinds()[self.kind]

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it, or will in a moment."""
        return self.stage in AT_WORK

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many rows came to what."""
        return [(did, sum(row[2] == did for row in self.outcomes)) for did in DONE]

    def table(self) -> Table:
        """Its rows; raises `UnreadableTableError`."""
        with self.file.open("rb") as file:
            return Table.read(file.read())

    def begin(self, stage: "Move.Stage") -> bool:
        """Have a worker go through it; False when one is at it."""
        idle = Move.objects.filter(pk=self.pk).exclude(stage__in=AT_WORK)
        return bool(idle.update(stage=stage, rows_done=0, columns=self.columns, held_until=None))

    def forget(self) -> None:
        """Delete it, its file too; what was brought in stays."""
        self.file.delete(save=False)
        self.delete()
