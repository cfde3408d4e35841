"""One parent's evening: reads, meets the paywall, joins, pays, is in, and is in the next day too."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import code_mailed_to, pay_by_card, press_and_leave
from tests.browser.places import ARTICLE
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

COMPANIONS = [
    "Why a Protective Parenting Stance is Less Protective than a Connection Focused Parenting Stance",
    "How to Help Someone Navigate Shame Effectively",
    "What is Attachment Protest and Why is it Unhelpful as a Grownup?",
]


def test_from_the_first_post_to_membership_and_back_the_next_day(
    page: Page, site: WholeSite, request
):
    address = f"{request.node.callspec.id}@example.com"

    # Reads the first post, which is free, and sees the three that belong to it.
    page.goto(ARTICLE)
    expect(page.locator("[data-body]")).to_contain_text("template")
    similar = page.locator("[data-similar] a[data-post]")
    expect(similar.locator("h3")).to_have_text(COMPANIONS)
    expect(similar.locator("[data-reason]")).to_have_count(3)

    # Follows the first of them and meets the paywall.
    similar.first.click()
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "preview")
    expect(page.locator("[data-paywall]")).to_contain_text("Join the Attachment Nerd Herd")
    expect(page.locator("video")).to_have_count(0)
    members_post = page.url

    # Joins: pays on the payment page, which says that it is a test.
    page.get_by_role("button", name="Complete access for $29").click()
    expect(page.locator("body")).to_contain_text("no real money moves", ignore_case=True)
    page.get_by_label("Email").fill(address)
    pay_by_card(page)

    # Proves the address by the mailed code, and is back in the post, now whole.
    expect(page.locator("main")).to_contain_text(address)
    code = code_mailed_to(site, address)
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Let me in").click()
    expect(page).to_have_url(members_post)
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "full")
    expect(page.locator("[data-member]")).to_have_count(1)
    expect(page.locator("video")).to_have_count(1)
    expect(page.locator("[data-transcript]")).to_contain_text("A guard watches the danger")

    # Signs out, and the post is a taste again.
    page.locator("[data-account]").click()
    press_and_leave(page, "Sign out")
    page.goto(members_post)
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "preview")

    # The next day: signs in by code, and is still a member.
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Email address").first.fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label(re.compile("[Cc]ode")).first.fill(code_mailed_to(site, address, after=code))
    page.locator("main form button").first.click()
    expect(page.locator("[data-account]")).to_have_count(1)
    page.goto(members_post)
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "full")
