"""Where one left off, on a second device, after joining, in a text and in a video."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Complaints, watched
from tests.browser.places import ARTICLE, FREE_VIDEO, MEMBERS_VIDEO
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

PARAGRAPH = "document.querySelectorAll('[data-body] > *')[4]"


@pytest.fixture
def device(chromium: Browser, site: WholeSite, complaints: Complaints):
    """Opens one more telephone."""
    contexts = []

    def take() -> Page:
        contexts.append(
            chromium.new_context(base_url=site.address, viewport={"width": 390, "height": 844})
        )
        return watched(contexts[-1], complaints)

    yield take
    for context in contexts:
        context.close()
    assert complaints == []


def noted(page: Page, what: str) -> None:
    """Wait until the page has noted such a place: `place` and `isOver` are what it keeps."""
    kept = "Object.values(JSON.parse(sessionStorage.getItem('places') ?? '{}'))"
    until(page, f"{kept}.some(([place, , isOver]) => {what})")


def come_back(page: Page, condition: str) -> None:
    """Open the text once the site knows of it; what a page says as it goes comes after it."""
    for _ in range(300):
        page.goto(ARTICLE)
        if page.evaluate(f"(it => {condition})(document.querySelector('reading-place'))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def test_a_text_goes_on_where_it_was_left_on_another_telephone(device, accounts):
    first, second = device(), device()
    for page in (first, second):
        sign_in(page, accounts["mona"], "/account/")
    first.goto(ARTICLE)
    expect(first.locator("[data-go-on]")).to_be_hidden()
    first.evaluate(f"window.scrollTo(0, {PARAGRAPH}.getBoundingClientRect().top - 200)")
    noted(first, "place >= 4")
    first.goto("/account/")

    come_back(second, "it.getAttribute('place') >= 4")
    second.get_by_role("button", name="Go on where you left off").click()
    until(second, f"Math.abs({PARAGRAPH}.getBoundingClientRect().top) < 300")
    expect(second.locator("[data-go-on]")).to_be_hidden()
    second.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    noted(second, "isOver")
    second.goto("/account/")
    come_back(second, "it.hasAttribute('over')")
    expect(second.locator("[data-go-on]")).to_be_hidden()


def test_a_video_goes_on_on_another_telephone(device, accounts):
    first, second = device(), device()
    for page in (first, second):
        sign_in(page, accounts["gita"], "/account/")
    first.goto(MEMBERS_VIDEO)
    with first.expect_response(re.compile("/account/progress/")):
        first.evaluate("document.querySelector('video-player').seek(9)")
        first.locator("[data-start=here]").click()
        until(first, "document.querySelector('video').currentTime > 9.5")
        first.evaluate("document.querySelector('video').pause()")
    second.goto(MEMBERS_VIDEO)
    expect(second.get_by_role("button", name=re.compile("Watch from 0:(09|1)"))).to_be_visible()


def test_what_a_visitor_kept_comes_along_and_stays_with_the_member(device, accounts):
    page = device()
    page.goto(FREE_VIDEO)
    page.evaluate("document.querySelector('video-player').seek(12)")
    page.locator("[data-start=here]").click()
    until(page, "document.querySelector('video').currentTime > 12.2")
    page.evaluate("document.querySelector('video').pause()")
    second = int(page.evaluate("document.querySelector('video').currentTime"))
    until(page, "localStorage.getItem('places') !== null")

    sign_in(page, accounts["mona"], "/account/")
    page.goto(FREE_VIDEO)
    until(page, "localStorage.getItem('places') === null")
    expect(page.get_by_role("button", name=f"Watch from 0:{second}")).to_be_visible()

    page.context.clear_cookies()
    page.evaluate("sessionStorage.clear()")
    page.goto(FREE_VIDEO)
    expect(page.locator("[data-start=here]")).to_contain_text("Watch · 1 min")
