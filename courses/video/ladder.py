"""The ladder: which renditions a video gets, how ffmpeg makes them, and their playlist."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pymediainfo import MediaInfo

from courses.video.look import Look

# Short side in pixels, and the most that a second may cost in kbit (Apple's figures for H.264;
# less for the smallest, on which phones with a poor line live).
CAPS = ((360, 800), (480, 1400), (540, 2000), (720, 3000), (1080, 6000), (2160, 12000))
MAX_FPS = 30
SEGMENT_SECONDS = 6
KEYFRAME_SECONDS = 2
# From a phone's HDR to what every screen shows (zscale is in the ffmpeg that comes with the site).
TONE_MAP = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv"
)
_PART = re.compile(r"#EXTINF:([\d.]+),\s*\n#EXT-X-BYTERANGE:(\d+)@\d+")


@dataclass(frozen=True)
class Rendition:
    """One rung as it was made: its name is its short side; bits a second, the most and the mean."""

    name: str
    width: int
    height: int
    fps: float
    codecs: str
    peak: int
    average: int


def heights_for(seen: Look, wanted: Sequence[int]) -> list[int]:
    """The short sides to make, lowest first: those wanted at or under the source's, all even.

    A source between two rungs keeps its own size as the topmost; nothing is ever enlarged.
    """
    own = seen.short_side // 2 * 2
    fitting = sorted(height for height in wanted if height <= own)
    top = fitting[-1] if fitting else 0
    if not fitting or (top < max(wanted) and own > top * 1.3):
        fitting.append(own)
    return fitting


def frames_per_second(seen: Look) -> float:
    """The steady rate of all renditions: the source's, halved until it is 30 at most."""
    fps = seen.fps or MAX_FPS
    while fps > MAX_FPS:
        fps /= 2
    return fps


def arguments(seen: Look, heights: Sequence[int], loudness: str, folder: Path) -> list[str]:
    """ffmpeg's arguments, after the input, for all rungs at once as single-file HLS in `folder`.

    Keyframes fall on the same moments in every rung, so a player can change between them; sound
    goes into each, as light players know no separate one. `loudness` is a filter.
    """
    fps = frames_per_second(seen)
    gop = str(round(fps * KEYFRAME_SECONDS))
    return [
        "-filter_complex", _graph(seen, heights, fps, loudness),
        *_maps(heights, has_sound=seen.has_sound),
        "-map_metadata", "-1", "-map_chapters", "-1",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-profile:v", "high",
        "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", *_caps(heights),
        *(["-c:a", "aac", "-b:a", "128k"] if seen.has_sound else []),
        "-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod",
        "-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments",
        "-hls_segment_filename", str(folder / "%v.mp4"),
        "-var_stream_map", _streams(heights, has_sound=seen.has_sound), str(folder / "%v.m3u8"),
    ]  # fmt: skip


def _graph(seen: Look, heights: Sequence[int], fps: float, loudness: str) -> str:
    steps = ["bwdif=deint=interlaced"] if seen.is_interlaced else []
    steps.append(f"fps={fps:g}")
    if not seen.has_square_pixels:
        steps.append("scale=w='trunc(iw*sar/2)*2':h=ih,setsar=1")
    if seen.is_hdr:
        # At the largest size we need, not at the source's: it costs more than the encoding.
        steps += [_scale(heights[-1]), TONE_MAP]
    count = len(heights)
    outlets = "".join(f"[v{number}]" for number in range(count))
    graph = [f"[0:V:0]{','.join(steps)},format=yuv420p,split={count}{outlets}"]
    graph += [f"[v{number}]{_scale(side)}[o{number}]" for number, side in enumerate(heights)]
    if seen.has_sound:
        sounds = "".join(f"[a{number}]" for number in range(count))
        steady = "aresample=48000,aformat=channel_layouts=stereo"
        graph.append(f"[0:a:0]{loudness},{steady},asplit={count}{sounds}")
    return ";".join(graph)


def _scale(side: int) -> str:
    """The short side to `side`, whichever it is; both stay even."""
    width, height = f"if(gte(iw,ih),-2,{side})", f"if(gte(iw,ih),{side},-2)"
    return f"scale=w='{width}':h='{height}':flags=bicubic,setsar=1"


def _maps(heights: Sequence[int], *, has_sound: bool) -> list[str]:
    maps: list[str] = []
    for number in range(len(heights)):
        maps += ["-map", f"[o{number}]"]
        maps += ["-map", f"[a{number}]"] if has_sound else []
    return maps


def _caps(heights: Sequence[int]) -> list[str]:
    limits: list[str] = []
    for number, side in enumerate(heights):
        kbit = next((kbit for height, kbit in CAPS if height >= side), CAPS[-1][1])
        limits += [f"-maxrate:v:{number}", f"{kbit}k", f"-bufsize:v:{number}", f"{kbit * 3 // 2}k"]
    return limits


def _streams(heights: Sequence[int], *, has_sound: bool) -> str:
    return " ".join(
        f"v:{number},{f'a:{number},' if has_sound else ''}name:{side}"
        for number, side in enumerate(heights)
    )


def measure(folder: Path, name: str) -> Rendition:
    """What was made in `folder` under `name`, read back from its file and its playlist."""
    [picture, *_] = MediaInfo.parse(folder / f"{name}.mp4").video_tracks
    sounds = MediaInfo.parse(folder / f"{name}.mp4").audio_tracks
    parts = _PART.findall((folder / f"{name}.m3u8").read_text())
    lengths = [(float(seconds), int(size) * 8) for seconds, size in parts]
    return Rendition(
        name=name,
        width=picture.width,
        height=picture.height,
        fps=round(float(picture.frame_rate or 0), 3),
        codecs=_h264(picture.format_profile) + (",mp4a.40.2" if sounds else ""),
        peak=max(round(bits / max(seconds, 1)) for seconds, bits in lengths),
        average=round(sum(bits for _, bits in lengths) / sum(seconds for seconds, _ in lengths)),
    )


def _h264(profile: str) -> str:
    """The name of a codec as playlists write it: High@L3.1 is avc1.64001f."""
    level = round(float(profile.rpartition("@L")[2]) * 10)
    return f"avc1.6400{level:02x}"


def master(renditions: Sequence[Rendition]) -> str:
    """The playlist that names all renditions; players begin with the first, one that phones can."""
    best_start = sorted(renditions, key=lambda row: (int(row.name) > 720, -int(row.name)))
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for row in best_start:
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={row.peak},AVERAGE-BANDWIDTH={row.average},"
            f'CODECS="{row.codecs}",RESOLUTION={row.width}x{row.height},FRAME-RATE={row.fps:.3f}',
            f"{row.name}.m3u8",
        ]
    return "\n".join(lines) + "\n"


def as_rows(renditions: Sequence[Rendition]) -> list[dict[str, object]]:
    """As they are kept beside the video."""
    return [asdict(row) for row in renditions]
