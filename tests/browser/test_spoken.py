"""What a screen reader is told: short names, what went wrong, and what changes without a new page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.places import FREE_VIDEO

pytestmark = pytest.mark.browser

COMPLAINT = "This code does not fit"


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_post_is_told_in_short(page: Page):
    page.context.grant_permissions(["clipboard-write"])
    page.goto(FREE_VIDEO)
    similar = page.get_by_role("region", name="Similar to what you just watched")
    for link in similar.get_by_role("link").all():
        title, reason = link.locator("h3").inner_text(), link.locator("[data-reason]").inner_text()
        expect(link).to_have_accessible_name(f"{title} {reason}")
    expect(page.locator(".transcript-text")).to_have_attribute("lang", "en")
    expect(page.get_by_role("article")).to_match_aria_snapshot("""
      - group "Video player":
        - button "Watch · 1 min"
        - button "Without sound"
        - status
    """)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("copy-link").get_by_role("status")).to_contain_text("Copied")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_what_went_wrong_is_the_first_thing_said(page: Page, complaints: Complaints):
    page.goto("/join/help/")
    page.get_by_label("Email address").fill("spoken@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page).to_have_title(re.compile("^I paid"))
    page.get_by_label("Six-digit code").fill("000000")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Please check: I paid"))
    code = page.get_by_role("textbox", name="Six-digit code")
    expect(code).to_be_focused()
    expect(code).to_have_accessible_description(re.compile(COMPLAINT))
    expect(page.get_by_role("alert")).to_contain_text(COMPLAINT)
    complaints.forget("status of 4")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_what_is_found_is_said_once_and_choices_only_when_there_are_some(page: Page):
    page.goto("/search/?q=sleep")
    expect(page.get_by_role("list", name="What you chose")).to_have_count(0)
    page.get_by_label("What is going on?").fill("shame")
    expect(page.get_by_role("status")).to_have_text(re.compile("“shame”"))
    expect(page.get_by_role("status")).to_have_count(1)


@pytest.mark.parametrize("page", [False], indirect=True)
def test_whoever_is_stopped_by_something_finds_whom_to_tell(page: Page):
    page.goto(FREE_VIDEO)
    page.get_by_role("contentinfo").get_by_role("link", name="Accessibility").click()
    address = page.get_by_role("main").get_by_role("link")
    expect(address).to_have_attribute("href", f"mailto:{address.inner_text()}")
    expect(address).to_have_text(re.compile("@"))
