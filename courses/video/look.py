"""A first look at a video file: whether it is one, how long, how large, and what else matters."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _
from pymediainfo import MediaInfo

MAX_SECONDS = 4 * 60 * 60
MAX_SIDE = 8192
MAX_TRACKS = 32
SIGNATURES = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x47\x40",  # MPEG transport stream, which begins with its table of programs
    b"OggS",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
)
HDR_TRANSFERS = {"HLG", "PQ"}


class NotAVideo(ValueError):
    """The file is no video we can prepare; the row keeps the message, in English."""


@dataclass(frozen=True)
class Look:
    """What is in the file.

    `seconds` is 0 when the file does not say (a browser's own recording); `width` and `height` are
    pixels as people see them, upright and square; `fps` is frames a second, 0 when it varies or is
    not told.
    """

    seconds: float
    width: int
    height: int
    fps: float = 0.0
    has_sound: bool = False
    is_hdr: bool = False
    is_interlaced: bool = False
    has_square_pixels: bool = True

    @property
    def short_side(self) -> int:
        """Pixels of the shorter side, by which renditions are named."""
        return min(self.width, self.height)


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
            raise NotAVideo(_("This file is not a video."))
    tracks = MediaInfo.parse(path).tracks
    pictures = [track for track in tracks if track.track_type == "Video"]
    has_sound = any(track.track_type == "Audio" for track in tracks)
    if not pictures and has_sound:
        raise NotAVideo(_("There is no picture in this file, only sound."))
    if not pictures:
        raise NotAVideo(_("Nothing in this file can be played; it may be cut off."))
    if len(tracks) > MAX_TRACKS:
        raise NotAVideo(_("There are too many tracks in this file. Please export it anew."))
    seen = _look_at(pictures[0], tracks[0], has_sound)
    _check(seen)
    return seen


def _look_at(picture: Any, whole: Any, has_sound: bool) -> Look:
    width, height = int(picture.width or 0), int(picture.height or 0)
    pixel_aspect = _number(picture.pixel_aspect_ratio) or 1
    has_square_pixels = abs(pixel_aspect - 1) < 0.01
    if not has_square_pixels:
        width = round(width * pixel_aspect)
    if round(_number(picture.rotation)) % 180 == 90:
        width, height = height, width
    varies = picture.frame_rate_mode == "VFR"
    return Look(
        seconds=(_number(picture.duration) or _number(whole.duration)) / 1000,
        width=width,
        height=height,
        fps=0.0 if varies else _number(picture.frame_rate),
        has_sound=has_sound,
        is_hdr=picture.transfer_characteristics in HDR_TRANSFERS,
        is_interlaced=picture.scan_type in {"Interlaced", "MBAFF"},
        has_square_pixels=has_square_pixels,
    )


def _number(said: Any) -> float:
    """What a file says of itself; 0 when that is nothing or no number: a tag may hold any words."""
    try:
        return float(said or 0)
    except ValueError:
        return 0.0


def _check(seen: Look) -> None:
    if not seen.short_side >= 16 or max(seen.width, seen.height) > MAX_SIDE:
        raise NotAVideo(_("Its picture is too small, or larger than 8192 pixels."))
    if seen.seconds:
        check_length(seen.seconds)


def check_length(seconds: float) -> None:
    """Refuse a film that is over before it begins, or longer than we take. Raises NotAVideo."""
    if seconds <= 0:
        raise NotAVideo(_("Its length cannot be read; the file may be cut off."))
    if seconds > MAX_SECONDS:
        raise NotAVideo(_("It is longer than four hours."))
