"""The meaning of a whole library as one table of vectors, and who is near whom in it.

For the worker and the commands; the web never imports it.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from courses.similar.document import KEEP, SPARE, Document, Near
from courses.similar.model import DIMENSIONS, Floats, Model
from courses.similar.passages import passages

TOPIC_WEIGHT = 0.4
FLOOR = 0.15  # under it two posts have no more in common than any two
CENTRED_FROM = 20  # posts; with fewer, what they have in common is what they are about
DIVERSITY = 0.2
DOUBLE = 0.95  # likeness before centring, from which an editor is told of a possible double
_BLOCK = 256  # rows of scores in memory at once, …
_WIDTH = 50_000  # … and their columns: 50 MB
_CHUNK = 4096  # rows of the table that are turned into float32 at once
_GROUP = 64  # columns that are represented by their best
_TINY = 1e-9

Places = NDArray[np.int32]


def embed(model: Model, document: Document) -> Floats:
    """The meaning of one document: the middle of its passages, float32[384], of length one."""
    middle: Floats = model.embed(passages(document)).mean(axis=0)
    return middle / np.linalg.norm(middle)


class Vectors:
    """`table` is float16[n, 384] of unit vectors; `listed` says who may stand in a list."""

    floor = FLOOR

    def __init__(
        self, table: NDArray[np.float16], topics: Sequence[frozenset[int]], listed: Sequence[bool]
    ) -> None:
        self.table = table
        self.listed = np.fromiter(listed, bool, len(table))
        self.middle = np.zeros(DIMENSIONS, np.float32)
        if len(table) >= CENTRED_FROM:
            for part in _blocks(len(table), _CHUNK):
                self.middle += self._rows(part).sum(axis=0) / np.float32(len(table))
        self.lengths = np.empty(len(table), np.float32)  # of the rows once they are centred
        for part in _blocks(len(table), _CHUNK):
            rows = self._rows(part)
            # |row - middle|² without writing the difference down
            squares = np.einsum("ij,ij->i", rows, rows) - 2 * (rows @ self.middle)
            squares += self.middle @ self.middle
            self.lengths[part] = np.sqrt(np.maximum(squares, _TINY))
        self.topics = _Topics(topics)

    def near(self, place: int) -> list[Near]:
        """The listed documents most like the one at `place`, best first, newest before equals."""
        others, scores = self.near_many(np.array([place], np.int32))
        return neighbours(others[0], scores[0])

    def near_all(self) -> tuple[Places, Floats]:
        """`near` of every place: int32[n, SPARE], -1 where there are no more, and the scores."""
        return self.near_many(np.arange(len(self.table), dtype=np.int32))

    def near_many(self, places: Places) -> tuple[Places, Floats]:
        """`near` of some places at once, in the shape of `near_all`."""
        parts = [places[part] for part in _blocks(len(places), _BLOCK)]
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # numpy lets go of the lock
            blocks = list(threads.map(self._near_block, parts))
        return np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks])

    def _near_block(self, places: Places) -> tuple[Places, Floats]:
        found = [self._best_in(part, places) for part in _blocks(len(self.table), _WIDTH)]
        others = np.concatenate([others for others, _ in found], axis=1)
        scores = np.concatenate([scores for _, scores in found], axis=1)
        best, scores = _best(scores, SPARE)
        others = np.take_along_axis(others, best, 1)
        others[np.isneginf(scores)] = -1
        return self._diverse(others, scores)

    def _best_in(self, part: slice, places: Places) -> tuple[Places, Floats]:
        """The best of a part of the documents for each of `places`."""
        scores = self.scores(places, part)
        scores[:, ~self.listed[part]] = -np.inf
        (mine,) = np.nonzero((part.start <= places) & (places < part.stop))
        scores[mine, places[mine] - part.start] = -np.inf
        others, best = _best(scores, SPARE)
        return others + part.start, best

    def scores(self, places: Places, part: slice) -> Floats:
        """How alike each of `places` is to each document of `part`: float32[places, part]."""
        mine = self._rows(places) - self.middle
        mine /= self.lengths[places, None]
        common = mine @ self.middle
        scores = np.empty((len(places), part.stop - part.start), np.float32)
        for some in _blocks(part.stop - part.start, _CHUNK):
            there = slice(part.start + some.start, part.start + some.stop)
            scores[:, some] = mine @ self._rows(there).T
            scores[:, some] -= common[:, None]
            scores[:, some] /= self.lengths[there]
        self.topics.add(scores, places, part)
        return scores

    def double(self, place: int, others: Sequence[int]) -> int | None:
        """The first of `others` that says so nearly the same that it may be a copy."""
        mine = self.table[place].astype(np.float32)
        alike = self.table[list(others)].astype(np.float32) @ mine
        return next((n for n, score in zip(others, alike, strict=True) if score > DOUBLE), None)

    def _rows(self, part: Places | slice) -> Floats:
        return self.table[part].astype(np.float32)

    def _diverse(self, others: Places, scores: Floats) -> tuple[Places, Floats]:
        """The best KEEP in an order in which none repeats what stands before it; MMR."""
        rows = np.arange(len(others))
        x = self._rows(others[:, :KEEP]) - self.middle
        x /= self.lengths[others[:, :KEEP], None]
        alike = x @ x.transpose(0, 2, 1)
        value = np.where(others[:, :KEEP] >= 0, scores[:, :KEEP], -np.inf)
        nearest, order = np.zeros_like(value), list[NDArray[np.intp]]()
        is_left = ~np.isneginf(value)
        for _ in range(value.shape[1]):
            worth = np.where(is_left, (1 - DIVERSITY) * value - DIVERSITY * nearest, -np.inf)
            # What is not there comes last, in its own order.
            best = np.where(is_left.any(axis=1), worth.argmax(axis=1), len(order))
            order.append(best)
            is_left[rows, best] = False
            nearest = np.maximum(nearest, alike[rows, best])
        tail = np.tile(np.arange(len(order), others.shape[1]), (len(rows), 1))
        pick = np.concatenate([np.stack(order, axis=1), tail], axis=1)
        return np.take_along_axis(others, pick, 1), np.take_along_axis(scores, pick, 1)


def neighbours(others: Places, scores: Floats) -> list[Near]:
    """One row of `near_all` as plain numbers."""
    pairs = zip(others.tolist(), scores.tolist(), strict=True)
    return [(other, score) for other, score in pairs if other >= 0]


class _Topics:
    """Shared topics, each worth more the rarer it is; cosines, as for the meaning."""

    def __init__(self, topics: Sequence[frozenset[int]]) -> None:
        sizes = np.fromiter(map(len, topics), np.int32, len(topics))
        self.holders = np.repeat(np.arange(len(topics), dtype=np.int32), sizes)
        held = np.fromiter(chain.from_iterable(topics), np.int64, len(self.holders))
        self.names, numbers = np.unique(held, return_inverse=True)
        self.numbers = numbers  # of the topic of each entry
        common = np.bincount(numbers, minlength=len(self.names))
        rarity = 1 + np.log((1 + len(topics)) / (1 + common))
        lengths = np.bincount(self.holders, rarity[numbers] ** 2, minlength=len(topics)) ** 0.5
        self.weights = (rarity[numbers] / lengths[self.holders]).astype(np.float32)
        self.starts = np.searchsorted(self.holders, np.arange(len(topics) + 1))
        by_topic = np.argsort(numbers, kind="stable")
        entries = np.split(by_topic, np.cumsum(common)[:-1]) if len(held) else []
        self.holders_of = [self.holders[some] for some in entries]
        self.weights_of = [TOPIC_WEIGHT * self.weights[some] for some in entries]

    def add(self, scores: Floats, places: Places, part: slice) -> None:
        """Add what is shared with the documents of `part` to `scores`, in place."""
        for row, place in enumerate(places):
            for entry in range(self.starts[place], self.starts[place + 1]):
                holders = self.holders_of[self.numbers[entry]]
                there = slice(*np.searchsorted(holders, (part.start, part.stop)))
                worth = self.weights[entry] * self.weights_of[self.numbers[entry]][there]
                scores[row, holders[there] - part.start] += worth


def _blocks(length: int, size: int) -> Iterator[slice]:
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def _best(scores: Floats, count: int) -> tuple[Places, Floats]:
    """The `count` best columns of each row, best first, and among equals the first.

    Looks for them in the groups of columns with the best representatives, which must hold them
    all: several times as fast as partitioning rows of a hundred thousand.
    """
    rows, columns = scores.shape
    if columns > count * _GROUP * 2:
        width = columns // _GROUP * _GROUP
        starts = np.arange(0, width, _GROUP)
        heads = np.maximum.reduceat(scores[:, :width], starts, axis=1)
        groups = np.argpartition(-heads, count, axis=1)[:, :count]
        inside = (groups[:, :, None] * _GROUP + np.arange(_GROUP)).reshape(rows, -1)
        rest = np.tile(np.arange(width, columns), (rows, 1))
        where = np.sort(np.concatenate([inside, rest], axis=1), axis=1)
    else:
        where = np.tile(np.arange(columns), (rows, 1))
    found = np.take_along_axis(scores, where, 1)
    order = np.argsort(-np.round(found, 6), axis=1, kind="stable")[:, :count]
    others = np.take_along_axis(where, order, 1).astype(np.int32)
    return others, np.take_along_axis(found, order, 1)
