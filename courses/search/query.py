"""What somebody typed, taken apart: words, and phrases that stand in quotes."""

import re
from dataclasses import dataclass
from itertools import pairwise

from courses.search.words import words

MAX_CHARACTERS = 200
MAX_WORDS = 20
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')


@dataclass(frozen=True)
class Query:
    """A query: `text` tidied for showing, its folded words, each once, and the phrases among them.

    `pairs` are the words that stand side by side.
    """

    text: str
    words: list[str]
    phrases: list[list[str]]
    pairs: list[tuple[str, str]]

    @classmethod
    def read(cls, typed: str) -> "Query":
        """Never fails; what is no word is left out, and a database cannot hold a NUL character."""
        text = " ".join(typed[:MAX_CHARACTERS].replace("\x00", " ").split())
        phrases = [phrase for part in _QUOTED.findall(text) if len(phrase := words(part)) > 1]
        said = words(text)
        return cls(text, list(dict.fromkeys(said))[:MAX_WORDS], phrases, list(pairwise(said)))

    @property
    def unfinished(self) -> str:
        """The last word, which may still be being typed; empty when it ends with a quote."""
        is_open = bool(self.words) and not re.search(r'["“”„«»]$', self.text)
        return words(self.text)[-1] if is_open else ""
