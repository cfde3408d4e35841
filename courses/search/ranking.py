"""Which of the posts that were found come first: by where the words stand, and how near."""

import re
from collections.abc import Iterable

from courses.search.contents import HEAD, OFTEN_SAID, TITLE
from courses.search.lookup import Term

WORTH = {TITLE: 8.0, HEAD: 3.0, OFTEN_SAID: 1.0}
# What words are worth, each, that stand in one sentence, and how long that is, in characters.
NEAR, SENTENCE = 6.0, 160


class Scale:
    """Weighs posts by the terms of a query; the rarer a term, the more it counts."""

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = list(terms)
        self.marks = [
            [
                (worth * term.rarity, [(f" {mark}{stem} ", more) for mark, more in WORTH.items()])
                for stem, worth in term.stems.items()
            ]
            for term in terms
        ]
        self.finders: dict[str, dict[str, float]] = {}
        for term in terms:
            for form in term.forms:
                self.finders.setdefault(form, {})[term.word] = term.rarity
        self.forms = re.compile(rf" ({'|'.join(sorted(self.finders))})(?= )")

    def of_head(self, head: str) -> float:
        """What the head of an entry says of the terms, of each the best that it finds."""
        return sum(
            max(worth * sum(more for mark, more in marks if mark in head) for worth, marks in term)
            for term in self.marks
        )

    def of_text(self, text: str) -> float:
        """What the sentence says that holds most of them."""
        best, window = 0.0, list[tuple[int, str]]()
        for match in self.forms.finditer(text):
            end = match.end()
            window = [(at, form) for at, form in window if end - at <= SENTENCE]
            window.append((match.start(), match[1]))
            said = {
                word: rarity for _, form in window for word, rarity in self.finders[form].items()
            }
            best = max(best, sum(said.values()))
        return NEAR * best
