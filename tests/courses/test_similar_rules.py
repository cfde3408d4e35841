"""What always holds of the similar lists and what never does, in any library."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from courses.similar.choosing import Shelf, choose_shown
from courses.similar.document import KEEP, SHOWN, SPARE, Card
from courses.similar.leading import ROUND, arrange

usual = settings(deadline=None, max_examples=40)


@st.composite
def libraries(draw, decided: bool = True):
    """Cards of up to 40 posts, with films twice, series, pins and blocks; and random neighbours."""
    count = draw(st.integers(1, 40))
    places = st.integers(0, count - 1)
    few = st.lists(places, max_size=4, unique=True) if decided and count < 30 else st.just([])
    cards = []
    for n in range(count):
        pins = [p for p in draw(few) if p != n]
        blocks = [p for p in draw(few) if p != n and p not in pins]
        in_series = decided and draw(st.integers(0, 4)) == 0
        cards.append(
            Card(
                series=draw(st.integers(0, 1)) if in_series else None,
                episode=n if in_series else None,
                film=draw(st.sampled_from(["", "", "", "a", "b"])) if decided else "",
                is_free=draw(st.integers(0, 5)) == 0,
                is_listed=draw(st.integers(0, 5)) > 0 if decided else True,
                pins=tuple(pins),
                blocks=frozenset(blocks),
            )
        )
    random = draw(st.randoms(use_true_random=False))
    near = []
    for n in range(count):
        others = [p for p in range(count) if p != n and cards[p].is_listed]
        # Neighbours come in crowds: without that no hub would draw all first links to itself.
        others.sort(key=lambda p: (abs(p // 5 - n // 5), p % 3, random.random()))
        near.append([(p, 1.0 - rank / 50) for rank, p in enumerate(others[:SPARE])])
    return cards, near


def lists(cards, near):
    return arrange(Shelf(cards), near.__getitem__)


def joins(cards, place):
    """Who could stand under `place` at all."""
    shelf = Shelf(cards)
    return [n for n in range(len(cards)) if shelf.may_join(place, (), n)]


class TestNever:
    @usual
    @given(libraries())
    def test_itself_what_is_hidden_what_is_kept_out_or_twice_the_same(self, library):
        cards, near = library
        for place, row in lists(cards, near).items():
            assert place not in row
            assert all(cards[n].is_listed for n in row)
            assert not cards[place].blocks & set(row)
            assert len(set(row)) == len(row)
            films = [cards[n].film for n in [place, *row] if cards[n].film]
            assert len(set(films)) == len(films)

    @usual
    @given(libraries(decided=False))
    def test_back_before_a_round_of_new_posts(self, library):
        cards, near = library
        assume(len(cards) > 1)
        rows = lists(cards, near)
        for place in rows:
            seen, here = [place], rows[place][0]
            while here not in seen:
                seen.append(here)
                here = rows[here][0]
            assert len(seen) >= min(len(cards), ROUND)
            assert len(seen) - seen.index(here) >= min(len(cards), ROUND)


class TestAlways:
    @usual
    @given(libraries())
    def test_full_when_there_is_enough(self, library):
        cards, near = library
        for place, row in lists(cards, near).items():
            films = Counter(cards[n].film for n in joins(cards, place) if cards[n].film)
            possible = len(joins(cards, place)) - sum(count - 1 for count in films.values())
            assert len(row) >= min(KEEP, possible)

    @usual
    @given(libraries())
    def test_pins_first_in_the_editors_order_then_the_next_episode(self, library):
        cards, near = library
        shelf = Shelf(cards)
        for place, row in lists(cards, near).items():
            fixed = shelf.fixed(place)
            assert row[: len(fixed)] == fixed
            pins = [n for n in cards[place].pins if n in row]
            assert row[: len(pins)] == pins
            if not any(card.film for card in cards):
                assert pins == [n for n in cards[place].pins if cards[n].is_listed]
                nxt = shelf.next.get(place)
                assert nxt is None or nxt in row or nxt in cards[place].blocks

    @usual
    @given(libraries(decided=False))
    def test_everybody_is_shown_under_somebody(self, library):
        cards, near = library
        assume(len(cards) > 1)
        rows = lists(cards, near).values()
        assert {n for row in rows for n in row[:SHOWN]} == set(range(len(cards)))

    @usual
    @given(libraries(decided=False))
    def test_and_visitors_are_shown_everybody_too(self, library):
        cards, near = library
        assume(len(cards) > 4)
        rows = lists(cards, near).values()
        threes = [choose_shown(row, lambda n: cards[n].is_free, pins=0) for row in rows]
        assert {n for three in threes for n in three} == set(range(len(cards)))

    @usual
    @given(libraries(decided=False))
    def test_a_visitor_gets_one_that_can_be_read_in_full(self, library):
        cards, near = library
        for place, row in lists(cards, near).items():
            three = choose_shown(row, lambda n: cards[n].is_free, pins=0)
            assert len(three) == min(SHOWN, len(cards) - 1)
            others_free = any(card.is_free for n, card in enumerate(cards) if n != place)
            assert any(cards[n].is_free for n in three) == others_free

    @usual
    @given(libraries())
    def test_the_same_for_the_same_library(self, library):
        cards, near = library
        assert lists(cards, near) == lists(list(cards), [list(row) for row in near])


def in_order(count: int) -> list[list[tuple[int, float]]]:
    return [[(p, 0.5) for p in range(count) if p != n] for n in range(count)]


class TestChoosing:
    def test_a_hub_that_all_lead_to_does_not_lead_straight_back(self):
        rows = lists([Card()] * 20, in_order(20))
        assert rows[rows[0][0]][0] != 0

    def test_next_is_the_following_episode_that_is_out(self):
        cards = [Card(series=1, episode=e, is_listed=e != 2) for e in (1, 2, 3)] + [Card()] * 3
        assert [lists(cards, in_order(6))[n][0] for n in (0, 1)] == [2, 2]
        assert Shelf(cards).next == {0: 2, 1: 2}

    def test_three_pins_leave_no_room_and_are_all_shown_to_a_visitor(self):
        cards = [Card(pins=(3, 1, 2)), *[Card(is_free=False)] * 4, Card()]
        row = lists(cards, in_order(6))[0]
        shown = choose_shown(row, lambda n: cards[n].is_free, pins=3)
        assert shown == row[:3] == [3, 1, 2]

    @pytest.mark.parametrize("open_from, last", [(1, 3), (3, 3), (4, 4), (6, 3)])
    def test_the_nearest_that_is_open_takes_the_last_place(self, open_from, last):
        found = choose_shown([1, 2, 3, 4, 5], lambda n: n >= open_from, pins=1)
        assert found == [1, 2, last]
