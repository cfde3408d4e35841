"""Chapters: an editor's lines of a moment and a title, read, checked, and written as WebVTT."""

import re
from dataclasses import dataclass

from courses.video.captions import Cue
from courses.video.captions import write as write_cues

_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)\s+(\S.*)")
MAX_CHAPTERS = 100
MAX_TITLE = 80


class ChapterError(ValueError):
    """A line is no chapter; the message names it and says what to do."""


@dataclass(frozen=True)
class Chapter:
    """A part of a video, from `start` in whole seconds."""

    start: int
    title: str


def parse(text: str) -> list[Chapter]:
    """The chapters of the editor's lines, in order; empty lines do not count.

    Raises ChapterError naming the line.
    """
    found: list[Chapter] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            found.append(_chapter(number, line.strip(), found[-1].start if found else -1))
    if len(found) > MAX_CHAPTERS:
        raise ChapterError(f"These are {len(found)} chapters; {MAX_CHAPTERS} are the most.")
    if found and found[0].start:
        raise ChapterError("The first chapter must begin at 0:00.")
    return found


def _chapter(number: int, line: str, after: int) -> Chapter:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ChapterError(f"Line {number}: “{line[:60]}” is no chapter. Write it as 1:30 Title.")
    hours, minutes, seconds, title = match.groups()
    start = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    if start <= after:
        raise ChapterError(f"Line {number}: this chapter does not begin after the one above it.")
    if len(title) > MAX_TITLE:
        raise ChapterError(f"Line {number}: the title is longer than {MAX_TITLE} characters.")
    return Chapter(start, title)


def write(chapters: list[Chapter]) -> str:
    """The chapters as an editor would type them, one a line."""
    return "\n".join(f"{clock(chapter.start)} {chapter.title}" for chapter in chapters)


def clock(second: int) -> str:
    """A moment as people write it: 1:05, or 1:00:05 after the first hour."""
    minutes, rest = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def webvtt(chapters: list[Chapter], seconds: int) -> str:
    """The chapters as a WebVTT track of a video that is `seconds` long."""
    ends = [chapter.start for chapter in chapters[1:]] + [seconds]
    return write_cues(
        [
            Cue(float(chapter.start), float(end), chapter.title)
            for chapter, end in zip(chapters, ends, strict=True)
            if chapter.start < end
        ]
    )
