"""First drafts of captions, written by a speech model that lies in a folder of this machine.

Off unless TRANSCRIBE_MODEL_DIR names the folder. The library comes with `nerdherd[transcribe]`; it
is asked for by name when it is needed, as it takes seconds and memory that nothing else here needs.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from textwrap import wrap
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language_info

from courses.models import Caption, Video
from courses.models.video import VideoQuerySet
from courses.video import shelf
from courses.video.captions import Cue, write

log = logging.getLogger(__name__)

LIBRARY = "faster_whisper"
FILES = ("model.bin", "tokenizer.json")  # without the second it would be looked for on the web
LEASE = timedelta(minutes=10)  # half a minute of speech may take a slow machine long
# A caption is read in two lines, and follows the breath and the sentence where it can.
LINE, LINES = 42, 2
BREATH_SECONDS, SHORTEST_SECONDS, LONGEST_SECONDS = 0.8, 0.3, 7.0


class CannotTranscribe(Exception):
    """There is no draft; the message says why and what to do."""


class Word(Protocol):
    """A word as the library gives it: seconds, and its letters with the space before them."""

    start: float
    end: float
    word: str


def is_on() -> bool:
    """Whether an owner has switched it on."""
    return bool(settings.TRANSCRIBE_MODEL_DIR)


def is_at_work(video: Video) -> bool:
    """Whether a worker is listening to `video` at this moment."""
    is_held = video.lease_until is not None and video.lease_until > timezone.now()
    return is_held and video.state == Video.State.READY and bool(video.claim)


def load_model() -> Any:
    """The speech model. Raises CannotTranscribe when the library or the folder is no good."""
    folder = Path(settings.TRANSCRIBE_MODEL_DIR)
    if not is_on():
        raise CannotTranscribe("Speech to text is off: TRANSCRIBE_MODEL_DIR names no folder.")
    if find_spec(LIBRARY) is None:
        raise CannotTranscribe(
            "The library faster-whisper is missing: pip install nerdherd[transcribe]."
        )
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise CannotTranscribe(f"{folder} holds no speech model: {missing[0]} is missing.")
    try:
        return import_module(LIBRARY).WhisperModel(str(folder), device="cpu", compute_type="int8")
    except (RuntimeError, OSError, ValueError) as error:
        raise CannotTranscribe(f"The speech model in {folder} cannot be read: {error}") from error


def wanted() -> VideoQuerySet:
    """The videos whose draft an editor waits for, and that no worker is busy with."""
    return Video.objects.idle().filter(draft_wanted=True)


def draft_next() -> bool:
    """Write the draft that an editor asked for first; False when none is wanted."""
    video = wanted().order_by("pk").first() if is_on() else None
    if video is None:
        return False
    if take(video):
        try:
            draft(video)
        except CannotTranscribe as error:
            log.warning("video %s, draft of captions: %s", video.pk, error)
    return True


def take(video: Video) -> bool:
    """Claim the work; the wish is gone with it, so that nothing is tried for ever."""
    return video.hold(wanted(), LEASE, draft_wanted=False)


def draft(video: Video) -> Caption:
    """Write down what is said in `video`, which this worker has taken, and let it go.

    Raises CannotTranscribe.
    """
    try:
        if not video.made.get("has_sound"):
            raise CannotTranscribe("There is no sound in this video.")
        model = load_model()
        with shelf.workbench(video) as bench:
            sound = shelf.fetch(f"{video.folder}/audio.m4a", bench)
            segments, info = model.transcribe(str(sound), vad_filter=True, word_timestamps=True)
            cues = cues_of(_words(segments, video))
        return _keep(video, info.language, cues)
    except FileNotFoundError as error:
        raise CannotTranscribe("The sound of this video is no longer there.") from error
    finally:
        video.let_go()


def _words(segments: Iterable[Any], video: Video) -> Iterator[Word]:
    """The words one by one; the model works while they are asked for, so the lease is renewed."""
    for segment in segments:
        if not video.keep(lease_until=timezone.now() + LEASE):
            raise CannotTranscribe("The video was replaced meanwhile.")
        yield from segment.words


def cues_of(words: Iterable[Word]) -> list[Cue]:
    """Words gathered into captions of two lines at most, in order, none before the last."""
    cues: list[Cue] = []
    held: list[Word] = []
    for word in words:
        if held and _is_due(held, word):
            cues.append(_cue(held, cues))
            held = []
        held.append(word)
    return [*cues, _cue(held, cues)] if held else cues


def _is_due(held: list[Word], word: Word) -> bool:
    text = _text(held)
    return (
        len(wrap(f"{text}{word.word}", LINE)) > LINES
        or word.end - held[0].start > LONGEST_SECONDS
        or word.start - held[-1].end > BREATH_SECONDS
        or (len(text) > LINE // 2 and text.endswith((".", "?", "!", "…")))
    )


def _text(words: list[Word]) -> str:
    return "".join(word.word for word in words).strip()


def _cue(words: list[Word], before: list[Cue]) -> Cue:
    start = max(float(words[0].start), before[-1].start if before else 0.0)
    end = max(float(words[-1].end), start + SHORTEST_SECONDS)
    return Cue(start, end, "\n".join(wrap(_text(words), LINE)))


def _keep(video: Video, language: str, cues: list[Cue]) -> Caption:
    label = language
    with suppress(KeyError):
        label = get_language_info(language)["name_local"].capitalize()
    if not cues:
        raise CannotTranscribe("Nothing is said in this video.")
    there = video.captions.filter(language=language).first()
    if there and not there.is_draft:
        raise CannotTranscribe(f"{label} captions are there already, and no draft.")
    row = there or Caption(
        video=video, language=language, label=label, is_default=not video.captions.exists()
    )
    row.is_draft, row.text = True, write(cues)
    row.save()
    return row
