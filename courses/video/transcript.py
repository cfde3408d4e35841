"""The transcript as the page shows it: paragraphs under the chapters' headings, in one language."""

from dataclasses import dataclass, field

from courses.models import Video
from courses.video import captions
from courses.video.chapters import Chapter, clock
from courses.video.chapters import parse as parse_chapters
from courses.video.paragraphs import Line, paragraphs


@dataclass(frozen=True)
class Spoken:
    """A line that plays from its second; `anchor` is empty where another has that address."""

    start: int
    text: str
    speaker: str
    is_sound: bool
    anchor: str


@dataclass(frozen=True)
class Part:
    """What is said in one chapter, or in the whole of a video that has none."""

    title: str = ""
    start: int = 0
    clock: str = ""
    anchor: str = ""
    paragraphs: list[list[Spoken]] = field(default_factory=list)


@dataclass(frozen=True)
class Transcript:
    """What is said in a video; `languages` are the tracks to choose from, if there are several."""

    language: str
    languages: list[dict[str, str]]
    parts: list[Part]

    @classmethod
    def of(cls, video: Video, wanted: str = "") -> "Transcript | None":
        """In the language that is wanted, or else the main one; None while nothing is written."""
        if not video.tracks:
            return None
        main = video.tracks[0]["language"]
        language, said = main, video.transcript
        if wanted != main and any(track["language"] == wanted for track in video.tracks):
            row = video.captions.get(language=wanted)
            language, said = wanted, paragraphs(captions.parse(row.text))
        languages = video.tracks if len(video.tracks) > 1 else []
        return cls(language, languages, parts(said, parse_chapters(video.chapters)))


def parts(said: list[list[Line]], chapters: list[Chapter]) -> list[Part]:
    """The paragraphs, parted where a chapter begins; every second is the address of one thing."""
    taken: set[str] = set()
    result = [] if chapters else [Part()]
    waiting = list(chapters)
    for paragraph in said:
        is_new = True
        for line in paragraph:
            while waiting and waiting[0].start <= line["start"]:
                result.append(_heading(waiting.pop(0), taken))
                is_new = True
            if is_new:
                result[-1].paragraphs.append([])
                is_new = False
            result[-1].paragraphs[-1].append(_spoken(line, taken))
    return [*result, *(_heading(chapter, taken) for chapter in waiting)]


def _heading(chapter: Chapter, taken: set[str]) -> Part:
    start = chapter.start
    return Part(chapter.title, start, clock(start), _anchor(start, taken))


def _spoken(line: Line, taken: set[str]) -> Spoken:
    speaker, is_sound = line.get("speaker", ""), line.get("is_sound", False)
    return Spoken(line["start"], line["text"], speaker, is_sound, _anchor(line["start"], taken))


def _anchor(start: int, taken: set[str]) -> str:
    anchor = f"t={start}"
    if anchor in taken:
        return ""
    taken.add(anchor)
    return anchor
