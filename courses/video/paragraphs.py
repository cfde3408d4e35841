"""What captions say, gathered into paragraphs for reading."""

import re
from typing import NotRequired, TypedDict

from courses.video.captions import Cue

PARAGRAPH_SECONDS = 30
# How captions show that somebody else speaks: a dash, an arrow, or a name and a colon.
_DASH = re.compile(r"(?:[-–—]|>>+)\s*(?=\S)")
_NAME = re.compile(r"([^\W\d_a-z][\w.’'-]*(?: [^\W\d_a-z][\w.’'-]*){0,2}):\s+(?=\S)")
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪♫].*[♪♫]")


class Line(TypedDict):
    """What is said from a moment on, in whole seconds, as it is stored with the video."""

    start: int
    text: str
    speaker: NotRequired[str]  # where their turn begins, if the captions name them
    is_sound: NotRequired[bool]  # [music], (laughs)


def paragraphs(cues: list[Cue]) -> list[list[Line]]:
    """The paragraphs of all cues.

    One ends where somebody else speaks, or with the first sentence that ends after half a minute.
    """
    result: list[list[Line]] = []
    began, speaker = 0.0, ""
    for cue in cues:
        for line, begins_turn in _lines(cue):
            name = line.get("speaker", "")
            if name and name == speaker:
                begins_turn = False
                del line["speaker"]
            is_due = cue.start - began >= PARAGRAPH_SECONDS
            if not result or begins_turn or (is_due and _ends_sentence(result[-1][-1])):
                result.append([])
                began, speaker = cue.start, name or ("" if begins_turn else speaker)
            result[-1].append(line)
    return result


def _lines(cue: Cue) -> list[tuple[Line, bool]]:
    """The turns within one cue, each with whether somebody else begins to speak."""
    turns: list[tuple[Line, bool]] = []
    for row in filter(None, map(str.strip, cue.text.split("\n"))):
        words = _DASH.sub("", row, count=1) if _DASH.match(row) else row
        name = _NAME.match(words)
        if turns and words == row and not name:
            turns[-1][0]["text"] += f" {row}"
            continue
        line: Line = {"start": int(cue.start), "text": words[name.end() if name else 0 :]}
        if name:
            line["speaker"] = name[1]
        turns.append((line, bool(name) or words != row))
    for line, _ in turns:
        if _SOUND.fullmatch(line["text"]):
            line["is_sound"] = True
    return turns


def _ends_sentence(line: Line) -> bool:
    ended = line["text"].rstrip("”’\"')").endswith((".", "?", "!", "…"))
    return ended or line.get("is_sound", False)
