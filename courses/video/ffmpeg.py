"""ffmpeg: the only place that starts a subprocess for a video, and the limits it runs under."""

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from functools import cache, partial
from time import monotonic
from typing import IO

import imageio_ffmpeg
from django.conf import settings

from nerdherd.lib.orphans import die_with

# Only what is in the file itself, only containers we know: a crafted playlist that calls itself a
# video could otherwise read files and call hosts.
INPUT_GUARDS = [
    "-protocol_whitelist", "file,pipe",
    "-format_whitelist", "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg",
]  # fmt: skip
OLDEST = (5, 1)
OVERTAKEN = "another worker has taken over"
HEARTBEAT_SECONDS = 1.0
STANDSTILL_SECONDS = 120.0
MAX_OUTPUT = 32 * 1024**3  # bytes, of one file
MAX_CPU = 24 * 60 * 60  # seconds
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LIBC = ctypes.CDLL(None)


class FfmpegError(Exception):
    """ffmpeg could not do it; the message holds its last words."""


def binary() -> str:
    """The ffmpeg to use: FFMPEG_BIN, or the one that came with the Python packages.

    Raises FfmpegError when there is none or it is too old.
    """
    chosen = settings.FFMPEG_BIN or imageio_ffmpeg.get_ffmpeg_exe()
    found = shutil.which(chosen)
    if found is None:
        raise FfmpegError(f"there is no ffmpeg at {chosen}: check FFMPEG_BIN")
    if version(found) < OLDEST:
        raise FfmpegError(f"{chosen} is no ffmpeg of version 5.1 or newer: check FFMPEG_BIN")
    return found


@cache
def version(path: str) -> tuple[int, int]:
    """Major and minor version of the ffmpeg at `path`; (0, 0) when it is none.

    A build without a number, straight from the developers, counts as new.
    """
    said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30).stdout  # noqa: S603
    numbered = re.match(r"ffmpeg version n?(\d+)\.(\d+)", said)
    if numbered:
        return int(numbered[1]), int(numbered[2])
    return (99, 0) if said.startswith("ffmpeg version ") else (0, 0)


def run(
    arguments: Sequence[str],
    *,
    timeout: float = 120,
    level: str = "error",
    progress: Callable[[float], bool] = lambda seconds: True,
) -> str:
    """Run ffmpeg with `arguments`, for `timeout` seconds at most; returns what it said.

    Calls `progress` every second, and once more at the end, with the seconds of film that are done,
    and stops when it answers no. Raises FfmpegError with ffmpeg's last lines when it fails, takes
    too long, stands still for two minutes or was stopped.
    """
    command = [binary(), "-hide_banner", "-v", level, "-nostdin", "-nostats", "-y"]
    command += ["-progress", "pipe:1", "-stats_period", "1"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own binary and arguments, no shell
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            preexec_fn=partial(_within_limits, os.getpid()),
        )
        stopped = _watch(process, monotonic() + timeout, progress)
        said.seek(0)
        words = said.read().decode(errors="replace")
    if stopped or process.returncode:
        raise FfmpegError(stopped or " / ".join(words.splitlines()[-4:]) or "it died")
    return words


class _Done:
    """How many seconds of film are done, read from ffmpeg's own progress lines."""

    def __init__(self, lines: IO[bytes] | None) -> None:
        self.seconds = 0.0
        self.moved_at = monotonic()
        self._lines = lines
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> "_Done":
        self._reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.finish()
        if self._lines:
            self._lines.close()

    def finish(self) -> None:
        """Read what ffmpeg said last; it has ended, or this waits for it."""
        self._reader.join()

    def _read(self) -> None:
        for line in self._lines or ():
            name, _, value = line.partition(b"=")
            if name == b"out_time_us" and value.strip().isdigit():
                seconds = int(value) / 1_000_000
                if seconds > self.seconds:
                    self.seconds, self.moved_at = seconds, monotonic()

    @property
    def stands_still(self) -> bool:
        return monotonic() - self.moved_at > STANDSTILL_SECONDS


def _watch(
    process: "subprocess.Popen[bytes]", until: float, progress: Callable[[float], bool]
) -> str:
    """Wait for the end; returns why it was stopped, or nothing. It never goes on by itself."""
    with _Done(process.stdout) as done:
        try:
            return _wait(process, until, progress, done)
        finally:
            process.kill()
            process.wait()


def _wait(
    process: "subprocess.Popen[bytes]",
    until: float,
    progress: Callable[[float], bool],
    done: _Done,
) -> str:
    while True:
        try:
            process.wait(timeout=HEARTBEAT_SECONDS)
            done.finish()
            return "" if progress(done.seconds) else OVERTAKEN
        except subprocess.TimeoutExpired:
            if monotonic() > until:
                return "it took too long"
            if done.stands_still:
                return "it stood still"
            if not progress(done.seconds):
                return OVERTAKEN


def _within_limits(parent: int) -> None:
    """In the new process, before ffmpeg: it gives way to others, has bounds, and no network.

    An encode outlives a killed worker otherwise, and would run beside its own successor. Where the
    kernel does not let us take the network away, the guards on what it may open still hold.
    """
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU, MAX_CPU))
    if sys.platform == "linux":
        if _LIBC.unshare(_CLONE_NEWNET):
            _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    die_with(parent, signal.SIGKILL)
