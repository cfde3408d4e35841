"""Draws the site's mark from its one source, the favicon, as pictures of any size.

`python -m nerdherd.lib.mark ICONS ROOT` writes the icons that telephones ask for into one folder,
and into the other the one that browsers ask for by themselves. Of SVG it reads what the mark is
made of: circles, and curves given as `M x y Q x y x y`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

SOURCE = Path(__file__).resolve().parents[2] / "static" / "img" / "favicon.svg"
PAPER = "#fbf6ee"
FINER = 4  # it is drawn this much larger and scaled down, which smooths the edges
CURVE = re.compile(r"M([\d. ]+)Q([\d. ]+)")
# Name: pixels, how much of them the mark takes, and the ground. A telephone may cut a maskable icon
# down to a circle of 80 %.
ICONS: dict[str, tuple[int, float, str | None]] = {
    "icon-192.png": (192, 1.0, None),
    "icon-512.png": (512, 1.0, None),
    "icon-maskable-512.png": (512, 0.62, PAPER),
    "apple-touch-icon.png": (180, 0.8, PAPER),
}
TAB = (16, 32, 48)  # pixels of the favicon's pictures


def draw(pixels: int) -> Image.Image:
    """The mark on a transparent square of so many pixels. Raises ValueError for other SVG."""
    root = ElementTree.parse(SOURCE).getroot()  # noqa: S314 - a file of our own
    left, top, side, _ = map(float, root.attrib["viewBox"].split())
    canvas = Image.new("RGBA", (pixels * FINER, pixels * FINER))
    pen = _Pen(ImageDraw.Draw(canvas), left, top, canvas.width / side)
    for kind, shape in _shapes(root, {}):
        if kind == "circle":
            pen.circle(shape)
        elif kind == "path" and shape["fill"] == "none":
            pen.curves(shape)
        else:
            raise ValueError(f"The mark holds a {kind} that cannot be drawn.")
    return canvas.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _shapes(
    parent: ElementTree.Element, inherited: dict[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The kind and the attributes of each shape; what a group says holds for what is in it."""
    for element in parent:
        kind, attributes = element.tag.rpartition("}")[2], inherited | element.attrib
        if kind == "g":
            yield from _shapes(element, attributes)
        else:
            yield kind, attributes


class _Pen:
    """Draws in the units of the source, whose corner is at `left`, `top`."""

    def __init__(self, surface: ImageDraw.ImageDraw, left: float, top: float, scale: float) -> None:
        self.surface = surface
        self.left, self.top, self.scale = left, top, scale

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        x, y = (x - self.left) * self.scale, (y - self.top) * self.scale
        radius *= self.scale
        self.surface.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def circle(self, shape: dict[str, str]) -> None:
        x, y, radius = (float(shape[name]) for name in ("cx", "cy", "r"))
        half = float(shape.get("stroke-width", 0)) / 2
        if half:
            self.dot(x, y, radius + half, shape["stroke"])
        self.dot(x, y, radius - half, shape["fill"])

    def curves(self, shape: dict[str, str]) -> None:
        """Dots beside each other, which makes round ends as well."""
        for start, rest in CURVE.findall(shape["d"]):
            (x0, y0), (x1, y1, x2, y2) = map(float, start.split()), map(float, rest.split())
            for step in range(65):
                t = step / 64
                x = (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t * t * x2
                y = (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2
                self.dot(x, y, float(shape["stroke-width"]) / 2, shape["stroke"])


def icon(pixels: int, share: float, ground: str | None) -> Image.Image:
    """A square icon in whose middle the mark takes a `share` of the width."""
    canvas = Image.new("RGBA", (pixels, pixels), ground or (0, 0, 0, 0))
    mark = draw(round(pixels * share))
    gap = (pixels - mark.width) // 2
    canvas.alpha_composite(mark, (gap, gap))
    return canvas.convert("RGB") if ground else canvas


def main(icons: Path, root: Path) -> None:
    """Write the telephones' icons into `icons`, and `favicon.ico` into `root`."""
    for folder in (icons, root):
        folder.mkdir(parents=True, exist_ok=True)
    for name, what in ICONS.items():
        icon(*what).save(icons / name, optimize=True)
    first, *others = (draw(pixels) for pixels in reversed(TAB))
    sizes = [(pixels, pixels) for pixels in TAB]
    first.save(root / "favicon.ico", append_images=others, sizes=sizes)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
