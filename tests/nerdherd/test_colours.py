"""The colours of base.css, in both themes and on paper: what is written stands out 7 to 1, what is drawn 3 to 1."""

import pytest

from tests.theme import colours

GROUNDS = ("paper", "card")
WASHES = ("teal-wash", "coral-wash", "honey-wash")
# What is written, or drawn, on what; and how much it must stand out (WCAG 2.2: 1.4.3, 1.4.6, 1.4.11).
PAIRS = [
    *((ink, ground, 7) for ink in ("ink", "soft", "teal", "coral-deep") for ground in GROUNDS),
    *(("ink", ground, 7) for ground in (*WASHES, "honey")),
    ("teal", "teal-wash", 7),
    ("coral-deep", "coral-wash", 7),
    ("on-teal", "teal", 7),
    ("on-coral", "coral", 4.5),  # large and bold, on the one button of its kind
    *((line, ground, 3) for line in ("edge", "coral", "teal") for ground in (*GROUNDS, *WASHES)),
]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1, as WCAG 2.2 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_colours_stand_out_from_what_they_are_on(theme):
    names = colours(theme)
    too_weak = {}
    for ink, ground, least in PAIRS:
        darker, lighter = sorted(luminance(names[name]) for name in (ink, ground))
        contrast = (lighter + 0.05) / (darker + 0.05)
        if contrast < least:
            too_weak[f"{ink} on {ground}"] = round(contrast, 2)
    assert too_weak == {}
