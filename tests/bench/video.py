"""`python -m tests.bench.video`: what preparing a film costs, beside ffmpeg making the same ladder.

Both are processes of their own, in turn, so that the ratio holds when the machine's speed drifts.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

os.environ["DATABASE_URL"] = ""

import tests.conftest  # noqa: F401 - sets Django up
from courses.video import ffmpeg, ladder, sound
from courses.video.look import look
from tests.courses.workshop import Workshop

HEIGHTS = (360, 720)
SOURCE = (
    "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d={0},noise=alls=12:allf=t",
    "-f", "lavfi", "-i", "anoisesrc=d={0}:c=pink:a=0.3", "-c:v", "libx264", "-preset", "ultrafast",
    "-b:v", "12M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest",
)  # fmt: skip


def cost(process: "subprocess.Popen[bytes]") -> tuple[float, float, float]:
    """CPU seconds with all children, wall seconds, and the process's own peak memory in MB."""
    began, peak = time.monotonic(), 0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, resident(process.pid))
        time.sleep(0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime, time.monotonic() - began, peak / 1024


def resident(pid: int) -> int:
    """Peak memory of a running process in KB, 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def plain(film: Path, folder: Path) -> tuple[float, float, float]:
    """ffmpeg alone, asked for the same ladder with the same loudness."""
    wanted = ladder.arguments(look(film), HEIGHTS, sound.TARGET, folder)
    guards = [ffmpeg.binary(), "-v", "error", "-nostdin", "-y"]
    return cost(subprocess.Popen([*guards, "-i", str(film), *wanted]))


def prepared(film: Path, folder: Path) -> tuple[float, float, float]:
    """The whole of what a worker does with the film."""
    heights = ",".join(map(str, HEIGHTS))
    shop = Workshop(folder / "data", film, VIDEO_HEIGHTS=heights)
    figures = cost(shop.manage("transcode"))
    assert shop.row()["state"] == "ready"
    return figures


def row(name: str, figures: Sequence[tuple[float, float, float]], minutes: float) -> str:
    """One line of the table, from the medians."""
    cpu, wall, peak = (median(column) for column in zip(*figures, strict=True))
    return f"{name:<24}{cpu / minutes:>12.1f}{wall / minutes:>12.1f}{peak:>12.0f}"


def main() -> None:
    """Print the table, and the ratio that should stay under 1.1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.video")
    parser.add_argument("--seconds", type=int, default=60, help="length of the film")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    pairs = []
    with tempfile.TemporaryDirectory(prefix="nerdherd-bench-") as top:
        film = Path(top, "film.mp4")
        ffmpeg.run([part.format(asked.seconds) for part in SOURCE] + [str(film)], timeout=1200)
        for number in range(asked.rounds):
            folders = [Path(top, f"{kind}-{number}") for kind in ("plain", "whole")]
            for folder in folders:
                folder.mkdir()
            pairs.append((plain(film, folders[0]), prepared(film, folders[1])))
    minutes = asked.seconds / 60
    print(f"{'a minute of 1080p':<24}{'CPU s':>12}{'wall s':>12}{'peak MB':>12}")
    print(row("ffmpeg, ladder alone", [one for one, _ in pairs], minutes))
    print(row("the worker, everything", [other for _, other in pairs], minutes))
    ratios = sorted(whole[0] / alone[0] for alone, whole in pairs)
    print(f"ratio of CPU: {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
