"""The whole way with the keyboard alone: each stop can be seen, has a name, and lets one go on."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Complaints, code_mailed_to, watched
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

ADDRESS = "keys@example.com"
MOST_STOPS = 120
# What has the keyboard: its name, whether one sees that, and whether it is in sight with nothing over it.
STOP = """() => {
  const stop = document.activeElement;
  const box = stop.getClientRects()[0];
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const isRinged = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  const looks = [getComputedStyle(stop), getComputedStyle(stop, "::after")];
  if (stop.matches(".player-panel input")) looks.push(getComputedStyle(stop.nextElementSibling));
  return {
    what: `${stop.outerHTML.slice(0, 160)}`,
    isSeen: stop.matches(":focus-visible") && looks.some(isRinged),
    isInSight: box.bottom > 0 && box.top < innerHeight && (stop.contains(top) || top?.contains(stop)),
  };
}"""


class Keys:
    """Somebody who has only Tab, Enter and letters."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> None:
        """One stop on, which must be seen."""
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(STOP)
        assert stop["isSeen"], f"no ring: {stop['what']}"
        assert stop["isInSight"], f"not in sight: {stop['what']}"

    def to(self, role: str, name: str | re.Pattern[str]) -> None:
        """Stop after stop, until it is this one."""
        goal = self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        expect(goal).to_be_attached()
        self.page.wait_for_load_state()  # a page whose styles are not there yet shows no ring
        for _ in range(MOST_STOPS):
            self.tab()
            if goal.evaluate("goal => goal === document.activeElement"):
                return
        raise AssertionError(f"the keyboard never comes to {name}")

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        """Go there and press Enter."""
        self.to(role, name)
        self.page.keyboard.press("Enter")

    def write(self, name: str | re.Pattern[str], text: str) -> None:
        """Go to a field and type."""
        self.to("textbox", name)
        self.page.keyboard.type(text)


@pytest.fixture
def desk(chromium: Browser, site: WholeSite, complaints: Complaints):
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 1000, "height": 800}, reduced_motion="reduce"
    )
    yield watched(context, complaints)
    context.close()
    assert complaints == []


def test_from_the_first_page_to_signing_out_without_a_mouse(desk: Page, site: WholeSite):
    keys = Keys(desk)
    desk.goto("/")
    keys.tab()
    expect(desk.get_by_role("link", name="Skip to the content")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("main")).to_be_focused()
    keys.to("searchbox", "What is going on right now?")

    desk.goto("/")
    keys.press("link", "Library")
    expect(desk).to_have_title(re.compile("Library"))
    keys.press("link", re.compile("Navigate Shame Effectively"))

    # Plays it, with captions, and looks into what there is to set.
    keys.press("button", re.compile("^Watch"))
    expect(desk.get_by_role("button", name="Pause")).to_be_focused()
    keys.press("button", "Captions")
    expect(desk.get_by_role("button", name="Captions", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.press("button", "Speed, captions and more")
    keys.to("radio", "1×")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("button", name="Speed, captions and more")).to_be_focused()
    desk.keyboard.press("k")
    expect(desk.get_by_role("button", name="Play", exact=True)).to_be_attached()

    # Joins and comes back.
    post = desk.url
    keys.press("link", "Skip the transcript")
    keys.press("button", "Complete access for $29")
    expect(desk.get_by_label("Card number")).to_be_attached()
    for name, text in (
        ("Email", ADDRESS),
        ("Card number", "4242424242424242"),
        ("Expir", "1234"),
        ("CVC|Security code", "123"),
        ("Name", "A Parent"),
    ):
        keys.write(re.compile(name), text)
    keys.press("button", re.compile("Pay"))
    expect(desk.get_by_label("Six-digit code")).to_be_focused()
    desk.keyboard.type(code_mailed_to(site, ADDRESS))
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(f"^{re.escape(post.split('#')[0])}"))
    expect(desk.locator("[data-member]")).to_have_count(1)

    keys.press("link", "Your account")
    keys.press("button", "Sign out")
    expect(desk.get_by_role("link", name="Sign in").first).to_be_attached()
