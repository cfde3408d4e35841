"""The rules of one list: what always stands in it, what never does, and who comes first.

Pure functions over cards and neighbours. A row is the list under one post as places, best first:
pins, the next episode, what is near, and the newest when that is not enough.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from courses.similar.document import KEEP, SHOWN, Card, Near


class Shelf:
    """The library as the rules see it: cards by place, newest first."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.listed = [n for n, card in enumerate(cards) if card.is_listed]
        self.free = [n for n in self.listed if cards[n].is_free]
        self.next = dict(_next_episodes(cards, self.listed))

    def fixed(self, place: int) -> list[int]:
        """What an editor has decided: the pins, and the next episode behind them."""
        card = self.cards[place]
        wanted = [*card.pins, *([self.next[place]] if place in self.next else [])]
        row: list[int] = []
        for other in wanted:
            if self.may_join(place, row, other):
                row.append(other)
        return row

    def may_join(self, place: int, row: Iterable[int], other: int) -> bool:
        """Whether `other` may stand under `place` beside those in `row`."""
        mine, card = self.cards[place], self.cards[other]
        if other == place or not card.is_listed or other in mine.blocks:
            return False
        beside = [place, *row]
        return other not in beside and not (
            card.film and any(self.cards[n].film == card.film for n in beside)
        )

    def row(self, place: int, near: list[Near]) -> list[int]:
        """The list of one post on its own: full, and with something that anybody may have whole."""
        row = self.fixed(place)
        length, fixed = KEEP + len(row), len(row)
        for other in chain((other for other, _ in near), self.listed):
            if len(row) == length:
                break
            if self.may_join(place, row, other):
                row.append(other)
        if not any(self.cards[n].is_free for n in row) and len(row) > fixed:
            self._make_room_for_free(place, row, near)
        return row

    def put(self, row: list[int], spot: int, other: int) -> None:
        """Put `other` at `spot`; the row stays as long as it was and keeps something free."""
        if other in row:
            row.remove(other)
        else:
            free = [n for n in [*row, other] if self.cards[n].is_free]
            row.pop(-2 if free == row[-1:] and len(row) > SHOWN else -1)
        row.insert(spot, other)

    def _make_room_for_free(self, place: int, row: list[int], near: list[Near]) -> None:
        free_ones = chain((n for n, _ in near if self.cards[n].is_free), self.free)
        found = next((n for n in free_ones if self.may_join(place, row[:-1], n)), None)
        if found is not None:
            row[-1] = found


def _next_episodes(cards: Sequence[Card], listed: list[int]) -> Iterator[tuple[int, int]]:
    episodes: dict[int, list[tuple[int, int]]] = {}
    for n in listed:
        series, episode = cards[n].series, cards[n].episode
        if series is not None and episode is not None:
            episodes.setdefault(series, []).append((episode, n))
    for row in episodes.values():
        row.sort()
    for n, card in enumerate(cards):
        if card.series is not None and card.episode is not None:
            later = [p for e, p in episodes.get(card.series, ()) if e > card.episode]
            if later:
                yield n, later[0]


Item = TypeVar("Item")


def choose_shown(
    items: Sequence[Item], is_open: Callable[[Item], bool], *, pins: int
) -> list[Item]:
    """The three that a reader sees; when they may have none of them whole, the last gives way.

    The first `pins` of the items are an editor's and stay.
    """
    shown = list(items[:SHOWN])
    if pins < len(shown) == SHOWN and not any(map(is_open, shown)):
        shown[-1] = next(filter(is_open, items[SHOWN:]), shown[-1])
    return shown
