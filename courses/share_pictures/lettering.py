"""Sets words in the site's display face: what it can write, how wide, and in which lines."""

import unicodedata
from functools import cache
from itertools import groupby

from django.contrib.staticfiles import finders
from PIL import ImageDraw, ImageFont

# The face comes in parts; a letter is taken from the first that has it.
FILES = ("fonts/fraunces-latin-600-normal.woff2", "fonts/fraunces-latin-ext-600-normal.woff2")
NO_LETTER = "\U0010ffff"  # shows what a font draws in place of what it has not
ELLIPSIS = "…"
# Without these a word is another word; everything else (emoji, arrows) may be left out.
NEEDED = ("L", "N", "M")
SELECTORS = "\ufe0e\ufe0f"


class Lettering:
    """The face in one size (pixels)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.fonts = [_font(name, size) for name in FILES]

    def width(self, text: str) -> float:
        """How many pixels `text` takes on one line."""
        return sum(font.getlength(part) for font, part in self._parts(text))

    def lines(self, text: str, width: float) -> list[str]:
        """`text` broken to `width`; a word that is wider on its own is broken too."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer) <= width:
                lines[-1] = longer
                continue
            *whole, rest = self._broken(word, width)
            lines += [*whole, rest]
        return [line for line in lines if line]

    def even_lines(self, text: str, width: float) -> list[str]:
        """As few lines as `lines` makes, of as equal length as can be."""
        even = self.lines(text, width)
        for narrower in range(int(width) - self.size // 2, int(width) // 2, -self.size // 2):
            lines = self.lines(text, narrower)
            if len(lines) > len(even):
                break
            even = lines
        return even

    def cut(self, text: str, width: float) -> str:
        """`text` as far as it goes on one line, with an ellipsis where something is missing."""
        if self.width(text) <= width:
            return text
        while text and self.width(text + ELLIPSIS) > width:
            text = text[:-1].rstrip(" ,.:;–—")
        return text + ELLIPSIS

    def write(
        self, pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str
    ) -> None:
        """Draw `text` with the left end of its baseline `at`."""
        x, y = at
        for font, part in self._parts(text):
            pen.text((x, y), part, colour, font, anchor="ls")
            x += font.getlength(part)

    def _broken(self, word: str, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if self.width(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def _parts(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        runs = groupby(text, key=lambda letter: _place(letter) or 0)
        return [(self.fonts[place], "".join(letters)) for place, letters in runs]


def writable(text: str) -> str:
    """`text` without what the face cannot write; empty when words would be lost with it."""
    letters = [c for c in unicodedata.normalize("NFC", text) if c not in SELECTORS]
    missing = [letter for letter in letters if not letter.isspace() and _place(letter) is None]
    if any(unicodedata.category(letter).startswith(NEEDED) for letter in missing):
        return ""
    return " ".join("".join(letter for letter in letters if letter not in missing).split())


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_path(name), size)


def _path(name: str) -> str:
    """Raises FileNotFoundError where set-up has not brought the face."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return str(path)


@cache
def _place(letter: str) -> int | None:
    """In which of the files there is such a letter."""
    for place, name in enumerate(FILES):
        # The plain engine: the other would make up a letter from a bare one and its accent.
        font = ImageFont.truetype(_path(name), 40, layout_engine=ImageFont.Layout.BASIC)
        if bytes(font.getmask(letter)) != bytes(font.getmask(NO_LETTER)):
            return place
    return None
