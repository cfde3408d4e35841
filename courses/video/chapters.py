"""Chapters: an editor's lines of a moment and a title, read, checked, and written as WebVTT."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.video import captions, lines
from courses.video.captions import Cue
from courses.video.lines import WrongLines, quoted

_LINE = re.compile(r"[(\[]?(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)[)\]]?\s+(?:[-–—|:]\s+)*(\S.*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAX_CHAPTERS = 100
MAX_TITLE = 80


class ChapterError(WrongLines):
    """There are lines that are no chapters."""


@dataclass(frozen=True)
class Chapter:
    """A part of a video, from `start` in whole seconds."""

    start: int
    title: str


def parse(text: str) -> list[Chapter]:
    """The chapters of the editor's lines, in order; empty lines do not count.

    Raises ChapterError naming the lines.
    """
    found: list[Chapter] = []
    problems: list[str] = []
    for number, line in enumerate(lines.split(text), 1):
        tidy = " ".join(_CONTROL.sub(" ", line).split())
        if not tidy:
            continue
        chapter = _chapter(tidy)
        problem = _problem(tidy, chapter, found)
        if problem:
            problems.append(lines.at(number, problem))
        if chapter:
            found.append(chapter)
    if len(found) > MAX_CHAPTERS:
        counts = {"count": len(found), "most": MAX_CHAPTERS}
        problems.insert(0, _("These are %(count)s chapters; %(most)s are the most.") % counts)
    if problems:
        raise ChapterError(*problems)
    return found


def _chapter(line: str) -> Chapter | None:
    match = _LINE.fullmatch(line)
    if match is None or (match[1] and int(match[2]) > 59):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    return Chapter(hours * 3600 + minutes * 60 + seconds, match[4])


def _problem(line: str, chapter: Chapter | None, before: list[Chapter]) -> str:
    if chapter is None:
        return _("%(line)s is no chapter. Write it as 1:30 Title.") % {"line": quoted(line)}
    if not before and chapter.start:
        return _("the first chapter must begin at 0:00.")
    if before and chapter.start <= before[-1].start:
        return _("this chapter does not begin after the one above it.")
    if len(chapter.title) > MAX_TITLE:
        return _("the title is longer than %(most)s characters.") % {"most": MAX_TITLE}
    return ""


def remarks(chapters: list[Chapter], seconds: int | None) -> list[str]:
    """The chapters that begin when the video, `seconds` long, has ended; it has none of them."""
    late = [
        lines.at(
            number,
            _("“%(chapter)s” begins after the video ends (%(end)s).")
            % {"chapter": chapter.title, "end": clock(seconds)},
        )
        for number, chapter in enumerate(chapters, 1)
        if seconds is not None and chapter.start >= seconds
    ]
    return WrongLines(*late).problems


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
    ends = [*(chapter.start for chapter in chapters), seconds][1:]
    return captions.write(
        [
            Cue(float(chapter.start), float(min(end, seconds)), chapter.title)
            for chapter, end in zip(chapters, ends, strict=True)
            if chapter.start < seconds
        ]
    )
