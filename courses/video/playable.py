"""What the player needs of a video: the addresses that this reader may have."""

from dataclasses import asdict, dataclass, field
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.access import Person, Somebody
from courses.models import Post, Video
from courses.video import delivery


@dataclass(frozen=True)
class Track:
    """A `<track>` of the player."""

    kind: str
    language: str
    label: str
    url: str


@dataclass(frozen=True)
class Playable:
    """A video, or the free opening of one, as the page hands it to the player.

    `file` is one MP4 that plays everywhere, also without JavaScript; empty addresses are things
    that this one has not.
    """

    SPEEDS: ClassVar = (0.75, 1, 1.25, 1.5, 1.75, 2)
    SLEEP_MINUTES: ClassVar = (5, 15, 30, 45)

    file: str
    poster_url: str
    seconds: int
    width: int
    height: int
    playlist: str = ""
    storyboard: str = ""
    audio: str = ""
    download: str = ""
    tracks: list[Track] = field(default_factory=list)
    is_opening: bool = False

    @classmethod
    def of(cls, post: Post, user: Person, *, whole: bool, pass_: str = "") -> "Playable | None":
        """The whole for those who may have it, else the opening if there is one, else None.

        The pass to the whole is made for `user`, unless the caller has one.
        """
        video: Video | None = getattr(post, "video", None)
        if video is None or not video.is_ready:
            return None
        if whole:
            return cls._whole(post, video, pass_ or delivery.pass_for(video, post, user))
        if not video.opening:
            return None
        if post.state == "published":
            return cls._opening(post, video, delivery.OPENING)
        is_preview = isinstance(user, Somebody)
        return cls._opening(post, video, delivery.grant(video, user)) if is_preview else None

    @classmethod
    def _whole(cls, post: Post, video: Video, pass_: str) -> "Playable":
        tracks = _captions(video, pass_)
        if video.chapters:
            url = reverse("watch_chapters", args=[pass_, video.pk])
            tracks.append(Track("chapters", "", _("Chapters"), url))

        def at(name: str) -> str:
            return delivery.address(video, pass_, name)

        return cls(
            file=at("video.mp4"),
            poster_url=post.cover.url if post.cover else "",
            seconds=video.seconds or 0,
            width=video.width or 16,
            height=video.height or 9,
            playlist=at("master.m3u8"),
            storyboard=at("story.vtt"),
            audio=at("audio.m4a") if video.made.get("has_sound") else "",
            download=at("video.mp4") if video.allow_download else "",
            tracks=tracks,
        )

    @classmethod
    def _opening(cls, post: Post, video: Video, pass_: str) -> "Playable":
        return cls(
            file=delivery.address(video, pass_, video.opening),
            poster_url=post.cover.url if post.cover else "",
            seconds=video.opening_made or 0,
            width=video.width or 16,
            height=video.height or 9,
            tracks=_captions(video, pass_),
            is_opening=True,
        )

    @property
    def captions(self) -> list[Track]:
        """The languages to choose from."""
        return [track for track in self.tracks if track.kind == "captions"]

    @property
    def opening_phrase(self) -> str:
        """What an opening offers, in words."""
        if self.seconds < 90:
            return _("First %(seconds)s seconds, free") % {"seconds": self.seconds}
        return _("First %(minutes)s minutes, free") % {"minutes": round(self.seconds / 60)}

    def as_json(self) -> dict[str, object]:
        """For a player whose pass has run out."""
        return asdict(self)


def _captions(video: Video, pass_: str) -> list[Track]:
    return [
        Track(
            "captions",
            row["language"],
            row["label"],
            reverse("watch_captions", args=[pass_, video.pk, row["language"]]),
        )
        for row in video.tracks
    ]
