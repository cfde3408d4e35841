"""A first look at a video file: whether it is one, how long, how large, with sound or without."""

from dataclasses import dataclass
from pathlib import Path

from pymediainfo import MediaInfo

MAX_SECONDS = 4 * 60 * 60
MAX_SIDE = 8192
SIGNATURES = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x47\x40",  # MPEG transport stream, which begins with its table of programs
    b"OggS",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
)


class NotAVideo(ValueError):
    """The file is no video we can prepare; the message says why in plain words."""


@dataclass(frozen=True)
class Look:
    """What is in the file: whole seconds, pixels as shown (rotation applied), sound or none."""

    seconds: int
    width: int
    height: int
    has_sound: bool


def is_video(head: bytes) -> bool:
    """Whether a file that begins with these bytes (64 will do) is a kind of video we take.

    The name of a file says nothing: only its bytes decide.
    """
    return (
        head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}  # MP4, MOV, 3GP
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
        or head.startswith(SIGNATURES)
    )


def look(path: Path) -> Look:
    """Look into the file at `path`. Raises NotAVideo."""
    with path.open("rb") as file:
        if not is_video(file.read(64)):
            raise NotAVideo("This file is not a video.")
    tracks = MediaInfo.parse(path).tracks
    pictures = [track for track in tracks if track.track_type == "Video"]
    has_sound = any(track.track_type == "Audio" for track in tracks)
    if not pictures and has_sound:
        raise NotAVideo("There is no picture in this file, only sound.")
    if not pictures:
        raise NotAVideo("Nothing in this file can be played; it may be cut off.")
    picture = pictures[0]
    width, height = int(picture.width or 0), int(picture.height or 0)
    if round(float(picture.rotation or 0)) % 180 == 90:
        width, height = height, width
    milliseconds = float(picture.duration or tracks[0].duration or 0)
    _check(width, height, milliseconds / 1000)
    return Look(max(1, round(milliseconds / 1000)), width, height, has_sound)


def _check(width: int, height: int, seconds: float) -> None:
    if not min(width, height) >= 16 or max(width, height) > MAX_SIDE:
        raise NotAVideo(f"Its picture is {width} × {height}; we can prepare 16 to {MAX_SIDE}.")
    if seconds <= 0:
        raise NotAVideo("Its length cannot be read; the file may be cut off.")
    if seconds > MAX_SECONDS:
        raise NotAVideo("It is longer than four hours.")
