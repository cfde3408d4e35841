"""From the editor's file to one that plays everywhere: looked at, encoded, then put in place."""

import logging
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses import pictures
from courses.models import Video
from courses.models.video import gated_storage
from courses.video import ffmpeg
from courses.video.look import Look, NotAVideo, look

log = logging.getLogger(__name__)

SHORT_SIDE = 720
MAX_ENCODING_SECONDS = 6 * 60 * 60
ORIGINAL_GONE = "The file is no longer there. Please upload it again."
FFMPEG_FAILED = "The file could not be read to its end. Please export it again and upload that."


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
        video.fail("It was begun several times and never finished.", for_good=True)
        return
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="encoding-", dir=settings.DATA_DIR) as folder:
            _prepare_in(Path(folder), video)
    except NotAVideo as error:
        video.fail(str(error), for_good=True)
    except FileNotFoundError:
        video.fail(ORIGINAL_GONE, for_good=True)
    except ffmpeg.FfmpegError as error:
        log.warning("video %s, attempt %s: %s", video.pk, video.attempts, error)
        video.fail(FFMPEG_FAILED, for_good=False)


def _prepare_in(folder: Path, video: Video) -> None:
    source, target = folder / "source", folder / "video.mp4"
    with video.original.open("rb") as original, source.open("wb") as copy:
        for chunk in original.chunks():
            copy.write(chunk)
    seen = look(source)

    def keep_claim() -> bool:
        return video.keep(lease_until=timezone.now() + Video.LEASE)

    ffmpeg.run(
        [*ffmpeg.INPUT_GUARDS, "-i", str(source), *encoding(seen), str(target)],
        timeout=MAX_ENCODING_SECONDS,
        heartbeat=keep_claim,
    )
    made = look(target)
    if made.seconds < seen.seconds * 0.9 - 1:
        raise NotAVideo(f"It says {seen.seconds} seconds but ends after {made.seconds}: cut off.")
    poster = make_poster(target, made, folder)
    name = f"videos/{get_random_string(24)}.mp4"
    replaced = video.file
    with target.open("rb") as file:
        gated_storage().save(name, File(file))
    if video.finish(
        file=name, seconds=made.seconds, width=made.width, height=made.height, poster=poster
    ):
        name = replaced
    # Either the old file, or ours when another worker was faster.
    if name:
        gated_storage().delete(name)


def encoding(seen: Look) -> list[str]:
    """ffmpeg's arguments for one MP4 that every browser plays, with its index in front.

    720 on the short side at most, never enlarged; a keyframe every two seconds; no GPS.
    """
    side = min(SHORT_SIDE, seen.width, seen.height) // 2 * 2  # H.264 knows even sides only
    scale = f"scale=w='if(gte(iw,ih),-2,{side})':h='if(gte(iw,ih),{side},-2)',setsar=1"
    sound = ["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"]
    return [
        "-map", "0:v:0", *(["-map", "0:a:0"] if seen.has_sound else []),
        "-map_metadata", "-1", "-map_chapters", "-1",
        "-vf", f"{scale},format=yuv420p",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-profile:v", "high",
        "-maxrate", "3000k", "-bufsize", "4500k", "-force_key_frames", "expr:gte(t,n_forced*2)",
        *(sound if seen.has_sound else []), "-movflags", "+faststart", "-f", "mp4",
    ]  # fmt: skip


def make_poster(source: Path, seen: Look, folder: Path) -> dict[str, Any]:
    """Store a telling frame from the first seconds; returns the arguments of its Cover."""
    frame = folder / "poster.png"
    moment = str(min(6, seen.seconds // 4))
    one_frame = ["-vf", "thumbnail=45", "-frames:v", "1", "-update", "1"]
    ffmpeg.run(["-ss", moment, "-i", str(source), *one_frame, str(frame)])
    with frame.open("rb") as picture:
        return pictures.make_copies(picture, "posters")[1]
