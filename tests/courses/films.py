"""Short films for the tests, made by the real ffmpeg, and posts that hold them."""

import tempfile
from functools import cache
from pathlib import Path

from django.core.files.base import ContentFile

from courses.models import Video
from courses.video import ffmpeg
from courses.video.pipeline import prepare_next
from tests.library import post

TONE = ("-f", "lavfi", "-i", "sine=f=330:d={seconds}")
SMALL = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def film(size: str = "320x180", *more: str, seconds: int = 2, tone: bool = True) -> bytes:
    """An MP4 of a moving test picture, with a tone or silent; `more` are ffmpeg's output options."""
    sound = [part.format(seconds=seconds) for part in TONE] if tone else []
    picture = ["-f", "lavfi", "-i", f"testsrc=s={size}:r=10:d={seconds}"]
    return made_by_ffmpeg(*picture, *sound, *SMALL, *more)


@cache
def made_by_ffmpeg(*arguments: str, suffix: str = ".mp4") -> bytes:
    """What ffmpeg writes when it is asked for this."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"film{suffix}")
        ffmpeg.run([*arguments, str(target)])
        return target.read_bytes()


def turned(source: bytes, degrees: int) -> bytes:
    """The same film as a phone held upright writes it: lying, with a flag that says so."""
    with tempfile.TemporaryDirectory() as folder:
        lying, flagged = Path(folder, "lying.mp4"), Path(folder, "flagged.mp4")
        lying.write_bytes(source)
        ffmpeg.run(
            ["-display_rotation", f"{degrees}", "-i", str(lying), "-c", "copy", str(flagged)]
        )
        return flagged.read_bytes()


def uploaded(content: bytes, name: str = "clip.mp4") -> Video:
    """A post's video as it is right after the editor pressed save."""
    slug = f"watch-this-{Video.objects.count()}"
    return Video.objects.create(
        post=post("Watch this", slug=slug), original=ContentFile(content, name)
    )


def prepared(content: bytes, name: str = "clip.mp4") -> Video:
    """The row after the worker has looked at the file once."""
    video = uploaded(content, name)
    assert prepare_next() is True
    video.refresh_from_db()
    return video
