"""A post: everything that an article and a video have in common."""

from typing import Any, ClassVar
from zlib import crc32

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from courses import illustrations, pictures, publication, richtext
from courses.models.picture import Picture, PictureQuerySet
from courses.models.series import Series
from courses.models.topic import Topic
from courses.video.chapters import clock

# Of so many posts on a topic the newest are found sooner by going down the list than by sorting.
MANY = 1000


class PostQuerySet(models.QuerySet["Post"]):
    """Which posts are there for whom. Every page, list and feed comes through `visible_to`."""

    def published(self) -> "PostQuerySet":
        """Out by now; a future `published_at` is a scheduled post and needs no worker."""
        return self.filter(published_at__lte=timezone.now())

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """What exists for `user`: everything for editors, what is published for anybody else."""
        is_editor = getattr(user, "is_staff", False) and user.has_perm("courses.view_post")  # type: ignore[union-attr]
        return self.all() if is_editor else self.published()

    def free(self) -> "PostQuerySet":
        """Those that anybody may have whole at this moment (`Post.is_free`, as a query)."""
        until = Q(access=Post.Access.FREE_UNTIL, free_until__gt=timezone.now())
        return self.filter(Q(access=Post.Access.FREE) | until)

    def seen_by(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """With how far `user` has come: `place`, `seen_at`, `finished_at`; None where not begun."""
        if not user.is_authenticated or "mine" in self.query.annotations:
            return self
        mine = FilteredRelation("progress", condition=Q(progress__person=user.pk))
        fields = ("place", "seen_at", "finished_at")
        return self.annotate(mine=mine, **{name: F(f"mine__{name}") for name in fields})

    def history_of(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """What `user` has seen, and at which `moment`; visitors have seen nothing."""
        return self.filter(progress__person__in=[user.pk]).annotate(moment=F("progress__seen_at"))

    def begun_by(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """What `user` has begun and not finished, the latest first."""
        begun = self.filter(progress__person__in=[user.pk], progress__finished_at=None)
        return begun.order_by("-progress__seen_at")

    def saved_by(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """What `user` has put aside for later, and at which `moment`."""
        return self.filter(saved__person__in=[user.pk]).annotate(moment=F("saved__saved_at"))

    def about(self, topic: Topic) -> "PostQuerySet":
        """Those on `topic`: looked up when they are few, else picked out on the way down a list."""
        rows = Post.topics.through.objects.filter(topic=topic)
        if rows[:MANY].count() < MANY:
            return self.filter(topics=topic)
        return self.filter(Exists(rows.filter(post=OuterRef("pk"))))

    def newest(self) -> "PostQuerySet":
        """Newest first, drafts before everything; the same order every time."""
        return self.order_by(F("published_at").desc(nulls_first=True), "-pk")

    def for_page(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """With what its page shows `user`: also whether they have put it aside."""
        posts = self.seen_by(user).select_related("series", "video").prefetch_related("topics")
        if not user.is_authenticated:
            return posts
        put_aside = Post.objects.filter(pk=OuterRef("pk"), saved__person=user.pk)
        return posts.annotate(is_saved=Exists(put_aside))

    def for_cards(self, user: AbstractBaseUser | AnonymousUser) -> "PostQuerySet":
        """With what a card shows `user`, and without the long text that it does not."""
        return self.seen_by(user).defer("body", "opening")

    def change(self, **values: object) -> int:
        """Write `values`, and have all that is made of the posts made anew."""
        now = timezone.now()
        return self.update(related_at=None, index_due_at=now, share_due_at=now, **values)

    def rename(self) -> int:
        """Their topics or their series have other names: search and share picture say them."""
        now = timezone.now()
        return self.update(index_due_at=now, share_due_at=now)


class Post(models.Model):
    """A post. It is a video when there is a ready video beside it, else an article."""

    class Access(models.TextChoices):
        FREE = "free", _("Free for everybody")
        MEMBERS = "members", _("For members")
        FREE_UNTIL = "free_until", _("Free until a moment, then for members")

    class Age(models.TextChoices):
        ALL = "all", _("all ages")
        BABY = "baby", _("babies")
        TODDLER = "toddler", _("toddlers")
        CHILD = "child", _("children")
        TEEN = "teen", _("teenagers")
        GROWNUP = "grownup", _("grown-ups")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("slug"), max_length=200, unique=True, help_text=_("Its address: /posts/…/")
    )
    summary = models.CharField(
        _("summary"),
        max_length=300,
        help_text=_(
            "One or two sentences. Everybody can read them, on cards and in search results."
        ),
    )
    body = ProseEditorField(
        extensions=richtext.EXTENSIONS, sanitize=richtext.clean, blank=True, verbose_name=_("text")
    )
    topics = models.ManyToManyField(
        Topic,
        related_name="posts",
        blank=True,
        help_text=_("One to three; they lead readers here."),
        verbose_name=_("topics"),
    )
    age = models.CharField(_("age it is for"), max_length=10, choices=Age.choices, default=Age.ALL)
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="episodes",
        verbose_name=_("series"),
    )
    episode = models.PositiveSmallIntegerField(
        _("place in the series"), null=True, blank=True, help_text=_("1 for the first episode.")
    )
    access = models.CharField(
        _("who may have it"), max_length=10, choices=Access.choices, default=Access.MEMBERS
    )
    free_until = models.DateTimeField(_("free until"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Empty: a draft. In the future: it appears by itself at that moment."),
    )
    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covered",
        verbose_name=_("picture"),
    )
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For those who cannot see."),
    )
    # What has to stay in sight where there is no room for all of it, as on cards.
    focus_x = models.PositiveSmallIntegerField(
        _("focus, from the left (%)"), default=50, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focus, from the top (%)"), default=50, validators=[MaxValueValidator(100)]
    )

    # Made when the post is saved, so that a page only reads.
    picture_copies = models.JSONField(null=True, editable=False)
    poster_copies = models.JSONField(null=True, editable=False)
    text_pictures = models.ManyToManyField(Picture, related_name="texts", editable=False)
    opening = models.TextField(editable=False)
    read_minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    video_seconds = models.PositiveIntegerField(null=True, editable=False)
    related_at = models.DateTimeField(null=True, editable=False, db_index=True)
    # When the search has to read the post again; empty while nothing is known to change.
    index_due_at = models.DateTimeField(
        null=True, default=timezone.now, editable=False, db_index=True
    )
    # The picture that stands beside shared links, and when it has to be drawn anew.
    share_picture = models.CharField(max_length=80, default="", editable=False)
    share_due_at = models.DateTimeField(
        null=True, default=timezone.now, editable=False, db_index=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[PostQuerySet] = PostQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("watch_members_only", "Can have members-only posts in full")]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "episode"],
                name="one_post_per_episode",
                violation_error_message=_("Another post already has this place in the series."),
            )
        ]
        indexes = [
            # The lists in their order, with all that they are narrowed by and counted from, so
            # that only the posts of one page are read from the table, whose rows are long.
            models.Index(
                fields=[
                    "published_at", "id", "age", "access", "free_until", "video_seconds",
                    "read_minutes",
                ],
                name="post_listed",
            ),
            models.Index(fields=["title"], name="post_by_title"),
            models.Index(
                fields=["free_until"], name="post_free_until", condition=Q(free_until__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """What the fields cannot say each on its own."""
        if self.access == self.Access.FREE_UNTIL and self.free_until is None:
            raise ValidationError({"free_until": _("Say until which moment it is free.")})
        if self.episode is not None and self.series is None:
            raise ValidationError({"series": _("Choose the series that this place belongs to.")})
        if self.series is not None and self.episode is None:
            raise ValidationError({"episode": _("Say which place in the series it has.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and make anew what the page would otherwise have to work out."""
        shown = self.read_through()
        self.related_at, self.index_due_at = None, timezone.now()
        self.share_due_at = self.index_due_at
        with publication.noted(self):
            super().save(*args, **kwargs)
            self.text_pictures.set(shown)
            self._tell_pictures()

    def read_through(self) -> PictureQuerySet:
        """Clean the text, and work out what a page says of it; returns the pictures in it."""
        self.picture_copies = self.picture.copies if self.picture else None
        self.body = richtext.clean(self.body)
        shown = Picture.objects.filter(name__in=illustrations.names(self.body))
        self.body = illustrations.measured(
            self.body, {picture.name: (picture.width, picture.height) for picture in shown}
        )
        self.opening = richtext.opening(self.body)
        self.read_minutes = richtext.read_minutes(self.body)
        return shown

    def _tell_pictures(self) -> None:
        """What was written here for those who cannot see is offered with the picture elsewhere."""
        if self.picture:
            self.picture.hear(self.picture_alt)
        for name, alt in illustrations.words(self.body):
            Picture.objects.filter(name=name, alt="").update(alt=alt[:200])

    def get_absolute_url(self) -> str:
        """The page of the post."""
        return reverse("post_detail", args=[self.slug])

    # Questions

    @property
    def is_free(self) -> bool:
        """Whether anybody may have it whole at this moment."""
        if self.access == self.Access.FREE_UNTIL:
            return self.free_until is not None and timezone.now() < self.free_until
        return self.access == self.Access.FREE

    @property
    def state(self) -> str:
        """`draft`, `scheduled` or `published`."""
        if self.published_at is None:
            return "draft"
        return "scheduled" if self.published_at > timezone.now() else "published"

    @property
    def kind(self) -> str:
        """`video` when there is one to watch, else `article`."""
        return "article" if self.video_seconds is None else "video"

    @property
    def watch_minutes(self) -> int | None:
        """Minutes to watch, at least one; None for an article."""
        return None if self.video_seconds is None else max(1, round(self.video_seconds / 60))

    @property
    def minutes(self) -> int:
        """How long it takes: watching a video, reading an article."""
        return self.watch_minutes or self.read_minutes

    @property
    def length(self) -> str:
        """How long it takes, as a card says it."""
        return gettext("%(minutes)s min") % {"minutes": self.minutes}

    @property
    def length_phrase(self) -> str:
        """How long it takes, and to do what."""
        minutes = {"minutes": self.minutes}
        if self.video_seconds is None:
            return gettext("%(minutes)s min read") % minutes
        return gettext("%(minutes)s min watch") % minutes

    @property
    def is_finished(self) -> bool:
        """Whether the reader for whom it was asked (`seen_by`) has come to its end once."""
        return getattr(self, "finished_at", None) is not None

    @property
    def is_over(self) -> bool:
        """Whether that reader was at its end when they were last here."""
        seen_at, finished_at = getattr(self, "seen_at", None), getattr(self, "finished_at", None)
        return finished_at is not None and finished_at == seen_at

    @property
    def seen_phrase(self) -> str:
        """How far the reader has come for whom it was asked; empty when not begun."""
        is_video = self.kind == "video"
        if self.is_finished:
            return gettext("Watched") if is_video else gettext("Read")
        if getattr(self, "seen_at", None) is None:
            return ""
        if is_video:
            return gettext("Watched to %(time)s") % {"time": clock(getattr(self, "place", 0))}
        return gettext("Begun")

    @property
    def tint(self) -> int:
        """Which of the six drawn covers it wears when it has no picture; never changes."""
        return crc32(self.slug.encode()) % 6

    @property
    def cover(self) -> pictures.Cover | None:
        """The editor's picture, or else the video's poster, or None."""
        copies = self.picture_copies or self.poster_copies
        if copies is None:
            return None
        return pictures.Cover(**copies, alt=self.picture_alt, focus=(self.focus_x, self.focus_y))
