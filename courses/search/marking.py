"""Marks the words of a query in a text, and knows which of them a text holds."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.search.lookup import Term
from courses.search.words import WORD, fold

# A sentence that is longer is cut around its first mark, to about so many characters.
LONGEST = 260
_SENTENCE = re.compile(r"(?<=[.!?…])[”’\"')]*\s+|\n")
_NONE: frozenset[str] = frozenset()


class _Finders(dict[str, frozenset[str]]):
    """For every word, as it is written, the query's words that find it; worked out once each."""

    def __init__(self, terms: Iterable[Term]) -> None:
        super().__init__()
        self.by_form: dict[str, frozenset[str]] = {}
        for term in terms:
            for form in term.forms:
                self.by_form[form] = self.by_form.get(form, _NONE) | {term.word}

    def __missing__(self, word: str) -> frozenset[str]:
        return self.setdefault(word, self.by_form.get(fold(word), _NONE))


class Marker:
    """Knows what the terms of a query find."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._finders = _Finders(terms)

    def found_in(self, text: str) -> frozenset[str]:
        """Which of the query's words `text` holds, in one form or another."""
        return _NONE.union(*map(self._finders.__getitem__, WORD.findall(text)))

    def mark(self, text: str) -> SafeString:
        """`text` escaped, with what was looked for in `<mark>`."""
        parts, end = [], 0
        for match in WORD.finditer(text):
            if self._finders[match[0]]:
                parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
                end = match.end()
        return mark_safe("".join([*parts, escape(text[end:])]))

    def place_in(self, text: str) -> int:
        """Where in `text` the first word stands that was looked for; 0 when none does."""
        return next((m.start() for m in WORD.finditer(text) if self._finders[m[0]]), 0)


def sentences(text: str) -> list[str]:
    """The sentences of a plain text; a line end ends one, too."""
    return [sentence for part in _SENTENCE.split(text) if (sentence := part.strip())]


def cut(text: str, around: int) -> str:
    """About `LONGEST` characters of `text` around a place, cut between words."""
    if len(text) <= LONGEST:
        return text
    first = max(0, around - LONGEST // 3)
    start = text.find(" ", first, around) + 1 if first else 0
    last = start + LONGEST
    end = len(text) if last >= len(text) else max(text.rfind(" ", around, last), 0) or last
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
