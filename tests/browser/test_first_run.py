"""`make run` in an empty folder, and again."""

import pytest

from tests.browser.conftest import cards

pytestmark = pytest.mark.browser


def test_the_first_run_brings_the_demo_and_the_second_keeps_it(site_and_first_run):
    site, first = site_and_first_run
    accounts = [line.split()[0] for line in first.printed if "@example.com" in line]
    assert accounts == [f"{n}@example.com" for n in ("rui", "mona", "rex", "gita", "ed", "olga")]
    assert (first.exit_code, first.is_gone) == (0, True)
    assert len(first.cards) > 10
    assert cards(site) == first.cards
