"""Captions: read from WebVTT or SRT, cleaned, written as WebVTT, gathered into a transcript."""

import re
from dataclasses import dataclass

import nh3

_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?$")
_KARAOKE = re.compile(r"<[\d:.]+>")  # the moment of a single word
_BLOCKS_TO_SKIP = ("NOTE", "STYLE", "REGION")
MAX_CHARACTERS = 2_000_000
PARAGRAPH_SECONDS = 30


class CaptionError(ValueError):
    """The text is no WebVTT and no SRT; the message names the line and says what to do."""


@dataclass(frozen=True)
class Cue:
    """What is said between two moments, in seconds."""

    start: float
    end: float
    text: str


def parse(source: str) -> list[Cue]:
    """The cues of a WebVTT or SRT text, in order, without markup.

    Raises CaptionError naming the line when it is neither, or holds nothing to show.
    """
    if len(source) > MAX_CHARACTERS:
        raise CaptionError("These captions are too long: more than two million characters.")
    lines = source.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[Cue] = []
    number = 0
    while number < len(lines):
        if lines[number].startswith(_BLOCKS_TO_SKIP):
            number = _end_of_block(lines, number)
        elif "-->" in lines[number]:
            end = _end_of_block(lines, number)
            cues.append(_cue(lines, number, end, cues[-1].start if cues else 0.0))
            number = end
        number += 1
    if not cues:
        raise CaptionError(
            "There is no caption in this text. It needs lines such as "
            "“00:00:01.000 --> 00:00:04.000”, each followed by what is said."
        )
    return cues


def _end_of_block(lines: list[str], number: int) -> int:
    while number < len(lines) and lines[number].strip():
        number += 1
    return number


def _cue(lines: list[str], first: int, end: int, not_before: float) -> Cue:
    timing = _TIMING.match(lines[first])
    if timing is None:
        raise CaptionError(
            f"Line {first + 1}: “{lines[first].strip()[:60]}” is not a time range. "
            "Write it as 00:01:02.000 --> 00:01:05.500."
        )
    start, until = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
    if until <= start:
        raise CaptionError(f"Line {first + 1}: this caption ends before it begins.")
    if start < not_before:
        raise CaptionError(f"Line {first + 1}: this caption begins before the one above it.")
    return Cue(start, until, _clean("\n".join(lines[first + 1 : end])))


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _clean(text: str) -> str:
    """Only words: no tags, no entities, no empty line, which would end the cue early."""
    words = nh3.clean(_KARAOKE.sub("", text), tags=set()).replace("&nbsp;", " ")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, character)
    return "\n".join(line for part in words.split("\n") if (line := " ".join(part.split())))


def until(cues: list[Cue], second: float) -> list[Cue]:
    """What is said before `second`, and not a word that is said across it."""
    return [cue for cue in cues if cue.end <= second]


def write(cues: list[Cue]) -> str:
    """The cues as WebVTT, ended by a line end."""
    blocks = [f"{clock(cue.start)} --> {clock(cue.end)}\n{_escape(cue.text)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(seconds: float) -> str:
    """A moment as WebVTT writes it: 00:01:02.500."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}.{thousandths:03}"


def paragraphs(cues: list[Cue]) -> list[list[dict[str, object]]]:
    """The transcript: paragraphs of `{start, text}`, start in whole seconds.

    A paragraph ends with the first sentence that ends after half a minute.
    """
    result: list[list[dict[str, object]]] = []
    began = 0.0
    for cue in cues:
        text = " ".join(cue.text.split())
        if not text:
            continue
        if not result or (_ends_sentence(result[-1]) and cue.start - began >= PARAGRAPH_SECONDS):
            result.append([])
            began = cue.start
        result[-1].append({"start": int(cue.start), "text": text})
    return result


def _ends_sentence(paragraph: list[dict[str, object]]) -> bool:
    return str(paragraph[-1]["text"]).rstrip("”’\"'").endswith((".", "?", "!", "…"))
