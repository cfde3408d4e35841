"""ffmpeg: the only place that starts a subprocess for a video, and the limits it runs under."""

import ctypes
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from time import monotonic

import imageio_ffmpeg
from django.conf import settings

# Only what is in the file itself, only containers we know: a crafted playlist that calls itself a
# video could otherwise read files and call hosts.
INPUT_GUARDS = [
    "-protocol_whitelist", "file,pipe",
    "-format_whitelist", "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg",
]  # fmt: skip
HEARTBEAT_SECONDS = 5
_PR_SET_PDEATHSIG = 1


class FfmpegError(Exception):
    """ffmpeg could not do it; the message holds its last words."""


def binary() -> str:
    """The ffmpeg to use: FFMPEG_BIN, or the one that came with the Python packages."""
    chosen = settings.FFMPEG_BIN or imageio_ffmpeg.get_ffmpeg_exe()
    found = shutil.which(chosen)
    if found is None:
        raise FfmpegError(f"there is no ffmpeg at {chosen}: check FFMPEG_BIN")
    return found


def run(
    arguments: Sequence[str],
    *,
    stdin: bytes | None = None,
    timeout: float = 120,
    heartbeat: Callable[[], bool] = lambda: True,
) -> None:
    """Run ffmpeg with `arguments`, for `timeout` seconds at most.

    Asks `heartbeat` every few seconds and stops when it says no. Raises FfmpegError with ffmpeg's
    last lines when it fails, takes too long or was stopped.
    """
    process = subprocess.Popen(  # noqa: S603 - our own binary and arguments, no shell
        [binary(), "-hide_banner", "-v", "error", "-y", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=_die_with_parent,
    )
    said = _wait(process, stdin or b"", monotonic() + timeout, heartbeat)
    if process.returncode:
        raise FfmpegError(" / ".join(said.decode(errors="replace").splitlines()[-4:]))


def _wait(
    process: "subprocess.Popen[bytes]", stdin: bytes, until: float, heartbeat: Callable[[], bool]
) -> bytes:
    while True:
        try:
            return process.communicate(stdin, timeout=HEARTBEAT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            if monotonic() > until:
                reason = "it took too long"
            elif not heartbeat():
                reason = "another worker has taken over"
            else:
                continue
            process.kill()
            process.communicate()
            raise FfmpegError(reason) from None


def _die_with_parent() -> None:
    """An encode outlives a killed worker otherwise, and would run beside its own successor."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
