"""The engine that is always there: the words of title, summary and text, and shared topics.

TF-IDF, the title counted four times, in plain Python; good for some ten thousand posts.
"""

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from courses.similar.document import KEEP, SPARE, Document, Near

TITLE_WEIGHT = 4
TOPIC_WEIGHT = 0.2
TELLING = 40  # words of a document that are looked for in the others
FLOOR = 0.05  # under it two posts have no more in common than any two
# Of two candidates as good as each other, prefer the one less like what is already on the list.
DIVERSITY = 0.2

Vector = dict[str, float]

_WORD = re.compile(r"[^\W\d_]{2,}")
_TOO_COMMON = """
about above after again all also am an and any are as at be because been before being but by can
cannot could did do does doing don down during each even every few for from further get had has
have having he her here hers him his how if in into is it its just know learn like ll made make
many may me might more most much must my no nor not now of off on once one only or other our out
over own re really same say says see she should so some such than that the their them then there
these they thing this those through to too under until up us ve very video was way we were what
when where which while who why will with would you your
"""
_STOP = frozenset(_TOO_COMMON.split())


class Words:
    """All documents with their word vectors; built once, asked for each."""

    floor = FLOOR

    def __init__(self, documents: Sequence[Document], listed: Sequence[bool]) -> None:
        counts = [_word_counts(document) for document in documents]
        rarity = _rarity(counts)
        self.listed = listed
        self.words = [
            _unit({w: (1 + math.log(n)) * rarity[w] for w, n in c.items()}) for c in counts
        ]
        topic_rarity = _rarity([document.topics for document in documents])
        self.topics = [
            _unit({topic: topic_rarity[topic] for topic in document.topics})
            for document in documents
        ]
        # What a document is about is in its heaviest words; all of them would cost ten times more.
        self.telling = [dict(heapq.nlargest(TELLING, v.items(), key=_weight)) for v in self.words]
        self.index = _inverted(self.words)
        self.topic_index = _inverted(self.topics)

    def near(self, place: int) -> list[Near]:
        """The listed documents most like the one at `place`, best first, newest before equals."""
        scores = self._scores(place)
        best = heapq.nsmallest(SPARE, scores, key=lambda n: (-round(scores[n], 6), n))
        return [(n, scores[n]) for n in self._diverse(best[:KEEP], scores) + best[KEEP:]]

    def _scores(self, place: int) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word, weight in self.telling[place].items():
            for other, other_weight in self.index[word]:
                scores[other] = scores.get(other, 0.0) + weight * other_weight
        for topic, weight in self.topics[place].items():
            for other, other_weight in self.topic_index[topic]:
                scores[other] = scores.get(other, 0.0) + TOPIC_WEIGHT * weight * other_weight
        return {n: score for n, score in scores.items() if n != place and self.listed[n]}

    def _diverse(self, candidates: list[int], scores: dict[int, float]) -> list[int]:
        left, chosen = list(candidates), list[int]()
        nearest = dict.fromkeys(left, 0.0)
        while left:
            best = max(left, key=lambda n: (1 - DIVERSITY) * scores[n] - DIVERSITY * nearest[n])
            chosen.append(best)
            left.remove(best)
            for n in left:
                nearest[n] = max(nearest[n], _dot(self.words[n], self.words[best]))
        return chosen


def _word_counts(document: Document) -> Counter[str]:
    counts = Counter(_words(f"{document.summary}\n{document.text}"))
    for word in _words(document.title):
        counts[word] += TITLE_WEIGHT
    return counts


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _STOP]


def _stem(word: str) -> str:
    """Endings cut so far that "feel", "feels" and "feeling" are one word; crude, and enough."""
    for ending in ("ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _rarity(holders: Sequence[Iterable[str]]) -> Vector:
    frequency = Counter(name for holder in holders for name in holder)
    return {name: 1 + math.log((1 + len(holders)) / (1 + n)) for name, n in frequency.items()}


def _inverted(vectors: list[Vector]) -> dict[str, list[tuple[int, float]]]:
    index: dict[str, list[tuple[int, float]]] = {}
    for place, vector in enumerate(vectors):
        for name, weight in vector.items():
            index.setdefault(name, []).append((place, weight))
    return index


def _weight(item: tuple[str, float]) -> tuple[float, str]:
    return item[1], item[0]


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {name: weight / length for name, weight in vector.items()} if length else {}


def _dot(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[name] for name, weight in one.items() if name in other)
