"""A language that runs from right to left would stand: no style says left or right."""

import re

import pytest

from tests.catalogue import ROOT

STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
SIDE = "(?:left|right|top|bottom)"
PHYSICAL = re.compile(
    rf"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-{SIDE}\b|{SIDE}\s*:"
    rf"|border-{SIDE}-{SIDE}-radius|(?:min-|max-)?(?:width|height)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)|to (?:left|right))"
)
FOUR = re.compile(r"(?<![\w-])(?:inset|margin|padding|border-(?:width|radius)):((?: [^\s;]+){4});")
NOT_STYLE = re.compile(r"@\w+[^{]*|/\*.*?\*/")  # conditions, and what is said about it
SET_BY_SCRIPT = re.compile(r"\.style\.(?:left|right|(?:margin|padding|border)(?:Left|Right))")
# What must be told from the left: nothing so far. A line of a style sheet, and why.
MEANT: dict[str, str] = {}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_names_a_side(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    named = [line for line in lines if PHYSICAL.search(NOT_STYLE.sub("", line)) or lopsided(line)]
    assert [line for line in named if line not in MEANT] == []


def lopsided(line: str) -> bool:
    """Whether four values in a row give left and right different ones."""
    found = (values.split() for values in FOUR.findall(line))
    return any(right != left for _top, right, _bottom, left in found)


def test_no_script_sets_a_side():
    assert [path.name for path in SCRIPTS if SET_BY_SCRIPT.search(path.read_text())] == []
