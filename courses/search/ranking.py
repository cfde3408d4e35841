"""Which of the posts that were found come first: by where the words stand, and how near."""

from collections.abc import Iterable
from itertools import compress

from courses.search.contents import HEAD, OFTEN_SAID, TITLE
from courses.search.lookup import Term
from courses.search.query import Query

WORTH = {TITLE: 8.0, HEAD: 3.0, OFTEN_SAID: 1.0}
# What words are worth, each, that stand in one sentence, and how long that is, in words.
NEAR, SENTENCE = 6.0, 28
# What two words are worth that stand side by side as in the query, however common they are.
PAIR = 0.8


class Scale:
    """Weighs posts by the terms of a query; the rarer a term, the more it counts."""

    def __init__(self, query: Query, terms: Iterable[Term]) -> None:
        # For every mark in a head: what it is worth to which stem of which term.
        self.marks: dict[str, list[tuple[str, str, float]]] = {}
        # For every form in a text: which terms find it.
        self.finders: dict[str, list[str]] = {}
        self.rarity = {term.word: term.rarity for term in terms}
        read = {term.word: term.read_as.word for term in terms if term.read_as}
        self.pairs = {f" {read.get(one, one)} {read.get(two, two)} " for one, two in query.pairs}
        for term in terms:
            for stem, worth in term.stems.items():
                for mark, more in WORTH.items():
                    marked = (term.word, stem, worth * more * term.rarity)
                    self.marks.setdefault(mark + stem, []).append(marked)
            for form in term.forms:
                self.finders.setdefault(form, []).append(term.word)

    def of_head(self, head: str) -> float:
        """What the head of an entry says of the terms, of each the best that it finds."""
        sums: dict[tuple[str, str], float] = {}
        for mark in filter(self.marks.__contains__, head.split()):
            for word, stem, worth in self.marks[mark]:
                sums[word, stem] = sums.get((word, stem), 0) + worth
        best: dict[str, float] = {}
        for (word, _), worth in sums.items():
            best[word] = max(worth, best.get(word, 0))
        return sum(best.values())

    def of_text(self, text: str) -> float:
        """What the sentence says that holds most of them, and which words stand side by side."""
        words = text.split()
        best, seen = 0.0, dict[str, int]()
        for at in compress(range(len(words)), map(self.finders.__contains__, words)):
            for word in self.finders[words[at]]:
                seen[word] = at
            near = (self.rarity[word] for word, last in seen.items() if at - last < SENTENCE)
            best = max(best, sum(near))
        return NEAR * best + PAIR * sum(pair in text for pair in self.pairs)
