"""The order of a series by the keyboard alone, and by dragging."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints, press_and_leave
from tests.browser.signing_in import sign_in

pytestmark = pytest.mark.browser

SERIES = "/admin/courses/series/?q=repair"


@pytest.fixture
def titles(page: Page, accounts) -> list[str]:
    """The episodes of a series of four, on whose page the editor is."""
    sign_in(page, accounts["ed"], "/admin/")
    page.goto(SERIES)
    page.locator("#result_list .field-title a").first.click()
    expect(page.locator("[data-episode]")).to_have_count(4)
    page.wait_for_load_state()
    return shown(page).all_inner_texts()


def shown(page: Page) -> Locator:
    return page.locator("[data-episode] .episode-title a")


def save(page: Page) -> None:
    press_and_leave(page, "Save and continue editing")
    expect(page.locator(".messagelist")).to_contain_text("successfully")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_by_the_keyboard_and_back_by_dragging(page: Page, titles: list[str]):
    one, two, three, four = titles
    up = page.get_by_role("button", name=f"Move up ({three})")
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    status = page.get_by_role("region", name="Episodes").get_by_role("status")
    expect(status).to_have_text(f"{three}: now place 1 of 4. Save to keep it.")
    page.keyboard.press("Enter")
    expect(status).to_have_text(f"{three} stays at place 1 of 4.")
    save(page)
    expect(shown(page)).to_have_text([three, one, two, four])

    page.locator("episode-order").evaluate("list => list.scrollIntoView()")
    handles = page.locator("[data-handle]")
    source, target = handles.nth(0).bounding_box(), handles.nth(3).bounding_box()
    assert source and target
    page.mouse.move(source["x"] + 5, source["y"] + 5)
    page.mouse.down()
    page.mouse.move(source["x"] + 5, target["y"] - 5, steps=12)
    page.mouse.up()
    expect(shown(page)).to_have_text(titles)
    save(page)
    expect(shown(page)).to_have_text(titles)


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_scripts_by_numbers(page: Page, titles: list[str], complaints: Complaints):
    one, two, three, four = titles
    for order in ([four, one, two, three], titles):
        for place, title in enumerate(order, 1):
            page.get_by_role("spinbutton", name=f"Place ({title})").fill(str(place))
        save(page)
        expect(shown(page)).to_have_text(order)
