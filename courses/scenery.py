"""Drawn pictures: a sky, two hills, and a big and a small circle that stay near each other."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from random import Random
from textwrap import wrap

from PIL import Image, ImageChops, ImageDraw, ImageFont

PAPER = "#fbf6ee"
HONEY = "#f3d9a0"
FINER = 3  # shapes are drawn this much larger and scaled down, which smooths their edges

Size = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """Colours of a scene; the sky runs from its top left to its bottom right corner."""

    sky: tuple[str, str]
    big: tuple[str, str]
    small: tuple[str, str]
    far_hill: str
    near_hill: str


PALETTES = {
    "teal": Palette(
        ("#12706b", "#12303a"), ("#eda688", "#c9745a"), ("#f8e6bd", "#eecb86"), "#0d4d50", "#0a2831"
    ),
    "coral": Palette(
        ("#c2412d", "#511d31"), ("#f6c08f", "#e28a62"), ("#fdf1d6", "#f3d9a0"), "#8e2c2f", "#3c1829"
    ),
    "honey": Palette(
        ("#8f641f", "#3f3016"), ("#e6906f", "#bf5a41"), ("#fdf1d6", "#f0cf8d"), "#65491d", "#2c2313"
    ),
    "dusk": Palette(
        ("#12303a", "#6b3145"), ("#f8e6bd", "#e5b878"), ("#f0a68b", "#d16f58"), "#1f2d41", "#141c2b"
    ),
}


@dataclass(frozen=True)
class Layer:
    """A picture whose top left is at `at` when it rests, and that goes round an ellipse from there.

    `reach` holds the ellipse's half axes, all in pixels; `phase` is where on it the picture rests,
    in radians from the right end clockwise.
    """

    picture: Image.Image
    at: Point
    reach: Point = (0, 0)
    phase: float = 0


def scene(size: Size, tint: str, seed: int) -> list[Layer]:
    """The layers of a picture of `size`, the sky first; `seed` moves circles and hills about.

    Raises KeyError for a tint that is not in PALETTES.
    """
    palette = PALETTES[tint]
    height = size[1]
    big = height * (0.50 + 0.07 * _wobble(seed, 1))
    small = height * (0.22 + 0.04 * _wobble(seed, 2))
    middle = size[0] * (0.79 + 0.015 * _wobble(seed, 3)), height * (0.44 + 0.05 * _wobble(seed, 4))
    way, phase = big * 0.48, pi * (0.5 + 0.4 * _wobble(seed, 5))
    beside = middle[0] + way * cos(phase), middle[1] + way * sin(phase)
    sky = _gradient(size, *palette.sky).convert("RGBA")
    glow = _centred(_glow(big * 2.4, palette.big[0]), middle)
    return [
        Layer(flattened([Layer(sky, (0, 0)), glow]), (0, 0)),
        _hill(size, palette.far_hill, (0.74, 0.06), seed, height * 0.06),
        _centred(_circle(big, palette.big), middle),
        _centred(_circle(small, palette.small), beside, (way, way), phase),
        _hill(size, palette.near_hill, (0.88, 0.07), seed + 7, -height * 0.09),
    ]


def flattened(layers: list[Layer]) -> Image.Image:
    """The layers at rest, as one picture."""
    canvas = layers[0].picture.copy()
    for layer in layers[1:]:
        canvas.alpha_composite(*_inside(layer))
    return canvas


def _inside(layer: Layer) -> tuple[Image.Image, tuple[int, int]]:
    """Pillow pastes at no negative place, so what would hang out is cut off."""
    x, y = round(layer.at[0]), round(layer.at[1])
    cut = layer.picture.crop((max(0, -x), max(0, -y), *layer.picture.size))
    return cut, (max(0, x), max(0, y))


def title_card(title: str, size: Size) -> Image.Image:
    """`title` on a transparent ground, in the largest letters with which it fits `size`."""
    width, height = size[0] * FINER, size[1] * FINER
    for points in range(height // 5, 8, -2):
        font = ImageFont.load_default(points)
        text = _broken(title, font, width)
        card = Image.new("RGBA", (width, height))
        pen = ImageDraw.Draw(card)
        box = pen.multiline_textbbox((0, 0), text, font, spacing=points // 4)
        if box[2] <= width and box[3] + points <= height:
            break
    pen.rounded_rectangle((0, 0, points * 1.6, points * 0.16), points * 0.08, HONEY)
    below, weight = (0, points * 0.55), points / 45
    pen.multiline_text(below, text, PAPER, font, spacing=points // 4, stroke_width=weight)
    return card.resize(size, Image.Resampling.LANCZOS)


def _broken(title: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    letters = max(8, int(len(title) * width / max(1, font.getlength(title))))
    lines = wrap(title, letters, break_long_words=False)
    for fewer in range(letters - 1, 8, -1):  # even lines look set rather than spilled
        narrower = wrap(title, fewer, break_long_words=False)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(lines)


def _wobble(seed: int, place: int) -> float:
    """A number from -1 to 1 that looks random and is the same every time."""
    return sin((seed + 1) * 12.9898 + place * 78.233)


def _gradient(size: Size, first: str, last: str) -> Image.Image:
    """From the top left to the bottom right corner."""
    blend = Image.new("L", (2, 2), 128)
    blend.putpixel((0, 0), 0)
    blend.putpixel((1, 1), 255)
    even = blend.resize(size, Image.Resampling.BILINEAR, box=(0.5, 0.5, 1.5, 1.5))
    mask = ImageChops.add(even, _grain(size), offset=-128)  # or it shows bands
    return Image.composite(Image.new("RGB", size, last), Image.new("RGB", size, first), mask)


@lru_cache(maxsize=2)
def _grain(size: Size) -> Image.Image:
    """Noise around the middle grey, the same every time."""
    drawn = Random(0).randbytes(size[0] * size[1])  # noqa: S311 - no secret
    return Image.frombytes("L", size, drawn).point(lambda value: 128 + (value - 128) // 24)


def _circle(across: float, colours: tuple[str, str]) -> Image.Image:
    size = (round(across), round(across))
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    ImageDraw.Draw(mask).ellipse((FINER, FINER, mask.width - FINER, mask.height - FINER), 255)
    picture = _gradient(size, *colours)
    picture.putalpha(mask.resize(size, Image.Resampling.LANCZOS))
    return picture


def _glow(across: float, colour: str) -> Image.Image:
    size = (round(across), round(across))
    light = Image.radial_gradient("L").point(lambda value: max(0, 180 - value) ** 2 / 380)
    picture = Image.new("RGB", size, colour)
    picture.putalpha(light.resize(size, Image.Resampling.BICUBIC))
    return picture


def _centred(picture: Image.Image, middle: Point, reach: Point = (0, 0), phase: float = 0) -> Layer:
    at = middle[0] - picture.width / 2, middle[1] - picture.height / 2
    return Layer(picture, at, reach, phase)


def _hill(size: Size, colour: str, shape: Point, seed: int, reach: float) -> Layer:
    """A hill over the whole width and a bit more; `shape` is its height and swell, as shares."""
    width, height = round(size[0] * 1.24), round(size[1] * 0.4)
    mask = Image.new("L", (width * FINER, height * FINER))
    top = (shape[0] - 0.6) / 0.4
    ridge = [
        (x, mask.height * (top - shape[1] * 2 * sin(2 * pi * x / mask.width * 1.3 + seed * 2.4)))
        for x in range(0, mask.width + FINER, FINER)
    ]
    ImageDraw.Draw(mask).polygon([*ridge, (mask.width, mask.height), (0, mask.height)], 255)
    picture = Image.new("RGB", (width, height), colour)
    picture.putalpha(mask.resize((width, height), Image.Resampling.LANCZOS))
    return Layer(picture, (-size[0] * 0.12, size[1] * 0.6), (reach, 0), pi / 2)
