"""What a page tells of itself when it is put away: each thing once, and of people who let us count."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Complaints, watched
from tests.browser.places import ARTICLE, FREE_VIDEO
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.browser.test_player import NOW, VIDEO, start
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

# Browsers that a program drives are not counted, and ours is one; here it passes for a person's.
COUNTED = ("views", "plays", "reached_25", "reached_50", "reached_75", "completions")
PERSON = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false });"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
UNSEEN = "Object.defineProperty(Document.prototype, 'hidden', { get: () => !window.isSeen });"
LOOK = "window.isSeen = true; document.dispatchEvent(new Event('visibilitychange'))"
PRIVATE = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });"
END = "window.scrollTo(0, document.body.scrollHeight)"


@pytest.fixture
def visit(
    chromium: Browser, site: WholeSite, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Opens a browser with a page of its own: a person's, unless other scripts are given."""
    contexts: list[BrowserContext] = []

    def open_browser(*scripts: str, **options: Any) -> Page:
        defaults = {"base_url": site.address, "user_agent": FIREFOX}
        contexts.append(chromium.new_context(**defaults | options))
        for script in scripts or (PERSON,):
            contexts[-1].add_init_script(script)
        return watched(contexts[-1], complaints)

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def counted(visit, accounts) -> Callable[..., None]:
    """Waits until so much has been counted of the post at an address, and no more, as an editor reads it."""
    editor = visit("void 0")
    sign_in(editor, accounts["ed"], "/admin/")

    def all_of(address: str) -> Counter[str]:
        text = editor.request.get("/admin/numbers.csv").text()
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["post"] in address]
        return Counter({name: int(row[name]) for row in rows for name in COUNTED})

    before = {address: all_of(address) for address in (ARTICLE, FREE_VIDEO)}

    def wait_for(address: str, **counts: int) -> None:
        for _ in range(50):
            if (found := all_of(address) - before[address]) == counts:
                return
            editor.wait_for_timeout(100)
        assert found == counts

    return wait_for


def leave(page: Page) -> None:
    """Put the page away: now it tells."""
    page.goto("/accessibility/")


def test_a_video_played_to_its_end_is_each_thing_once(visit, counted):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    page.evaluate(f"{VIDEO}.muted = true; {VIDEO}.playbackRate = 6")
    until(page, f"{NOW} > 5")
    page.evaluate(f"{VIDEO}.pause(); {VIDEO}.play()")
    until(page, f"{VIDEO}.ended")
    page.evaluate(f"{VIDEO}.currentTime = 1; {VIDEO}.play()")
    until(page, f"{NOW} > 9")
    leave(page)
    counted(FREE_VIDEO, **dict.fromkeys(COUNTED, 1))


def test_a_jump_over_a_quarter_does_not_count_it(visit, counted):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    page.evaluate("document.querySelector('video-player').seek(16)")
    until(page, f"{NOW} > 17")
    leave(page)
    counted(FREE_VIDEO, views=1, plays=1)


def test_a_text_is_seen_when_somebody_looks_and_finished_at_its_end(visit, counted):
    page = visit(PERSON, UNSEEN)
    page.goto(ARTICLE)
    leave(page)
    page.goto(ARTICLE)
    page.evaluate(f"{LOOK}; {END}")
    until(page, "localStorage.getItem('places')?.includes('true')")
    leave(page)
    counted(ARTICLE, views=1, completions=1)


def test_staff_machines_and_those_who_ask_not_to_be_are_not_counted(visit, counted, accounts):
    staff = visit()
    sign_in(staff, accounts["ed"], "/admin/")
    others = [visit("void 0"), visit(PERSON, PRIVATE), visit(java_script_enabled=False)]
    somebody = visit()
    for page in (staff, *others, somebody):
        page.goto(ARTICLE)
        leave(page)
    counted(ARTICLE, views=1)
