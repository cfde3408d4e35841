"""The video beside a post: the editor's file, what was made of it, and its captions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.models.post import Post
from courses.video import captions


def gated_storage() -> Any:
    """Where files lie that have no address of their own."""
    return storages["gated"]


def original_name(instance: object, filename: str) -> str:
    """A random name without a suffix: what the file claims to be decides nothing."""
    return f"originals/{get_random_string(24)}"


class VideoQuerySet(models.QuerySet["Video"]):
    """Which videos the worker should look at."""

    def waiting(self) -> "VideoQuerySet":
        """Uploaded and not begun, or begun by a worker that has not been heard of since."""
        now = timezone.now()
        abandoned = Q(state=Video.State.ENCODING, lease_until__lt=now)
        return self.filter(Q(state=Video.State.UPLOADED) | abandoned).order_by("uploaded_at")


class Video(models.Model):
    """A video. `file` is what plays; it stays while a replacement is being made."""

    MAX_ATTEMPTS = 3
    LEASE = timedelta(minutes=2)

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be prepared"
        ENCODING = "encoding", "Being prepared"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be prepared"

    post = models.OneToOneField(Post, models.CASCADE, related_name="video")
    original = models.FileField(
        "video file",
        storage=gated_storage,
        upload_to=original_name,
        help_text="Any file from a phone or a camera. Save; it is prepared by itself in a moment.",
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.UPLOADED, editable=False, db_index=True
    )
    error = models.CharField(max_length=300, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    claim = models.CharField(max_length=36, editable=False)

    file = models.CharField(max_length=120, editable=False)
    seconds = models.PositiveIntegerField(null=True, editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    # Made from the captions when they are saved: the languages, and the transcript's paragraphs.
    tracks = models.JSONField(default=list, editable=False)
    transcript = models.JSONField(default=list, editable=False)

    objects = VideoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Video of “{self.post}”"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file starts from the beginning, while the old one goes on playing."""
        if self.original and not self.original._committed:  # type: ignore[attr-defined]
            self.state, self.error, self.attempts = self.State.UPLOADED, "", 0
            self.claim, self.lease_until, self.uploaded_at = "", None, timezone.now()
        super().save(*args, **kwargs)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to play, even while a replacement is being made."""
        return bool(self.file)

    def take(self) -> bool:
        """Claim the work for this worker, for as long as the lease; False if another has it."""
        claim, lease_until = str(uuid4()), timezone.now() + self.LEASE
        taken = Video.objects.waiting().filter(pk=self.pk, claim=self.claim).order_by()
        if not taken.update(
            state=self.State.ENCODING,
            claim=claim,
            lease_until=lease_until,
            attempts=F("attempts") + 1,
        ):
            return False
        self.refresh_from_db()
        return self.claim == claim

    def keep(self, **values: object) -> bool:
        """Write `values` if this worker still has the claim; False when it was lost."""
        return bool(Video.objects.filter(pk=self.pk, claim=self.claim).update(**values))

    def fail(self, reason: str, *, for_good: bool) -> None:
        """Give up, or leave it to be tried again, with a reason in plain words."""
        if for_good or self.attempts >= self.MAX_ATTEMPTS:
            self.keep(state=self.State.FAILED, error=reason[:300], claim="", lease_until=None)
        else:
            self.keep(state=self.State.UPLOADED, error=reason[:300], claim="", lease_until=None)

    def try_again(self) -> None:
        """Prepare it once more, whatever happened before."""
        Video.objects.filter(pk=self.pk).update(
            state=self.State.UPLOADED, error="", attempts=0, claim="", lease_until=None
        )

    @transaction.atomic
    def finish(self, *, file: str, seconds: int, width: int, height: int, poster: dict) -> bool:
        """Let the new file take the old one's place, on the post as well; all at once."""
        now: datetime = timezone.now()
        done = self.keep(
            state=self.State.READY, file=file, seconds=seconds, width=width, height=height,
            ready_at=now, error="", claim="", lease_until=None,
        )  # fmt: skip
        if done:
            Post.objects.filter(pk=self.post_id).update(
                video_seconds=seconds, poster_copies=poster, related_at=None
            )
        return done

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and leave the post an article."""
        Post.objects.filter(pk=self.post_id).update(
            video_seconds=None, poster_copies=None, related_at=None
        )
        return super().delete(*args, **kwargs)

    def update_transcript(self) -> None:
        """Make the tracks and the transcript anew from the captions."""
        rows = list(self.captions.order_by("-is_default", "language"))
        self.tracks = [
            {"language": row.language, "label": row.label, "is_default": row.is_default}
            for row in rows
        ]
        self.transcript = captions.paragraphs(captions.parse(rows[0].text)) if rows else []
        self.save(update_fields=["tracks", "transcript"])
        Post.objects.filter(pk=self.post_id).update(related_at=None)


class Caption(models.Model):
    """What is said, in one language, as WebVTT; from the first language comes the transcript."""

    video = models.ForeignKey(Video, models.CASCADE, related_name="captions")
    language = models.SlugField(max_length=12, default="en", help_text="en, es, pt-br …")
    label = models.CharField(
        max_length=40, default="English", help_text="As the player's menu shows it."
    )
    is_default = models.BooleanField("main language", default=True)
    text = models.TextField("captions", help_text="WebVTT or SRT; it is checked line by line.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["video", "language"], name="one_caption_per_language")
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse what a player could not show, naming the line."""
        try:
            captions.parse(self.text)
        except captions.CaptionError as error:
            raise ValidationError({"text": str(error)}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the text as clean WebVTT, and the video's transcript in step with it."""
        self.text = captions.write(captions.parse(self.text))
        super().save(*args, **kwargs)
        self.video.update_transcript()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and take what it said out of the transcript."""
        deleted = super().delete(*args, **kwargs)
        self.video.update_transcript()
        return deleted
