"""What only a browser can tell: films play, the editors' form works, the console is silent."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Complaints, pay_by_card, watched
from tests.browser.places import FREE_VIDEO
from tests.browser.signing_in import sign_in
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser


def until(page: Page, truth: str) -> None:
    """Wait for JavaScript to be true; Playwright's own way needs `eval`, which our policy forbids."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(truth):
        assert time.monotonic() < deadline, truth
        time.sleep(0.05)


@pytest.fixture
def desk(chromium: Browser, site: WholeSite, complaints: Complaints):
    context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    yield watched(context, complaints)
    context.close()
    assert complaints == []


def test_a_film_plays_jumps_and_shows_its_captions(desk: Page):
    desk.goto(FREE_VIDEO)
    desk.evaluate("const v = document.querySelector('video'); v.muted = true; v.play()")
    until(desk, "document.querySelector('video').currentTime > 0.5")
    desk.evaluate("document.querySelector('video').currentTime = 15")
    until(desk, "document.querySelector('video').currentTime > 15.2")
    cues = "document.querySelector('video').textTracks[0].cues"
    until(desk, f"{cues} && {cues}.length > 3")


def test_a_tap_on_a_line_of_the_transcript_plays_from_there(desk: Page):
    desk.goto(FREE_VIDEO)
    line = desk.locator("[data-transcript] a").nth(4)
    second = int((line.get_attribute("href") or "").removeprefix("#t="))
    line.click()
    until(desk, f"document.querySelector('video').currentTime >= {second}")


def test_the_editors_form_is_whole_under_the_content_security_policy(desk: Page, accounts):
    sign_in(desk, accounts["ed"], "/admin/")
    desk.goto("/admin/courses/post/add/")
    editor = desk.locator(".tiptap")
    expect(editor).to_be_visible()
    desk.get_by_label("Title").fill("Written in a browser")
    desk.get_by_label("Summary").fill("A post that was written in a browser.")
    editor.click()
    desk.keyboard.type("What the editor typed.")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    expect(desk.locator(".messagelist")).to_contain_text("was added successfully")
    desk.get_by_role("link", name="/posts/written-in-a-browser/").click()
    expect(desk.locator("[data-body]")).to_contain_text("What the editor typed.")


def test_a_refund_from_the_admin_takes_access_away_on_the_next_request(
    chromium: Browser, site: WholeSite, desk: Page, complaints: Complaints, accounts
):
    buyer = watched(chromium.new_context(base_url=site.address), complaints)
    sign_in(buyer, accounts["rui"], FREE_VIDEO)
    buyer.get_by_role("button", name="Complete access for $29").click()
    pay_by_card(buyer)
    expect(buyer.locator("[data-member]")).to_have_count(1)

    sign_in(desk, accounts["olga"], "/admin/")
    desk.goto("/admin/billing/purchase/?q=rui@example.com")
    desk.locator("#result_list tbody th a").first.click()
    desk.get_by_role("button", name="Give $29 back through Stripe").click()
    expect(desk.locator(".messagelist")).to_contain_text("$29 given back")

    buyer.reload()
    expect(buyer.locator("[data-member]")).to_have_count(0)
    buyer.goto("/account/")
    expect(buyer.locator("main")).to_contain_text("The payment was refunded")
    buyer.context.close()
