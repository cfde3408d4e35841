"""A text on its way through a dying browser, a lost network, an ended session and a second editor."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.axe import AA, findings
from tests.browser.conftest import Complaints, watched
from tests.browser.signing_in import sign_in
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

ADD = "/admin/courses/post/add/"
TEXT = "Half a sentence that nobody should lose"


class Desk:
    """The form of a post before one editor, in a browser of their own."""

    def __init__(self, context: BrowserContext, complaints: Complaints, account: dict) -> None:
        self.context, self.complaints, self.account = context, complaints, account
        self.page: Page = watched(context, complaints)
        sign_in(self.page, account, "/admin/")

    def open(self, address: str = ADD) -> None:
        self.page.goto(address)
        expect(self.text).to_be_visible()

    @property
    def text(self):
        return self.page.locator(".field-body .tiptap")

    def write(self, title: str, words: str = TEXT) -> None:
        self.page.get_by_label("Title").fill(title)
        self.page.get_by_label("Summary").fill("One or two sentences about it, as they should be.")
        self.text.click()
        self.page.keyboard.type(words)

    def says(self, words: str) -> None:
        expect(self.page.locator("working-copy [data-said]")).to_contain_text(words)

    def holds(self, title: str, words: str = TEXT) -> None:
        expect(self.page.get_by_label("Title")).to_have_value(title)
        expect(self.text).to_contain_text(words)

    def throw_away(self) -> None:
        self.page.get_by_role("button", name="Throw away what is not saved").click()
        expect(self.page.get_by_label("Title")).to_have_value("")

    def save(self) -> None:
        self.page.get_by_role("button", name="Save and continue editing").first.click()


@pytest.fixture
def seat(chromium: Browser, site: WholeSite, complaints: Complaints, accounts) -> Iterator:
    """Sits an editor down at a fresh browser."""
    contexts: list[BrowserContext] = []

    def sit(who: str) -> Desk:
        phone: ViewportSize = {"width": 390, "height": 844}
        contexts.append(chromium.new_context(base_url=site.address, viewport=phone))
        return Desk(contexts[-1], complaints, accounts[who])

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_browser_that_dies_loses_nothing_and_readers_see_nothing(seat):
    first = seat("ed")
    first.open()
    first.write("Bedtime, again")
    first.says("Saved as a draft at")
    first.context.close()

    second = seat("ed")
    second.open()
    second.says("This is what you wrote until")
    second.holds("Bedtime, again")
    second.page.goto("/posts/bedtime-again/")
    expect(second.page.locator("h1")).not_to_contain_text("Bedtime")
    second.complaints.forget("status of 404")
    second.open()
    second.throw_away()


def test_without_a_network_this_browser_keeps_it_until_the_server_can(seat):
    desk = seat("ed")
    desk.open()
    desk.context.set_offline(True)
    desk.write("In a train")
    desk.says("Not saved: no connection. Kept in this browser")
    desk.save()  # goes nowhere, and says so, rather than into an error page
    desk.says("Not saved: no connection")
    desk.page.close()
    desk.context.set_offline(False)
    desk.complaints.forget("ERR_INTERNET_DISCONNECTED")

    desk.page = watched(desk.context, desk.complaints)
    desk.open()
    desk.says("This is what you wrote until")
    desk.holds("In a train")
    assert (
        desk.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('working'))") == []
    )
    desk.throw_away()


def test_a_session_that_ends_meanwhile_takes_nothing_along(seat):
    desk = seat("ed")
    desk.open()
    desk.context.clear_cookies(name="session")
    desk.write("Signed out")
    desk.says("Not saved: you are no longer signed in.")
    desk.save()
    desk.holds("Signed out")
    desk.page.get_by_role("link", name="Sign in again").click()
    sign_in(desk.page, desk.account, ADD)
    desk.says("This is what you wrote until")
    desk.holds("Signed out")
    desk.throw_away()


def test_two_editors_on_one_post(seat):
    ed, olga = seat("ed"), seat("olga")
    ed.open()
    ed.write("For the two of us")
    ed.save()
    expect(ed.page.locator(".messagelist")).to_contain_text("successfully")
    address = ed.page.url
    olga.open(address)
    olga.page.get_by_label("Summary").fill("Olga writes a summary of her own, a better one.")
    olga.save()
    expect(olga.page.locator(".messagelist")).to_contain_text("successfully")

    ed.page.get_by_label("Summary").fill("Ed writes a summary of his own, a better one.")
    expect(ed.page.locator("working-copy [data-remark]")).to_contain_text("Somebody else changed")
    ed.save()
    conflict = ed.page.get_by_role("region", name="Somebody else changed this post")
    expect(conflict).to_contain_text("olga@example.com saved it at")
    expect(conflict.locator("del").first).to_have_text("Olga ")
    expect(conflict.locator("ins").first).to_have_text("Ed ")
    assert findings(ed.page, light=AA, dark=["wcag143"]) == []
    conflict.get_by_role("checkbox").check()
    ed.save()
    expect(ed.page.locator(".messagelist")).to_contain_text("successfully")
    ed.page.get_by_role("link", name="History").click()
    ed.page.get_by_role("link", name="Version 2").click()
    ed.page.get_by_role("link", name="What has changed since").click()
    expect(ed.page.locator(".changes ins").first).to_have_text("Ed ")
    assert findings(ed.page, light=AA, dark=["wcag143"]) == []
