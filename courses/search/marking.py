"""Marks the words of a query in a text, and knows which of them a text holds."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.search.lookup import Term
from courses.search.words import WORD, fold

# A sentence that is longer is cut around its first mark, to about so many characters.
LONGEST = 260
_SENTENCE = re.compile(r"(?<=[.!?…])[”’\"')]*\s+|\n")
# What is none of these folds letter by letter: no accents, no other script.
_FOREIGN = re.compile(r"[^\x00-\x7f‘’“”…–—]")
_BETWEEN = "\x1f"
_NONE: frozenset[str] = frozenset()


class Marker:
    """Knows what the terms of a query find."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_form: dict[str, frozenset[str]] = {}
        terms = list(terms)
        self.words = frozenset(term.word for term in terms)
        for term in terms:
            for form in term.forms:
                self._by_form[form] = self._by_form.get(form, _NONE) | {term.word}

    def found_in(self, text: str) -> frozenset[str]:
        """Which of the query's words `text` holds, in one form or another."""
        found = map(self._by_form.get, map(fold, WORD.findall(text)))
        return _NONE.union(*filter(None, found))

    def found_in_each(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """The same for every one of many; those that hold nothing are passed over quickly."""
        whole = _BETWEEN.join(texts)
        if _FOREIGN.search(whole):
            sought: Iterable[str] = {w for w in WORD.findall(whole) if fold(w) in self._by_form}
            written: Sequence[str] = texts
        else:
            whole = whole.lower().replace("’", "").replace("'", "")
            sought = [form for form in self._by_form if form in whole]
            written = whole.split(_BETWEEN) if texts else []
        return [
            self.found_in(text) if any(word in its for word in sought) else _NONE
            for text, its in zip(texts, written, strict=True)
        ]

    def mark(self, text: str) -> SafeString:
        """`text` escaped, with what was looked for in `<mark>`."""
        parts, end = [], 0
        for match in self._places(text):
            parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            end = match.end()
        return mark_safe("".join([*parts, escape(text[end:])]))

    def place_in(self, text: str) -> int:
        """Where in `text` the first word stands that was looked for; 0 when none does."""
        return next((match.start() for match in self._places(text)), 0)

    def _places(self, text: str) -> Iterator[re.Match[str]]:
        return (match for match in WORD.finditer(text) if fold(match[0]) in self._by_form)


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
