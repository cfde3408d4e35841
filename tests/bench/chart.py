"""A picture of figures that lie far apart: bars on a scale of tens, as an SVG for both themes."""

from html import escape
from math import log10

LINE, BAR, LEFT, RIGHT = 26, 14, 330, 70
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#57606a}.ours{fill:#0b7f7b}.other{fill:#a39a8f}"
    "@media(prefers-color-scheme:dark){text{fill:#c9c2ba}.ours{fill:#4fb3ad}}"
)


def bars(rows: list[tuple[str, float, bool]], unit: str, width: int = 760) -> str:
    """One bar a row: its name, its figure, and whether it is ours; the least is 0.01 of `unit`."""
    room = width - LEFT - RIGHT
    most = log10(max(figure for _, figure, _ in rows) / 0.01)
    height = LINE * len(rows) + 8
    said = ", ".join(f"{name}: {figure:.2f} {unit}" for name, figure, _ in rows)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(said)}"><style>{STYLE}</style>'
    ]
    for number, (name, figure, is_ours) in enumerate(rows):
        middle = LINE * number + LINE / 2 + 4
        length = room * max(log10(max(figure, 0.01) / 0.01), 0.02) / most
        kind = "ours" if is_ours else "other"
        drawn += [
            f'<text x="{LEFT - 10}" y="{middle + 4:.0f}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{middle - BAR / 2:.0f}" width="{length:.0f}" '
            f'height="{BAR}" rx="2"/>',
            f'<text x="{LEFT + length + 8:.0f}" y="{middle + 4:.0f}">{figure:.2f}</text>',
        ]
    return "\n".join([*drawn, "</svg>\n"])
