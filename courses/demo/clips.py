"""Short films made on this machine: a title over slowly moving shapes, a quiet chord, captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, sin
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

from courses.scenery import Layer, flattened, scene, title_card
from courses.video import captions as webvtt
from courses.video import ffmpeg

WORDS_PER_SECOND = 2.6
BEFORE_SECONDS, AFTER_SECONDS = 0.6, 1.0
FRAME, POSTER = (640, 360), (1280, 720)
FRAMES_PER_SECOND = 25
CAPTION_WIDTH, CAPTION_LINES = 40, 2
TITLE_AT, TITLE_SIZE = (40, 48), (306, 212)
LOWEST_NOTES = (130.81, 146.83, 164.81, 174.61, 196.0)  # C3 D3 E3 F3 G3, in hertz
CHORD = (1, 1.5, 2.5)  # root, fifth, and the third an octave up


@dataclass(frozen=True)
class Clip:
    """A film and what goes with it; `seconds` is its length."""

    film: Path
    poster: Path
    captions: str
    seconds: float


def make_clip(script: Sequence[str], title: str, tint: str, seed: int, destination: Path) -> Clip:
    """Make an MP4 at `destination` and a JPEG poster beside it.

    H.264 and AAC, 640 x 360, 25 frames a second, a keyframe every two, its index in front.
    Raises ffmpeg.FfmpegError when ffmpeg cannot, KeyError for an unknown tint.
    """
    seconds = duration(script)
    poster = destination.with_suffix(".jpg")
    flattened(scene(POSTER, tint, seed)).convert("RGB").save(poster, quality=88, optimize=True)
    layers = [*scene(FRAME, tint, seed), Layer(title_card(title, TITLE_SIZE), TITLE_AT)]
    with TemporaryDirectory() as folder:
        pictures = [Path(folder, f"{number}.png") for number in range(len(layers))]
        for layer, picture in zip(layers, pictures, strict=True):
            layer.picture.save(picture, compress_level=1)
        ffmpeg.run(_arguments(layers, pictures, seed, seconds, destination))
    return Clip(destination, poster, captions(script), seconds)


def duration(script: Sequence[str]) -> float:
    """Seconds it takes to say `script`, with a breath before and after."""
    return BEFORE_SECONDS + _spoken_seconds(script) + AFTER_SECONDS


def captions(script: Sequence[str]) -> str:
    """`script` as WebVTT, timed as `duration` counts; no cue is wider than two short lines."""
    cues, now = [], BEFORE_SECONDS
    for lines in _cues(script):
        until = now + _spoken_seconds(lines)
        cues.append(webvtt.Cue(now, until, "\n".join(_set(lines))))
        now = until
    return webvtt.write(cues)


def _spoken_seconds(lines: Sequence[str]) -> float:
    return sum(len(line.split()) for line in lines) / WORDS_PER_SECOND


def _cues(script: Sequence[str]) -> list[list[str]]:
    """Lines of one sentence stay together as long as they fit."""
    cues: list[list[str]] = []
    for line in script:
        goes_on = bool(cues) and not cues[-1][-1].endswith((".", "?", "!"))
        if goes_on and len(_set([*cues[-1], line])) <= CAPTION_LINES:
            cues[-1].append(line)
        else:
            cues.append([line])
    return cues


def _set(lines: Sequence[str]) -> list[str]:
    """The lines as written where each fits, else set anew in two that are about equally long."""
    if len(lines) <= CAPTION_LINES and all(len(line) <= CAPTION_WIDTH for line in lines):
        return list(lines)
    words = " ".join(lines)
    for width in range(CAPTION_WIDTH // 2, CAPTION_WIDTH):
        if len(wrap(words, width)) <= CAPTION_LINES:
            return wrap(words, width)
    return wrap(words, CAPTION_WIDTH)


def _arguments(
    layers: list[Layer], pictures: list[Path], seed: int, seconds: float, destination: Path
) -> list[str]:
    inputs = [part for picture in pictures for part in ("-i", str(picture))]
    return [
        *inputs, "-filter_complex_threads", "1",
        "-filter_complex", f"{_drawing(layers, seconds)};{_chord(seed, seconds)}",
        "-map", "[film]", "-map", "[sound]", "-t", f"{seconds:.3f}",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
        "-g", str(2 * FRAMES_PER_SECOND), "-sc_threshold", "0",
        "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", str(destination),
    ]  # fmt: skip


def _drawing(layers: list[Layer], seconds: float) -> str:
    """Each layer over the ones before it; a picture stands still, so only its place is computed."""
    rate = FRAMES_PER_SECOND
    steps = [f"[0]format=yuv420p,loop=-1:1,settb=1/{rate},setpts=N[over0]"]
    for number, layer in enumerate(layers[1:], start=1):
        (x, y), (across, down), phase = layer.at, layer.reach, layer.phase
        angle = f"{phase:.3f}+2*PI*t/{seconds:.3f}"
        left = f"{x - across * cos(phase):.1f}+{across:.1f}*cos({angle})"
        top = f"{y - down * sin(phase):.1f}+{down:.1f}*sin({angle})"
        steps.append(
            f"[over{number - 1}][{number}]overlay=x='{left}':y='{top}':format=yuv420[over{number}]"
        )
    # Shapes move by whole chroma pixels; the mean of a few frames makes that a glide.
    return ";".join([*steps, f"[over{len(layers) - 1}]tmix=frames=5[film]"])


def _chord(seed: int, seconds: float) -> str:
    root = LOWEST_NOTES[seed % len(LOWEST_NOTES)]
    notes = [
        f"sine=f={root * step:.2f}:r=44100,tremolo=f={0.11 + 0.05 * place:.2f}:d=0.6[note{place}]"
        for place, step in enumerate(CHORD)
    ]
    mixed = "".join(f"[note{place}]" for place in range(len(CHORD)))
    return ";".join(notes) + (
        f";{mixed}amix=inputs={len(CHORD)}:weights=1 0.6 0.25:normalize=0,volume=0.5,"
        f"afade=d=2,afade=t=out:st={seconds - 2:.3f}:d=2,aformat=channel_layouts=stereo[sound]"
    )
