"""From the editor's file to what plays everywhere: looked at, encoded, put in place."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_noop as _

from courses import pictures
from courses.models import Video
from courses.video import ffmpeg, ladder, shelf, sound, stills
from courses.video.look import Look, NotAVideo, check_length, look
from nerdherd.lib import worker
from nerdherd.lib.passing import passes

log = logging.getLogger(__name__)

OPENING_FAILED = _("The free opening could not be made; it is tried again by itself.")
AGAIN_AFTER = timedelta(minutes=10)
MAX_ENCODING_SECONDS = 24 * 60 * 60
ORIGINAL_GONE = _("The file is no longer there. Please upload it again.")
FFMPEG_FAILED = _("The file could not be read to its end. Please export it again and upload that.")
DISK_FULL = _("There is no room left on the disk. Make some, then press “Try again”.")
# How far the bar is when a step ends, in percent.
LOOKED, MEASURED, ENCODED = 2, 6, 94


class Lost(Exception):
    """Another worker has the video now."""


def prepare_next() -> bool:
    """Prepare the video that has waited longest; False when there is none."""
    video = Video.objects.waiting().first()
    if video is None:
        return False
    if video.take():
        prepare(video)
    return True


def prepare(video: Video) -> None:
    """Make `video`, which this worker has claimed, ready to play, or write down why not.

    Everything is made in a folder of its own; what readers see changes in one step at the end.
    """
    if video.attempts > video.MAX_ATTEMPTS:
        video.fail(_("It was begun several times and never finished."), for_good=True)
        return
    try:
        with shelf.workbench(video) as bench:
            _prepare_on(bench, video)
    except Lost:
        log.info("video %s: another worker has it", video.pk)
    except NotAVideo as error:
        video.fail(str(error), for_good=True)
    except FileNotFoundError:
        video.fail(ORIGINAL_GONE, for_good=True)
    except Exception as error:
        is_full = "No space left" in str(error)
        if worker.ending.is_set():
            log.info("video %s: handed back, this worker ends", video.pk)
            video.hand_back()
        elif passes(error) and not is_full:  # a bucket's silence is an OSError as well
            log.warning("video %s: to be begun again: %s", video.pk, error)
            video.put_off()
        elif isinstance(error, ffmpeg.FfmpegError | OSError):
            log.warning("video %s, attempt %s: %s", video.pk, video.attempts, error)
            video.fail(DISK_FULL if is_full else FFMPEG_FAILED, for_good=False)
        else:
            raise


@dataclass(frozen=True)
class Bar:
    """The part of the progress bar that one step fills, and the sign of life that goes with it."""

    video: Video
    start: int
    end: int
    seconds: float

    def __call__(self, done: float) -> bool:
        """`done` seconds of film are through; False when it is no longer ours to do.

        Raises NotAVideo for a film that goes on and on, whatever it said of its length.
        """
        if self.seconds and done > 1.5 * self.seconds + 60:
            raise NotAVideo(
                _("It goes on long after the time that it says. Please export it anew.")
            )
        part = min(1.0, done / self.seconds) if self.seconds else 0.0
        return _goes_on(self.video, round(self.start + (self.end - self.start) * part))


def _goes_on(video: Video, progress: int) -> bool:
    return not worker.ending.is_set() and video.go_on(progress)


def _prepare_on(bench: Path, video: Video) -> None:
    source = shelf.fetch(video.original.name or "", bench)
    seen = look(source)
    if not seen.seconds:
        seen = replace(seen, seconds=_counted_seconds(source, video))
    if not video.keep(state=Video.State.ENCODING, progress=LOOKED):
        raise Lost
    folder = bench / "made"
    folder.mkdir()
    made = _make(source, seen, video, folder)
    with (folder / "still-0.jpg").open("rb") as picture:
        poster = pictures.make_copies(picture, "posters")
    name = f"videos/{video.pk}/{get_random_string(16).lower()}"
    shelf.put(folder, name)
    best = made["renditions"][-1]
    if not video.finish(
        folder=name, made=made, opening_made=video.opening_seconds, poster=poster,
        seconds=max(1, round(made["seconds"])), width=best["width"], height=best["height"],
    ):  # fmt: skip
        shelf.put_away(name)
        raise Lost


def _counted_seconds(source: Path, video: Video) -> float:
    """The length of a film that does not say, by reading it to its end. Raises NotAVideo."""
    last = 0.0

    def note(seconds: float) -> bool:
        nonlocal last
        last = seconds
        if last:
            check_length(last)
        return _goes_on(video, 0)

    arguments = ["-i", str(source), "-map", "0:V:0", "-c", "copy", "-f", "null", "-"]
    ffmpeg.run([*ffmpeg.INPUT_GUARDS, *arguments], timeout=3600, progress=note)
    check_length(last)
    return last


def _make(source: Path, seen: Look, video: Video, folder: Path) -> dict[str, Any]:
    """Everything that is made of a film, in `folder`; returns what there is, for the row."""
    loudness = "anull"
    if seen.has_sound:
        bar = Bar(video, LOOKED, MEASURED, seen.seconds)
        loudness = sound.levelling(source, MAX_ENCODING_SECONDS, bar)
    heights = ladder.heights_for(seen, settings.VIDEO_HEIGHTS)
    ffmpeg.run(
        [*ffmpeg.INPUT_GUARDS, "-i", str(source),
         *ladder.arguments(seen, heights, loudness, folder)],
        timeout=MAX_ENCODING_SECONDS, progress=Bar(video, MEASURED, ENCODED, seen.seconds),
    )  # fmt: skip
    if not video.go_on(ENCODED):
        raise Lost
    renditions = [ladder.measure(folder, str(height)) for height in heights]
    (folder / "master.m3u8").write_text(ladder.master(renditions))
    best, least = folder / f"{heights[-1]}.mp4", folder / f"{heights[0]}.mp4"
    _remux(best, folder, seen, video)
    seconds = look(folder / "video.mp4").seconds
    if seconds < seen.seconds * 0.9 - 1:
        raise NotAVideo(_("It ends long before the time that it says: it was cut off."))
    count = stills.make_stills(best, seconds, folder)
    stills.make_storyboard(least, renditions[0].width, renditions[0].height, seconds, folder)
    made: dict[str, Any] = {
        "renditions": ladder.as_rows(renditions),
        "seconds": seconds,
        "has_sound": seen.has_sound,
        "stills": count,
    }
    if video.opening_seconds:
        cut_opening(folder / "video.mp4", video.opening_seconds, folder)
    return made


def _remux(best: Path, folder: Path, seen: Look, video: Video) -> None:
    """From the best rung, without encoding again: the faststart MP4, and the sound."""
    film = ["-c", "copy", "-movflags", "+faststart", str(folder / "video.mp4")]
    alone = ["-vn", "-c:a", "copy", "-movflags", "+faststart", str(folder / "audio.m4a")]
    bar = Bar(video, ENCODED, ENCODED + 2, seen.seconds)
    outputs = [*film, *(alone if seen.has_sound else [])]
    ffmpeg.run(["-i", str(best), *outputs], timeout=3600, progress=bar)


def cut_opening(film: Path, seconds: int, folder: Path) -> Path:
    """The first `seconds` of a film as a file of its own in `folder`.

    Encoded anew, as a copy could end at keyframes only and would say more than it should.
    """
    target = folder / f"opening-{seconds}.mp4"
    ffmpeg.run(
        ["-i", str(film), "-t", str(seconds), "-c:v", "libx264", "-preset", "veryfast",
         "-crf", "22", "-maxrate", "3000k", "-bufsize", "4500k", "-c:a", "copy",
         "-movflags", "+faststart", str(target)],
        timeout=3600,
    )  # fmt: skip
    return target


def cut_next_opening() -> bool:
    """Make the free opening that an editor asked for since; False when none is missing."""
    video = Video.objects.with_another_opening().first()
    if video is None:
        return False
    if video.hold(Video.objects.with_another_opening(), AGAIN_AFTER):
        _cut_wanted_opening(video, video.opening_seconds or 0)
    return True


def _cut_wanted_opening(video: Video, seconds: int) -> None:
    try:
        with shelf.workbench(video) as bench:
            film = shelf.fetch(f"{video.folder}/video.mp4", bench)
            cut = cut_opening(film, seconds, bench)
            shelf.put_file(cut, f"{video.folder}/{cut.name}")
    except (ffmpeg.FfmpegError, OSError) as error:
        log.warning("video %s, opening: %s", video.pk, error)
        video.keep(claim="", error=OPENING_FAILED)  # the lease stays: nobody tries at once again
    else:
        video.let_go(opening_made=seconds, error="")
