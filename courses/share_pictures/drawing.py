"""Draws a share picture: on the left mark, words and minutes, on the right the post's picture."""

import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageOps

from courses.pictures import MIDDLE, centring
from courses.scenery import PALETTES, flattened, scene
from courses.share_pictures.lettering import Lettering, writable
from nerdherd.lib import mark

WIDTH, HEIGHT = 1200, 630  # what OpenGraph's readers show without cutting
EDGE = 64
COLUMN = 640  # of the words
TITLE_TOP, TITLE_BOTTOM = 168, 500
SIZES = range(112, 39, -4)
LEADING = 1.14
QUALITY = 90
FINER = 3


@dataclass(frozen=True)
class Words:
    """What stands on the share picture; `seed` chooses the scene where the post has no picture."""

    title: str
    about: str = ""
    length: str = ""
    seed: int = 0
    focus: tuple[int, int] = MIDDLE  # of the picture: in per cent from left and top
    is_video: bool = False


def share_picture(words: Words, picture: Image.Image | None = None) -> bytes:
    """A JPEG of 1200 × 630 pixels, the same bytes every time.

    A title in letters that the face does not have is left away, and the picture takes its room:
    whoever shows the picture writes the title beside it.
    """
    title = writable(words.title)
    canvas = Image.new("RGB", (WIDTH, HEIGHT), colour("paper"))
    left = COLUMN + 2 * EDGE if title else 0
    canvas.paste(_illustration((WIDTH - left, HEIGHT), words, picture), (left, 0))
    pen = ImageDraw.Draw(canvas)
    if title:
        _write_title(pen, title)
        _write_foot(pen, words)
        _write_name(canvas, pen)
    else:
        _put_badge(canvas)
    if words.is_video:
        _put_play(canvas, left)
    encoded = BytesIO()
    canvas.save(encoded, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return encoded.getvalue()


@cache
def colour(name: str) -> str:
    """The light theme's colour of that name, as the style sheet has it."""
    path = finders.find("css/base.css")
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", Path(str(path)).read_text())
    if found is None:
        raise KeyError(name)
    return found[1]


def _illustration(size: tuple[int, int], words: Words, picture: Image.Image | None) -> Image.Image:
    if picture is not None:
        lying = centring(picture.size, size, words.focus)
        return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS, centering=lying)
    tints = list(PALETTES)
    drawn = flattened(scene((WIDTH, HEIGHT), tints[words.seed % len(tints)], words.seed % 97))
    # Its two circles are right of the middle.
    return drawn.convert("RGB").crop((WIDTH - size[0], 0, WIDTH, HEIGHT))


def _write_title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """In the largest letters with which all of it has room; the last line may have to be cut."""
    for size in SIZES:
        lettering, step = Lettering(size), size * LEADING
        lines, room = lettering.even_lines(title, COLUMN), int((TITLE_BOTTOM - TITLE_TOP) // step)
        if len(lines) <= room and " ".join(lines) == title:  # else a word was broken
            break
    if len(lines) > room:
        lines = [*lines[: room - 1], lettering.cut(" ".join(lines[room - 1 :]), COLUMN)]
    baseline = (TITLE_TOP + TITLE_BOTTOM - len(lines) * step) / 2 + size
    for number, line in enumerate(lines):
        lettering.write(pen, (EDGE, baseline + number * step), line, colour("ink"))


def _write_foot(pen: ImageDraw.ImageDraw, words: Words) -> None:
    lettering = Lettering(32)
    parts = [writable(part) for part in (words.about, words.length)]
    line = lettering.cut(" · ".join(part for part in parts if part), COLUMN)
    lettering.write(pen, (EDGE, HEIGHT - EDGE), line, colour("teal"))


def _write_name(canvas: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    drawn, lettering = mark.draw(84), Lettering(32)
    canvas.paste(drawn, (EDGE - 4, EDGE - 26), drawn)
    name = lettering.cut(writable(settings.SITE_NAME), COLUMN - 100)
    lettering.write(pen, (EDGE + 98, EDGE + 28), name, colour("ink"))


def _disc(across: int) -> Image.Image:
    large = Image.new("L", (across * FINER, across * FINER))
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), 255)
    return large.resize((across, across), Image.Resampling.LANCZOS)


def _put_badge(canvas: Image.Image) -> None:
    """The mark on a round of paper, in the corner."""
    at, drawn = (EDGE, HEIGHT - EDGE - 150), mark.draw(110)
    canvas.paste(colour("paper"), (*at, at[0] + 150, at[1] + 150), _disc(150))
    canvas.paste(drawn, (at[0] + 20, at[1] + 18), drawn)


def _put_play(canvas: Image.Image, left: int) -> None:
    """The sign that there is something to watch, in the middle of the picture."""
    middle, across = ((left + WIDTH) // 2, HEIGHT // 2), 120
    at = middle[0] - across // 2, middle[1] - across // 2
    canvas.paste(colour("card"), (*at, at[0] + across, at[1] + across), _disc(across))
    sign = Image.new("L", (across * FINER, across * FINER))
    x, y = across * FINER * 0.40, across * FINER * 0.30
    triangle = [(x, y), (x, sign.height - y), (sign.width * 0.72, sign.height / 2)]
    ImageDraw.Draw(sign).polygon(triangle, 255)
    smooth = sign.resize((across, across), Image.Resampling.LANCZOS)
    canvas.paste(colour("ink"), (*at, at[0] + across, at[1] + across), smooth)
