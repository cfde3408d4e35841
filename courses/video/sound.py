"""One loudness for all videos: measured first, then levelled to what phones play well."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from courses.video import ffmpeg

TARGET = "loudnorm=I=-16:TP=-1.5:LRA=11"
_REPORT = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
SILENCE = -70.0  # LUFS; below it there is nothing to level


def levelling(source: Path, timeout: float, progress: Callable[[float], bool]) -> str:
    """The filter that brings the sound of `source` to the site's loudness; `anull` for silence."""
    said = ffmpeg.run(
        [*ffmpeg.INPUT_GUARDS, "-i", str(source), "-map", "0:a:0", "-vn", "-sn", "-dn",
         "-af", f"{TARGET}:print_format=json", "-f", "null", "-"],
        timeout=timeout, level="info", progress=progress,
    )  # fmt: skip
    reports = _REPORT.findall(said)
    if not reports:
        return "anull"
    measured = json.loads(reports[-1])
    if float(measured["input_i"]) < SILENCE:  # "-inf" for no sound at all
        return "anull"
    return (
        f"{TARGET}:measured_I={measured['input_i']}:measured_TP={measured['input_tp']}"
        f":measured_LRA={measured['input_lra']}:measured_thresh={measured['input_thresh']}"
        f":offset={measured['target_offset']}:linear=true"
    )
