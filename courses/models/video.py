"""The video beside a post: the editor's file, what was made of it, and where the work stands."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post
from courses.video import captions, chapters
from courses.video.paragraphs import paragraphs
from nerdherd.lib.stores import gated_storage


def original_name(instance: object, filename: str) -> str:
    """A random name without a suffix: what the file claims to be decides nothing."""
    return f"originals/{get_random_string(24)}"


class VideoQuerySet(models.QuerySet["Video"]):
    """Which videos the worker should look at."""

    def waiting(self) -> "VideoQuerySet":
        """Uploaded and not begun, or begun by a worker that has not been heard of since."""
        begun = Q(state__in=[Video.State.PROBING, Video.State.ENCODING])
        abandoned = begun & Q(lease_until__lt=timezone.now())
        return self.filter(Q(state=Video.State.UPLOADED) | abandoned).order_by("uploaded_at")

    def idle(self) -> "VideoQuerySet":
        """Ready, and no worker is busy with it."""
        nobody_at_it = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
        return self.filter(nobody_at_it, state=Video.State.READY)

    def with_another_opening(self) -> "VideoQuerySet":
        """Idle ones whose free opening is not the one that the editor asked for."""
        other = Q(opening_made=None) | ~Q(opening_made=F("opening_seconds"))
        return self.idle().filter(other, opening_seconds__isnull=False).order_by("pk")


class Video(models.Model):
    """A video. What lies in `folder` plays; it stays while a replacement is being made."""

    MAX_ATTEMPTS = 3
    LEASE = timedelta(minutes=1)
    MAX_OPENING = 600
    # What a new file changes; whoever saves no more than that cannot undo the worker's last word.
    BEGINNING = (
        "original", "state", "progress", "error", "attempts", "claim", "lease_until", "uploaded_at",
    )  # fmt: skip

    class State(models.TextChoices):
        AWAITED = "awaited", _("Waiting for its file")
        UPLOADED = "uploaded", _("Waiting to be prepared")
        PROBING = "probing", _("Being looked at")
        ENCODING = "encoding", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be prepared")

    post = models.OneToOneField(Post, models.CASCADE, related_name="video", verbose_name=_("post"))
    original = models.FileField(
        _("video file"),
        storage=gated_storage,
        upload_to=original_name,
        blank=True,
        help_text=_("Any file from a phone or a camera, up to 8 GB. It is prepared by itself."),
    )
    opening_seconds = models.PositiveSmallIntegerField(
        _("free opening, in seconds"),
        null=True,
        blank=True,
        help_text=_("Everybody may watch this much of a members’ video. Empty: nothing of it."),
    )
    opening_made = models.PositiveSmallIntegerField(null=True, editable=False)
    allow_download = models.BooleanField(
        _("members may download it"), default=False, help_text=_("As an MP4, to keep.")
    )
    poster_still = models.PositiveSmallIntegerField(_("picture from the video"), default=0)
    no_captions_reason = models.CharField(
        _("why it has no captions"),
        max_length=200,
        blank=True,
        default="",
        help_text=_(
            "Only when it has none: “Nobody speaks in it.” A video goes out with one of both."
        ),
    )
    chapters = models.TextField(
        _("chapters"),
        blank=True,
        default="",
        help_text=_(
            "One a line, the moment and its title: “0:00 Why they cling”. The first at 0:00."
        ),
    )

    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        default=State.AWAITED,
        editable=False,
        db_index=True,
    )
    progress = models.PositiveSmallIntegerField(default=0, editable=False)  # percent
    error = models.CharField(max_length=300, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    claim = models.CharField(max_length=36, editable=False)

    # What plays: a folder that never changes once it is there, and what it holds.
    folder = models.CharField(max_length=80, default="", editable=False)
    made = models.JSONField(default=dict, editable=False)
    seconds = models.PositiveIntegerField(null=True, editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)

    # Made from the captions when they are saved: the languages, and the transcript's paragraphs.
    tracks = models.JSONField(default=list, editable=False)
    transcript = models.JSONField(default=list, editable=False)
    said = models.CharField(max_length=64, default="", editable=False)  # sha256 of what is said
    # An editor asked the machine to write a first draft of the captions.
    draft_wanted = models.BooleanField(default=False, editable=False)

    objects = VideoQuerySet.as_manager()

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return gettext("Video of “%(post)s”") % {"post": self.post}

    def clean(self) -> None:
        """What the fields cannot say each on its own."""
        if self.opening_seconds is not None and not 2 <= self.opening_seconds <= self.MAX_OPENING:
            raise ValidationError(
                {
                    "opening_seconds": _("Give 2 to %(most)s seconds, or leave it empty.")
                    % {"most": self.MAX_OPENING}
                }
            )
        try:
            self.chapters = chapters.write(chapters.parse(self.chapters))
        except chapters.ChapterError as error:
            raise ValidationError({"chapters": error.problems}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file starts from the beginning, while the old one goes on playing."""
        if self.original and not self.original._committed:  # type: ignore[attr-defined]
            self._begin()
        super().save(*args, **kwargs)

    # Questions

    @property
    def is_ready(self) -> bool:
        """Whether there is something to play, even while a replacement is being made."""
        return bool(self.folder)

    @property
    def opening(self) -> str:
        """The name of the file that holds the free opening; empty when there is none."""
        is_there = self.is_ready and self.opening_seconds and self.opening_made
        return f"opening-{self.opening_made}.mp4" if is_there else ""

    # Verbs

    def take_file(self, name: str) -> None:
        """Have the file that lies at `name` in the gated storage prepared."""
        self.original.name = name
        self._begin()
        self.save(update_fields=self.BEGINNING)

    def _begin(self) -> None:
        self.state, self.progress, self.error, self.attempts = self.State.UPLOADED, 0, "", 0
        self.claim, self.lease_until, self.uploaded_at = "", None, timezone.now()

    def take(self) -> bool:
        """Claim the preparing for this worker; False if another has it."""
        waiting = Video.objects.waiting().filter(claim=self.claim)
        begun = {"state": self.State.PROBING, "progress": 0, "attempts": F("attempts") + 1}
        return self.hold(waiting, self.LEASE, **begun)

    def hold(self, needing: VideoQuerySet, lease: timedelta, **values: object) -> bool:
        """Claim a piece of work while this is one of the videos `needing` it, and write `values`.

        False if another worker was faster. `keep` writes under the claim, `let_go` ends it.
        """
        claim, until = str(uuid4()), timezone.now() + lease
        mine = needing.filter(pk=self.pk).order_by()
        if not mine.update(claim=claim, lease_until=until, **values):
            return False
        self.refresh_from_db()
        return self.claim == claim

    def let_go(self, **values: object) -> bool:
        """Write `values` and end the claim, if this worker still has it; False when it was lost."""
        return self.keep(claim="", lease_until=None, **values)

    def keep(self, **values: object) -> bool:
        """Write `values` if this worker still has the claim; False when it was lost."""
        return bool(Video.objects.filter(pk=self.pk, claim=self.claim).update(**values))

    def go_on(self, progress: int) -> bool:
        """Say that the work goes on and how far it is, in percent; False when it was lost."""
        return self.keep(progress=progress, lease_until=timezone.now() + self.LEASE)

    def fail(self, reason: str, *, for_good: bool) -> None:
        """Give up, or leave it to be tried again, with a reason in plain words."""
        if for_good or self.attempts >= self.MAX_ATTEMPTS:
            self.let_go(state=self.State.FAILED, error=reason[:300])
        else:
            self.let_go(state=self.State.UPLOADED, error=reason[:300])

    def put_off(self) -> None:
        """It is not the film's doing: begin again, uncounted, when the claim has run out."""
        self.keep(attempts=F("attempts") - 1)

    def hand_back(self) -> None:
        """It has to be begun again, uncounted, by whoever is free at this moment."""
        self.let_go(state=self.State.UPLOADED, progress=0, attempts=F("attempts") - 1)

    def try_again(self) -> None:
        """Prepare it once more, whatever happened before."""
        Video.objects.filter(pk=self.pk).exclude(original="").update(
            state=self.State.UPLOADED, progress=0, error="", attempts=0, claim="", lease_until=None
        )

    @transaction.atomic
    def finish(
        self,
        *,
        folder: str,
        made: dict,
        opening_made: int | None,
        seconds: int,
        width: int,
        height: int,
        poster: dict,
    ) -> bool:
        """Let the new folder take the old one's place, on the post as well; all at once."""
        done = self.let_go(
            state=self.State.READY, progress=100, folder=folder, made=made,
            opening_made=opening_made, seconds=seconds, width=width, height=height,
            poster_still=0, ready_at=timezone.now(), error="",
        )  # fmt: skip
        if done:
            Post.objects.filter(pk=self.post_id).change(video_seconds=seconds, poster_copies=poster)
        return done

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and leave the post an article; its files go with the nightly sweep."""
        Post.objects.filter(pk=self.post_id).change(video_seconds=None, poster_copies=None)
        return super().delete(*args, **kwargs)

    def update_transcript(self) -> None:
        """Make the tracks and the transcript anew from the captions; drafts do not count."""
        rows = list(self.captions.filter(is_draft=False).order_by("-is_default", "language"))
        self.tracks = [
            {"language": row.language, "label": row.label, "is_default": row.is_default}
            for row in rows
        ]
        self.transcript = paragraphs(captions.parse(rows[0].text)) if rows else []
        words = " ".join(line["text"] for part in self.transcript for line in part)
        self.said = sha256(words.encode()).hexdigest() if words else ""
        self.save(update_fields=["tracks", "transcript", "said"])
        Post.objects.filter(pk=self.post_id).change()
