"""Results while somebody types: without a storm of requests, for those who listen too, and as a form."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

# As fast as one types, by the page's own clock: on a busy machine ours would let it pause.
TYPE = """async (box, word) => {
  for (const letter of word) {
    box.setRangeText(letter, box.value.length, box.value.length, "end");
    box.dispatchEvent(new InputEvent("input", { bubbles: true, data: letter }));
    await new Promise((go) => setTimeout(go, 40));
  }
}"""


@pytest.mark.parametrize("page", [True], indirect=True)
def test_results_follow_the_typing(page: Page):
    page.goto("/search/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    box = page.get_by_label("What is going on?")
    box.focus()
    box.evaluate(TYPE, "bedtim")
    expect(page.locator('[data-card="why-bedtime-is-a-goodbye"] mark').first).to_have_text(
        "bedtime"
    )
    assert len(asked) <= 2
    expect(page.get_by_role("status")).to_contain_text("“bedtim”")
    expect(box).to_be_focused()
    expect(page).to_have_url(re.compile(r"/search/\?q=bedtim$"))
    expect(page).to_have_title(re.compile("bedtim ·"))

    box.fill("tantrm flor")
    expect(page.locator('[data-card="what-is-a-tantrum-for"]')).to_be_visible()
    page.locator("details.filters summary").click()
    page.get_by_role("link", name="to read").click()
    page.wait_for_url("**/search/?q=tantrm+flor&kind=article")
    expect(box).to_have_value("tantrm flor")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_the_arrow_keys_lead_through_what_was_found_and_escape_leads_back(page: Page):
    page.goto("/search/")
    box = page.get_by_label("What is going on?")
    box.press_sequentially("tantrm flor")
    expect(page.locator("[data-total]")).to_contain_text("“tantrm flor”")  # the last answer
    first = page.locator("[data-card] h3 a").first
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(box).to_have_value("tantrm flor")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_filters_that_are_open_stay_open_while_typing(page: Page):
    page.goto("/search/?q=sleep")
    page.locator("details.filters summary").click()
    page.get_by_label("What is going on?").fill("shame")
    expect(page.locator("[data-total]")).to_contain_text("“shame”")
    expect(page.get_by_role("link", name="to read")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True)
def test_the_last_word_wins_and_a_dead_network_says_nothing(page: Page, complaints):
    page.goto("/search/")
    box = page.get_by_label("What is going on?")
    held: list[Route] = []
    page.route("**/search/?q=sleep", lambda route: held.append(route))
    with page.expect_request("**/search/?q=sleep"):
        box.fill("sleep")
    box.fill("shame")
    expect(page.locator("[data-total]")).to_contain_text("“shame”")

    page.route("**/search/?q=anger", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "anger" in request.url):
        box.fill("anger")
    expect(page.locator("[data-total]")).to_contain_text("“shame”")
    complaints.forget("ERR_FAILED")


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_javascript_it_is_a_form(page: Page):
    page.goto("/search/")
    page.get_by_label("What is going on?").fill("tantrm")
    page.get_by_role("button", name="Find").click()
    expect(page.locator('[data-card="what-is-a-tantrum-for"]')).to_be_visible()
    expect(page.get_by_text("We read it as “tantrum”")).to_be_visible()
