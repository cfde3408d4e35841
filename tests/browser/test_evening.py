"""Falling asleep to a video, listening with the screen off, and handing a page on."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Complaints, watched
from tests.browser.places import ARTICLE, FREE_VIDEO, MEMBERS_VIDEO
from tests.browser.test_pages import until
from tests.browser.test_player import NOW, VIDEO, part, shows_captions, start
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

AUDIO = "document.querySelector('audio')"
# A clock that goes only when a test puts it forward, and the keys of a headset for it to press.
SCRIPT = """
window.ahead = 0;
const began = Date.now();
Date.now = () => began + 1000 * window.ahead;
window.keys = {};
const set = MediaSession.prototype.setActionHandler;
MediaSession.prototype.setActionHandler = function (name, act) {
    window.keys[name] = act;
    set.call(this, name, act);
};
"""


@pytest.fixture
def visit(
    chromium: Browser, site: WholeSite, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Opens a browser with a page of its own; the console must stay silent."""
    contexts: list[BrowserContext] = []

    def open_browser(**options) -> Page:
        defaults = {"base_url": site.address, "viewport": {"width": 390, "height": 844}}
        contexts.append(chromium.new_context(**defaults | options))
        contexts[-1].add_init_script(SCRIPT)
        return watched(contexts[-1], complaints)

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def choose_sleep(page: Page, name: str) -> None:
    """By the keyboard, as the panel is meant to be used with a screen reader."""
    if part(page, "panel").is_hidden():
        part(page, "more").focus()
        page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Sleep timer")
    group.get_by_label("Off").focus()
    while not group.get_by_label(name, exact=True).is_checked():
        page.keyboard.press("ArrowRight")


def test_after_some_minutes_it_grows_quiet_and_stops_and_is_as_loud_as_before(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    page.evaluate(f"{VIDEO}.volume = .8; {VIDEO}.loop = true")
    choose_sleep(page, "15 min")
    status = page.get_by_role("status").filter(has_text="Sleep timer: it stops at")
    expect(status).to_have_text(re.compile(r"it stops at \d{1,2}:\d\d.(AM|PM)\.$"))

    page.evaluate("window.ahead = 15 * 60 - 10")
    until(page, f"{VIDEO}.volume < .5")
    loud = page.evaluate(f"{VIDEO}.volume")
    page.evaluate("window.ahead = 15 * 60 - 5")
    until(page, f"{VIDEO}.volume < {loud}")
    shows_captions(page, "")
    page.evaluate("window.ahead = 15 * 60")
    until(page, f"{VIDEO}.paused && {VIDEO}.volume === .8")
    expect(part(page, "asleep")).to_have_text("The sleep timer has stopped it here.")
    expect(page.get_by_role("group", name="Sleep timer").get_by_label("Off")).to_be_checked()
    assert page.evaluate("JSON.parse(localStorage.player).volume") == 0.8

    page.keyboard.press("k")  # whoever is awake goes on
    until(page, f"!{VIDEO}.paused")
    page.wait_for_timeout(600)
    assert not page.evaluate(f"{VIDEO}.paused")


def test_a_pause_in_the_last_seconds_ends_the_growing_quiet(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    choose_sleep(page, "5 min")
    page.evaluate("window.ahead = 5 * 60 - 8")
    until(page, f"{VIDEO}.volume < .5")
    page.evaluate(f"{VIDEO}.pause()")
    until(page, f"{VIDEO}.volume === 1")


def test_the_minutes_go_on_over_to_the_next_video_of_this_tab(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    choose_sleep(page, "45 min")
    page.goto(MEMBERS_VIDEO)
    start(page)
    expect(part(page, "asleep")).to_contain_text("it stops at")
    part(page, "more").click()
    expect(page.get_by_role("group", name="Sleep timer").get_by_label("45 min")).to_be_checked()
    page.evaluate("window.ahead = 45 * 60")
    until(page, f"{VIDEO}.paused")
    assert page.evaluate(f"{NOW} < {VIDEO}.duration - 1")


def test_at_the_end_of_the_video_it_leaves_the_whole_screen(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    choose_sleep(page, "End of this video")
    expect(part(page, "asleep")).to_contain_text("at the end of this video")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement !== null")
    page.evaluate("document.querySelector('video-player').seek(27.5)")
    until(page, f"{VIDEO}.ended && !document.fullscreenElement")
    expect(part(page, "end").get_by_role("link")).to_be_visible()


def test_a_headset_moves_what_is_heard_and_the_place_is_kept(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    page.get_by_role("link", name="Listen").click()
    page.evaluate(f"{AUDIO}.play()")
    until(page, f"{AUDIO}.currentTime > .2 && Boolean(keys.seekforward)")
    title = page.locator("h1").inner_text()
    assert page.evaluate("navigator.mediaSession.metadata.title") == title
    page.evaluate("keys.pause()")
    until(page, f"{AUDIO}.paused")
    stood = page.evaluate(f"{AUDIO}.currentTime")
    page.evaluate("keys.seekforward({})")
    until(page, f"Math.abs({AUDIO}.currentTime - {stood} - 15) < .2")
    page.get_by_role("button", name="Back 15 s").click()
    until(page, f"Math.abs({AUDIO}.currentTime - {stood}) < .2")
    page.get_by_role("button", name="Forward 15 s").click()
    until(page, f"Math.abs({AUDIO}.currentTime - {stood} - 15) < .2")
    page.evaluate("keys.play()")
    until(page, f"!{AUDIO}.paused")
    assert page.evaluate(f"{VIDEO}.paused && {VIDEO}.currentTime === 0")
    page.evaluate(f"{AUDIO}.pause()")
    second = int(page.evaluate(f"{AUDIO}.currentTime"))

    page.reload()
    expect(page.get_by_role("button", name=f"Watch from 0:{second}")).to_be_visible()


def test_speed_and_sleep_timer_are_there_for_the_sound_alone(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    page.get_by_role("link", name="Listen").click()
    opener = page.get_by_role("button", name="Speed and sleep timer")
    opener.click()
    page.get_by_label("1.5×").check()
    page.evaluate(f"{AUDIO}.play()")
    until(page, f"{AUDIO}.currentTime > .3 && {AUDIO}.playbackRate === 1.5")
    choose_sleep(page, "5 min")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.evaluate("window.ahead = 5 * 60 - 10")
    until(page, f"{AUDIO}.volume < .6")
    page.evaluate("window.ahead = 5 * 60")
    until(page, f"{AUDIO}.paused && {AUDIO}.volume === 1")
    page.locator("[data-start=here]").click()  # and the picture goes on where the sound was
    until(page, f"!{VIDEO}.paused && {NOW} > .3")


def test_a_telephone_shares_the_page_in_its_own_way(visit):
    page = visit(has_touch=True, is_mobile=True)
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(f"{ARTICLE}#read")
    page.get_by_role("button", name="Share this page").click()
    address = page.evaluate("shared.url")
    assert address.endswith(ARTICLE)
    assert page.evaluate("shared.title") == page.title()


@pytest.mark.parametrize("has_touch", [True, False])
def test_where_there_is_no_sharing_the_address_is_copied(visit, has_touch):
    page = visit(has_touch=has_touch, is_mobile=has_touch)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ARTICLE)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(ARTICLE)
