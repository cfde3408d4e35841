"""The captions' desk in a real browser: a time plays, the keys play and stop, a wrong line is found."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import press_and_leave
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until

pytestmark = pytest.mark.browser

PAGES = "/admin/courses/video/"


@pytest.fixture
def desk(page: Page, accounts) -> Page:
    """The first video of the list, as its editor sees it."""
    sign_in(page, accounts["ed"], PAGES)
    page.locator("#result_list tbody th a").first.click()
    return page


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_time_plays_and_a_wrong_line_is_a_press_away(desk: Page, complaints):
    expect(desk.locator("[data-hint]:not([hidden])")).to_have_count(1)  # it listens now
    area = desk.locator("textarea[name=captions-0-text]")
    lines = area.input_value().split("\n")
    times = [number for number, line in enumerate(lines) if "-->" in line]
    hours, minutes, seconds = lines[times[1]].split(" ")[0].split(":")
    start = int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    # The caret is where a tap on the second time would put it.
    put_caret(area, lines, times[1])
    area.dispatch_event("click")
    expect_to_play(desk, start)
    area.press("Control+Enter")
    until(desk, "document.querySelector('video').paused")

    lines[times[2]] = "soon --> later"
    area.fill("\n".join(lines))
    desk.locator("input[name=chapters], textarea[name=chapters]").fill("0:00 Kept")
    press_and_leave(desk, "Save and continue editing")
    desk.get_by_role("button", name=f"Show line {times[2] + 1}").click()
    chosen = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "soon --> later"
    expect(desk.locator("textarea[name=chapters]")).to_have_value("0:00 Kept")


def put_caret(area, lines: list[str], number: int) -> None:
    place = len("\n".join(lines[:number])) + 3
    area.evaluate(f"area => {{ area.focus(); area.setSelectionRange({place}, {place}); }}")


def expect_to_play(page: Page, start: float) -> None:
    page.wait_for_function(
        "start => { const video = document.querySelector('video');"
        " return !video.paused && video.currentTime >= start && video.currentTime < start + 5; }",
        arg=start,
    )


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_javascript_it_is_a_form(desk: Page):
    expect(desk.locator("textarea[name=captions-0-text]")).to_have_value(re.compile("WEBVTT"))
    expect(desk.locator("[data-hint]")).to_be_hidden()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
