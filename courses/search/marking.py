"""Marks the words of a query in a text, and finds the part of it that holds most of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.search.lookup import Term
from courses.search.words import WORD, fold, stem

# A sentence that is longer is cut around its first mark, to about so many characters.
LONGEST = 260
_SENTENCE = re.compile(r"(?<=[.!?…])[”’\"')]*\s+|\n")


@dataclass(frozen=True)
class Marker:
    """Knows for every stem which of the query's terms finds it."""

    terms: dict[str, frozenset[str]]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Marker":
        """A marker of what the terms find."""
        finders: dict[str, frozenset[str]] = {}
        for term in terms:
            for one in term.stems:
                finders[one] = finders.get(one, frozenset()) | {term.word}
        return cls(finders)

    def found_in(self, text: str, language: str = settings.LANGUAGE_CODE) -> frozenset[str]:
        """Which of the query's words `text` holds, in one form or another."""
        return frozenset().union(*(self._finders(word, language) for word in WORD.findall(text)))

    def mark(self, text: str, language: str = settings.LANGUAGE_CODE) -> SafeString:
        """`text` escaped, with what was looked for in `<mark>`."""
        parts, end = [], 0
        for match in WORD.finditer(text):
            if self._finders(match[0], language):
                parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
                end = match.end()
        return mark_safe("".join([*parts, escape(text[end:])]))

    def place_in(self, text: str) -> int:
        """Where in `text` the first word stands that was looked for; 0 when none does."""
        usual = settings.LANGUAGE_CODE
        places = (m.start() for m in WORD.finditer(text) if self._finders(m[0], usual))
        return next(places, 0)

    def _finders(self, word: str, language: str) -> frozenset[str]:
        folded = fold(word)
        none: frozenset[str] = frozenset()
        return self.terms.get(stem(folded, language)) or self.terms.get(stem(folded)) or none


def sentences(text: str) -> list[str]:
    """The sentences of a plain text; a line end ends one, too."""
    return [sentence for part in _SENTENCE.split(text) if (sentence := part.strip())]


def cut(text: str, around: int) -> str:
    """About `LONGEST` characters of `text` around a place, cut between words."""
    if len(text) <= LONGEST:
        return text
    start = max(0, around - LONGEST // 3)
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, start + LONGEST)
    end = len(text) if start + LONGEST >= len(text) else end if end > 0 else start + LONGEST
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
