"""The faces that pages are set in: what base.css says of their letters is so, and they are small."""

import re
from collections import defaultdict
from pathlib import Path

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

FACE = re.compile(
    r'font-family: "(\w+)";\s+src: url\("\.\./(fonts/[\w-]+\.woff2)"\).*?'
    r"font-weight: (\d+);.*?unicode-range: ([^;]+);",
    re.DOTALL,
)
ROUND_TRIP = 14_600 - 900  # bytes: ten packets, without the answer's headers
WESTERN = set(range(0xA2, 0x154)) - {0xAD}


def in_range(text):
    """The letters of a `unicode-range`."""
    for part in text.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def test_each_face_is_cut_to_the_usual_letters_and_the_rest_is_there_for_who_needs_it():
    sheet = Path(str(finders.find("css/base.css"))).read_text()
    faces = defaultdict(list)
    for family, file, weight, letters in FACE.findall(sheet):
        path = Path(str(finders.find(file)))
        with TTFont(path) as font:
            there = set(font.getBestCmap())
        faces[family, weight].append((path.stat().st_size, there, set(in_range(letters))))
    assert set(faces) == {("Fraunces", "600"), ("Literata", "400"), ("Literata", "600")}
    for (_, all_there, rare), (size, there, usual) in faces.values():
        assert usual <= there
        assert size < ROUND_TRIP
        assert all_there & WESTERN <= usual | rare
        assert not usual & rare  # browsers ask for every face that is said to have a letter
