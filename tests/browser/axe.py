"""What is wrong with a page, on every screen and in both themes: axe's findings and a sideways scroll."""

from functools import cache

from playwright.sync_api import Page

from tests.whole_site import ROOT

WIDTHS = (320, 390, 768, 1280)
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = [*AA, "best-practice", "cat.color"]  # the last: text stands out 7 to 1
COLOURS = ["cat.color"]  # all that the dark theme changes
LOOK = """async (tags) => {
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  const { violations } = await axe.run({ runOnly: tags, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""
TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"
# As somebody does who needs large letters on a phone.
TWICE_AS_LARGE = """() => {
  const { style } = document.documentElement;
  style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`;
  const { scrollWidth } = document.scrollingElement;
  style.fontSize = "";
  return scrollWidth > innerWidth;
}"""


def findings(page: Page, light: list[str] = EVERYTHING, dark: list[str] = COLOURS) -> list[str]:
    """All that is wrong with what the page shows now, by axe's rules with these tags."""
    page.wait_for_load_state()
    page.evaluate(_axe())  # not as a script element, which our policy forbids
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme, tags in (("dark", dark), ("light", light)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{width} {scheme} {one}" for one in page.evaluate(LOOK, tags)]
        if page.evaluate(TOO_WIDE):
            found.append(f"{width} is wider than the screen")
    return found


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()
