"""Without a network: a calm page instead of the browser's, which comes back; and nothing else is kept."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Complaints, watched
from tests.browser.places import ARTICLE, FREE_VIDEO, MEMBERS_VIDEO
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

KEPT = """(async () => {
    const kept = {};
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) kept[request.url] = await (await cache.match(request)).text();
    }
    return kept;
})()"""
WORKER = "navigator.serviceWorker.controller?.scriptURL"


@pytest.fixture
def phone(chromium: Browser, site: WholeSite, complaints: Complaints) -> Iterator[Page]:
    context = chromium.new_context(base_url=site.address, viewport={"width": 390, "height": 844})
    yield watched(context, complaints)
    context.close()
    complaints.forget("ERR_INTERNET_DISCONNECTED")
    assert complaints == []


def visited(page: Page, address: str) -> None:
    """Be at a page, with the service worker in place."""
    page.goto(address)
    until(page, f"Boolean({WORKER})")


def test_a_page_that_cannot_be_had_says_so_and_comes_back_by_itself(phone: Page):
    visited(phone, ARTICLE)
    phone.context.set_offline(True)
    phone.goto("/posts/?topic=shame")
    expect(phone.get_by_role("heading", name="No connection just now")).to_be_visible()
    until(phone, "document.fonts.check('600 2rem Fraunces')")
    height = "document.querySelector('come-back button').getBoundingClientRect().height"
    assert phone.evaluate(height) >= 44
    phone.get_by_role("button", name="Try again").click()
    expect(phone.get_by_role("heading", name="No connection just now")).to_be_visible()

    phone.context.set_offline(False)
    expect(phone.locator("[data-card]").first).to_be_visible()
    assert phone.url.endswith("/posts/?topic=shame")


def test_nothing_that_a_member_sees_is_kept(phone: Page, accounts, site: WholeSite):
    sign_in(phone, accounts["mona"], "/account/")
    visited(phone, MEMBERS_VIDEO)
    phone.locator("[data-start=here]").click()
    until(phone, "document.querySelector('video').currentTime > 0.5")
    for address in ("/", "/account/history/", "/search/?q=bedtime", ARTICLE):
        phone.goto(address)
    kept = phone.evaluate(KEPT)
    paths = {url.removeprefix(site.address) for url in kept}
    assert {path for path in paths if not path.startswith("/static/")} == {"/offline/en/"}
    assert len(paths) == 7
    assert "mona" not in "".join(kept.values())

    phone.goto("/accounts/logout/")
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.locator("[data-account]")).to_have_count(0)
    phone.goto("/account/")
    assert "/accounts/login/" in phone.url
    phone.context.set_offline(True)
    phone.goto("/account/history/")
    expect(phone.get_by_role("heading", name="No connection just now")).to_be_visible()


def test_a_film_that_is_opened_by_itself_can_still_be_gone_through(phone: Page):
    visited(phone, FREE_VIDEO)
    phone.goto(phone.locator("video source").get_attribute("src") or "")
    until(phone, "document.querySelector('video').readyState > 2")
    phone.evaluate("document.querySelector('video').currentTime = 20")
    until(phone, "document.querySelector('video').currentTime > 20.2")


def test_a_new_version_takes_the_olds_place_at_once(phone: Page):
    visited(phone, ARTICLE)
    phone.evaluate("""(async () => {
        const { content } = document.querySelector("meta[name=service-worker]");
        await caches.open("shell-of-an-older-version");
        await navigator.serviceWorker.register(`${content}?older`);
    })()""")
    until(phone, f"{WORKER}?.endsWith('?older')")
    phone.evaluate("caches.open('shell-of-an-older-version')")
    visited(phone, FREE_VIDEO)
    until(phone, f"!{WORKER}.endsWith('?older')")
    until(phone, "caches.keys().then((names) => names.length === 1)")
