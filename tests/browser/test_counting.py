"""What a page tells of itself when it is put away: each thing once, and of people who let us count."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import CHROMIUM, QUIET, Complaints, watched
from tests.browser.places import ARTICLE, FREE_VIDEO
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.browser.test_player import NOW, VIDEO, start
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

COUNTED = ("views", "plays", "reached_25", "reached_50", "reached_75", "completions")
# Browsers that a program drives are not counted, and ours say that they are; here one passes for a
# person's. (By its options: a context's own name is not used for what a page says as it goes.)
AS_A_PERSON = "--disable-blink-features=AutomationControlled --user-agent=Mozilla/5.0"
UNSEEN = "Object.defineProperty(Document.prototype, 'hidden', { get: () => !window.isSeen });"
LOOK = "window.isSeen = true; document.dispatchEvent(new Event('visibilitychange'))"
PRIVATE = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });"
END = "window.scrollTo(0, document.body.scrollHeight)"
IS_AT_REST = (
    "() => matchMedia('(scripting: none)').matches || Boolean(navigator.serviceWorker.controller)"
)


@pytest.fixture(scope="module")
def person(chromium: Browser) -> Iterator[Browser]:
    """A browser that a person uses, as far as one can see."""
    options = [*QUIET.split(), *AS_A_PERSON.split(" ")]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=options)
    yield browser
    browser.close()


@pytest.fixture
def visit(
    person: Browser, site: WholeSite, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Opens a browser with a page of its own, a person's, where it runs a script before any other."""
    contexts: list[BrowserContext] = []

    def open_browser(script: str = "", *, browser: Browser = person, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=site.address, **options))
        contexts[-1].add_init_script(script or "void 0")
        return watched(contexts[-1], complaints)

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def counted(visit, accounts) -> Callable[..., None]:
    """Waits until so much has been counted of the post at an address, and no more, as an editor reads it."""
    editor = visit()
    sign_in(editor, accounts["ed"], "/admin/")

    def all_of(address: str) -> Counter[str]:
        text = editor.request.get("/admin/numbers.csv").text()
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["post"] in address]
        return Counter({name: int(row[name]) for row in rows for name in COUNTED})

    before = {address: all_of(address) for address in (ARTICLE, FREE_VIDEO)}

    def wait_for(address: str, **counts: int) -> None:
        for _ in range(300):
            if (found := all_of(address) - before[address]) == counts:
                return
            editor.wait_for_timeout(100)
        assert found == counts

    return wait_for


def leave(page: Page) -> None:
    """Put the page away: now it tells.

    Not while its service worker is just taking over: what is told in that instant may be lost.
    """
    page.wait_for_function(IS_AT_REST)
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
    page = visit(UNSEEN)
    page.goto(ARTICLE)
    leave(page)
    page.goto(ARTICLE)
    page.evaluate(f"{LOOK}; {END}")
    until(page, "localStorage.getItem('places')?.includes('true')")
    leave(page)
    counted(ARTICLE, views=1, completions=1)


def test_staff_machines_and_those_who_ask_not_to_be_are_not_counted(
    visit, counted, accounts, chromium
):
    staff = visit()
    sign_in(staff, accounts["ed"], "/admin/")
    others = [visit(browser=chromium), visit(PRIVATE), visit(java_script_enabled=False)]
    somebody = visit()
    for page in (staff, *others, somebody):
        page.goto(ARTICLE)
        leave(page)
    counted(ARTICLE, views=1)
