"""Pictures out of a video: candidates for its poster, and the storyboard one sees while seeking."""

from pathlib import Path

from courses.video import ffmpeg
from courses.video.captions import clock

STILLS = 6
STILL_WIDTH = 1280
# A multiple of the keyframes' distance: only keyframes are decoded.
STEP_SECONDS = 6
COLUMNS = ROWS = 10
TILE = 160  # pixels of the longer side


def make_stills(source: Path, seconds: float, folder: Path) -> int:
    """Write `still-0.jpg` … into `folder`, the first from the beginning; returns how many."""
    moments = [min(6.0, seconds / 4)]
    moments += [seconds * number / STILLS for number in range(1, STILLS)] if seconds > 12 else []
    inputs: list[str] = []
    outputs: list[str] = []
    for number, moment in enumerate(moments):
        inputs += ["-ss", f"{moment:.2f}", "-t", "1", "-i", str(source)]
        outputs += [
            "-map", f"{number}:v:0", "-vf", f"thumbnail=15,scale='min({STILL_WIDTH},iw)':-2",
            "-frames:v", "1", "-update", "1", "-q:v", "3", str(folder / f"still-{number}.jpg"),
        ]  # fmt: skip
    ffmpeg.run([*inputs, *outputs])
    return sum(1 for number in range(len(moments)) if (folder / f"still-{number}.jpg").exists())


def make_storyboard(source: Path, width: int, height: int, seconds: float, folder: Path) -> None:
    """Write the sheets `story-1.jpg` … and `story.vtt`, which says where on them a moment is."""
    tile_width, tile_height = tile_size(width, height)
    chosen = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{STEP_SECONDS - 0.1})'"
    ffmpeg.run(
        ["-skip_frame", "nokey", "-i", str(source),
         "-vf", f"{chosen},scale={tile_width}:{tile_height},tile={COLUMNS}x{ROWS}",
         "-fps_mode", "vfr", "-q:v", "6", str(folder / "story-%d.jpg")],
        timeout=3600,
    )  # fmt: skip
    (folder / "story.vtt").write_text(storyboard(tile_width, tile_height, seconds))


def tile_size(width: int, height: int) -> tuple[int, int]:
    """Pixels of one tile, both even, in the shape of the picture."""
    scale = TILE / max(width, height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def storyboard(tile_width: int, tile_height: int, seconds: float) -> str:
    """The WebVTT that says which tile of which sheet belongs to which moment."""
    cues = ["WEBVTT\n"]
    for number, start in enumerate(range(0, max(1, int(seconds)), STEP_SECONDS)):
        sheet, place = divmod(number, COLUMNS * ROWS)
        x, y = place % COLUMNS * tile_width, place // COLUMNS * tile_height
        end = min(start + STEP_SECONDS, max(seconds, start + 1))
        cues.append(
            f"{clock(start)} --> {clock(end)}\n"
            f"story-{sheet + 1}.jpg#xywh={x},{y},{tile_width},{tile_height}\n"
        )
    return "\n".join(cues)
