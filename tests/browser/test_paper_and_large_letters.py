"""A post on paper, and every page for those who have set their browser to large letters."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.places import FREE_VIDEO, MEMBERS_VIDEO, PUBLIC
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

LEFT_OUT = ".site-nav, .site-footer, video-player, .switch, .listen, .similar, .post-acts, .paywall"
LETTERS = {"default_font_size": 24}  # pixels, where browsers come with 16


@pytest.fixture
def paper(chromium: Browser, site: WholeSite):
    context = chromium.new_context(base_url=site.address, color_scheme="dark")
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


def test_a_post_on_paper_is_its_words_and_where_they_came_from(paper: Page, site: WholeSite):
    paper.goto(FREE_VIDEO)
    for element in paper.locator(LEFT_OUT).all():
        expect(element).to_be_hidden()
    for line in paper.locator("[data-body] > *, [data-transcript] .transcript-text > *").all():
        expect(line).to_be_visible()
    printed = paper.locator("article > .printed")
    expect(printed).to_contain_text(f"{site.address}{FREE_VIDEO}")
    expect(printed).not_to_contain_text("for members")
    link = paper.locator("[data-body] a[href^='/posts/']").first
    after = link.evaluate("a => getComputedStyle(a, '::after').content")
    assert (link.get_attribute("href") or "-") in after
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert paper.locator("body").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert paper.pdf().startswith(b"%PDF")


def test_an_opening_on_paper_says_that_it_is_one(paper: Page):
    paper.goto(MEMBERS_VIDEO)
    expect(paper.locator("article > .printed")).to_contain_text("the rest is for members")


@pytest.mark.parametrize("width", [320, 390])
def test_large_letters_have_room_on_a_small_telephone(
    chromium: Browser, site: WholeSite, tmp_path: Path, width: int
):
    (tmp_path / "Default").mkdir()
    preferences = json.dumps({"webkit": {"webprefs": LETTERS}})
    (tmp_path / "Default" / "Preferences").write_text(preferences)
    context = chromium.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=QUIET.split(),
        base_url=site.address,
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    for address in PUBLIC.values():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(FREE_VIDEO)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "27px"
    start = page.locator("[data-start=here]")
    start.wait_for()
    box, picture = start.bounding_box(), page.locator("video").bounding_box()
    assert box
    assert picture
    assert box["y"] > picture["y"] + picture["height"] or box["height"] < picture["height"] / 2
    start.click()
    page.locator("[data-part=more]").click()
    expect(page.get_by_role("group", name="Sleep timer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
