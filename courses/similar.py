"""The list under every post: which others are most like it, and why; pure functions over documents.

Words and topics: TF-IDF over title (counted four times), summary and text, plus the topics two
posts share, each worth more the rarer it is. `courses.relating` stores what comes out.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

KEEP = 12
TITLE_WEIGHT = 4
TOPIC_WEIGHT = 0.2
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


@dataclass(frozen=True)
class Document:
    """A post as the ranking sees it; `key` is the caller's, `age` its place from newest on."""

    key: int
    title: str
    text: str
    topics: frozenset[str] = field(default_factory=frozenset)
    age: int = 0


@dataclass(frozen=True)
class Match:
    """One entry of a list: the other document, how alike (0 to about 1.2), the telling topic."""

    key: int
    score: float
    topic: str | None


class Library:
    """All documents with their vectors; built once, asked for each."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        counts = [_word_counts(document) for document in self.documents]
        rarity = _rarity(counts)
        self.words = [
            _unit({w: (1 + math.log(n)) * rarity[w] for w, n in c.items()}) for c in counts
        ]
        self.topic_rarity = _rarity([document.topics for document in self.documents])
        self.topics = [
            _unit({topic: self.topic_rarity[topic] for topic in document.topics})
            for document in self.documents
        ]
        self.index: dict[str, list[tuple[int, float]]] = {}
        for place, vector in enumerate(self.words):
            for word, weight in vector.items():
                self.index.setdefault(word, []).append((place, weight))

    def similar_to(self, place: int, keep: int = KEEP) -> list[Match]:
        """The `keep` documents most like the one at `place`, best first; newest breaks ties."""
        scores = self._scores(place)
        others = [n for n in range(len(self.documents)) if n != place]
        others.sort(key=lambda n: (-round(scores[n], 6), self.documents[n].age))
        chosen = self._diverse(others[: keep * 2], scores, keep)
        return [
            Match(self.documents[n].key, scores[n], self._telling_topic(place, n)) for n in chosen
        ]

    def _scores(self, place: int) -> list[float]:
        scores = [TOPIC_WEIGHT * _dot(self.topics[place], other) for other in self.topics]
        for word, weight in self.words[place].items():
            for other, other_weight in self.index[word]:
                scores[other] += weight * other_weight
        return scores

    def _diverse(self, candidates: Sequence[int], scores: list[float], keep: int) -> list[int]:
        left, chosen = list(candidates), list[int]()
        nearest = dict.fromkeys(left, 0.0)
        while left and len(chosen) < keep:
            best = max(left, key=lambda n: (1 - DIVERSITY) * scores[n] - DIVERSITY * nearest[n])
            chosen.append(best)
            left.remove(best)
            for n in left:
                nearest[n] = max(nearest[n], _dot(self.words[n], self.words[best]))
        return chosen

    def _telling_topic(self, place: int, other: int) -> str | None:
        shared = self.documents[place].topics & self.documents[other].topics
        return max(shared, key=lambda topic: (self.topic_rarity[topic], topic), default=None)


def _word_counts(document: Document) -> Counter[str]:
    counts = Counter(_words(document.text))
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


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {name: weight / length for name, weight in vector.items()} if length else {}


def _dot(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[name] for name, weight in one.items() if name in other)
