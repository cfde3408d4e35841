"""The faces that pages are set in: what base.css says of their letters is so, and they are small."""

import re
from collections import defaultdict
from pathlib import Path

from django.contrib.staticfiles import finders
from PIL import ImageFont

from courses.share_pictures.lettering import NO_LETTER

FACE = re.compile(
    r'font-family: "(\w+)";\s+src: url\("\.\./(fonts/[\w-]+\.woff2)"\).*?'
    r"font-weight: (\d+);.*?unicode-range: ([^;]+);",
    re.DOTALL,
)
ROUND_TRIP = 14_600 - 900  # bytes: ten packets, without the answer's headers
WESTERN = set(range(0xA2, 0x154)) - {0xAD}


def in_range(text):
    """The letters of a `unicode-range`, without its spaces."""
    for part in text.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        letters = range(int(first, 16), int(last or first, 16) + 1)
        yield from (letter for letter in letters if not chr(letter).isspace())


def there(file, letters):
    """Those of `letters` that the face in `file` can draw."""
    font = ImageFont.truetype(file, 40, layout_engine=ImageFont.Layout.BASIC)
    nothing = bytes(font.getmask(NO_LETTER))
    return {letter for letter in letters if bytes(font.getmask(chr(letter))) != nothing}


def test_each_face_is_cut_to_the_usual_letters_and_the_rest_is_there_for_who_needs_it():
    sheet = Path(str(finders.find("css/base.css"))).read_text()
    faces = defaultdict(list)
    for family, file, weight, letters in FACE.findall(sheet):
        faces[family, weight].append((Path(str(finders.find(file))), set(in_range(letters))))
    assert set(faces) == {("Fraunces", "600"), ("Literata", "400"), ("Literata", "600")}
    files = {file for both in faces.values() for file, _ in both}
    assert len(files) == 4, (
        "two faces, each twice: what is bold in the reading face is the display face"
    )
    for (whole, rare), (cut, usual) in faces.values():
        assert there(cut, usual) == usual
        assert cut.stat().st_size < ROUND_TRIP
        assert there(whole, WESTERN) <= usual | rare
        assert not usual & rare  # browsers ask for every face that is said to have a letter
