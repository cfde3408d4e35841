"""Captions: read from WebVTT or SRT, cleaned, written as WebVTT."""

import re
from dataclasses import dataclass

import nh3
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from courses.video import lines
from courses.video.lines import WrongLines, quoted

_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_KARAOKE = re.compile(r"<[\d:.]+>")  # the moment of a single word
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,60})>")
# Not even as an entity; tabs and line ends are white space, which is tidied elsewhere.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LIKE_TIMES = re.compile(r"\s*\d+:\d\d.*\d+:\d\d")
_HEADER = re.compile(r"WEBVTT(\s.*)?")
_COMMENT = re.compile(r"(NOTE|STYLE|REGION)(\s.*)?")
HEAD = "WEBVTT\n"
ARROW = "-->"
EXAMPLE = "00:01:02.000 --> 00:01:05.500"
MAX_CHARACTERS = 2_000_000
MAX_CUES = 20_000
LONG_SECONDS = 30


class CaptionError(WrongLines):
    """The text is no WebVTT and no SRT."""


@dataclass(frozen=True)
class Cue:
    """What is said between two moments, in seconds."""

    start: float
    end: float
    text: str


def parse(source: str) -> list[Cue]:
    """The cues of a WebVTT or SRT text, in order, without markup; a new speaker begins with a name.

    Raises CaptionError naming the lines when it is neither, or holds nothing to show.
    """
    if len(source) > MAX_CHARACTERS:
        raise CaptionError(_("These captions are too long: more than two million characters."))
    reader = _Reader(lines.split(source))
    reader.read()
    if not reader.has_arrows:
        raise CaptionError(
            _(
                "There is no caption in this text. It needs lines such as “%(example)s”, each "
                "followed by what is said."
            )
            % {"example": EXAMPLE}
        )
    if reader.problems:
        raise CaptionError(*reader.problems)
    if len(reader.cues) > MAX_CUES:
        most = number_format(MAX_CUES, use_l10n=True, force_grouping=True)
        raise CaptionError(_("These captions are too many: more than %(most)s.") % {"most": most})
    return reader.cues


class _Reader:
    """Goes through the lines once, block by block; what is wrong with them is gathered."""

    def __init__(self, source: list[str]) -> None:
        self.lines = source
        self.cues: list[Cue] = []
        self.problems: list[str] = []
        self.has_arrows = False
        self.voice = ""

    def read(self) -> None:
        """Every block: one to skip, a cue, or lines that belong to nothing."""
        number = 0
        while number < len(self.lines) and len(self.cues) <= MAX_CUES:
            line = self.lines[number]
            if self._begins_block(number) and _HEADER.fullmatch(line):
                number = self._end_of(number)
            elif self._begins_block(number) and _COMMENT.fullmatch(line):
                number = self._end_of(number, at_arrow=False)
            elif ARROW in line or _LIKE_TIMES.match(line):
                number = self._read_cue(number)
            else:
                self._check_outside(number)
                number += 1

    def _begins_block(self, number: int) -> bool:
        return number == 0 or not self.lines[number - 1].strip()

    def _end_of(self, number: int, *, at_arrow: bool = True) -> int:
        """The line after the block, which an empty line ends, or else the next time range."""
        number += 1
        while number < len(self.lines) and self.lines[number].strip():
            if at_arrow and ARROW in self.lines[number]:
                break
            number += 1
        return number

    def _read_cue(self, number: int) -> int:
        self.has_arrows = self.has_arrows or ARROW in self.lines[number]
        end = self._end_of(number)
        timing = _TIMING.fullmatch(self.lines[number])
        if timing is None:
            what = _("%(line)s is not a time range. Write it as %(example)s.")
            self._complain(number, what % {"line": quoted(self.lines[number]), "example": EXAMPLE})
            return end
        start, until = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
        if until <= start:
            self._complain(number, _("this caption ends before it begins."))
        elif self.cues and start < self.cues[-1].start:
            self._complain(number, _("this caption begins before the one above it."))
        self.cues.append(Cue(start, until, self._words(number + 1, end)))
        return end

    def _words(self, first: int, end: int) -> str:
        words = self.lines[first:end]
        runs_on = end < len(self.lines) and ARROW in self.lines[end]
        if runs_on and words and words[-1].strip().isdecimal():
            words.pop()  # SRT's number of the next one
        return _clean("\n".join(_VOICE.sub(self._name, line) for line in words))

    def _name(self, tag: re.Match[str]) -> str:
        """A speaker's name is written once, where their turn begins."""
        before, self.voice = self.voice, " ".join(tag[1].split())
        return "" if self.voice == before else f"{self.voice}: "

    def _check_outside(self, number: int) -> None:
        """Between captions stands the next one's number or name; any other words would be lost."""
        line = self.lines[number].strip()
        is_name = number + 1 < len(self.lines) and ARROW in self.lines[number + 1]
        if line and not line.isdecimal() and not (is_name and self._begins_block(number)):
            what = _(
                "%(line)s belongs to no caption. Put a time range such as %(example)s above it, "
                "or take away the empty line before it."
            )
            self._complain(number, what % {"line": quoted(line), "example": EXAMPLE})

    def _complain(self, number: int, what: str) -> None:
        self.problems.append(lines.at(number + 1, what))


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    return hours * 3600 + minutes * 60 + seconds + int((parts[3] or "0").ljust(3, "0")) / 1000


def _clean(text: str) -> str:
    """Only words: no tags, no entities, no empty line, which would end the cue early."""
    words = nh3.clean(_KARAOKE.sub("", text), tags=set()).replace("&nbsp;", " ")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, character)
    words = _CONTROL.sub("", words.replace("\ufeff", ""))
    return "\n".join(line for part in words.split("\n") if (line := " ".join(part.split())))


def remarks(cues: list[Cue], seconds: int | None) -> list[str]:
    """What an editor may want to look at in captions that can be shown.

    Lines are counted as `write` sets them. `seconds` is the video's length, None if not known yet.
    """
    found, line = [], 3
    for cue in cues:
        if seconds is not None and cue.end > seconds + 1:
            late = _("this caption ends at %(end)s, after the video does (%(length)s).")
            found.append(lines.at(line, late % {"end": clock(cue.end), "length": clock(seconds)}))
        elif cue.end - cue.start > LONG_SECONDS:
            long = _("this caption stays for %(seconds)s seconds.")
            found.append(lines.at(line, long % {"seconds": round(cue.end - cue.start)}))
        line += 2 + len(cue.text.split("\n"))
    return WrongLines(*found).problems


def until(cues: list[Cue], second: float) -> list[Cue]:
    """Those that have ended by then."""
    return [cue for cue in cues if cue.end <= second]


def write(cues: list[Cue]) -> str:
    """The cues as WebVTT, ended by a line end."""
    blocks = [f"{clock(cue.start)} --> {clock(cue.end)}\n{_escape(cue.text)}\n" for cue in cues]
    return "\n".join([HEAD, *blocks])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(seconds: float) -> str:
    """A moment as WebVTT writes it: 00:01:02.500."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}.{thousandths:03}"
