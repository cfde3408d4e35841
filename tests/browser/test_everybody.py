"""Every page for everybody: axe finds nothing, nothing is cut off, jumps or is too small for a thumb."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.axe import AA, TWICE_AS_LARGE, findings
from tests.browser.conftest import Complaints, pay_by_card, press_and_leave, watched
from tests.browser.places import FOR_MEMBERS, FOR_SIGNED_IN, FOR_STAFF, MISSING, PUBLIC
from tests.browser.signing_in import sign_in
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
COUNT_SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifted += entry.value; })
  .observe({ type: "layout-shift", buffered: true });"""
# What a page is there for can be hit with a thumb: 44 pixels each way.
SMALL_ACTS = """() => [...document.querySelectorAll(
    ".button, .button-link, .chip, .switch a, .site-nav a, .site-footer a, summary, .field input:not([type=radio], [type=checkbox]), .field-inline label, .search input, .player button"
  )].filter((act) => act.checkVisibility() && !act.closest(".post-meta"))
  .map((act) => [act, act.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([act, box]) => `${act.outerHTML.slice(0, 90)} is ${box.width} by ${box.height}`)"""


@pytest.fixture
def phone(chromium: Browser, site: WholeSite, complaints: Complaints) -> Iterator[Page]:
    context = chromium.new_context(base_url=site.address, viewport=PHONE)
    context.add_init_script(COUNT_SHIFTS)
    yield watched(context, complaints)
    context.close()
    assert complaints == []


def look(page: Page, **rules: list[str]) -> None:
    """Find nothing in what the page shows now, and leave it a phone's."""
    assert findings(page, **rules) == [], page.url
    page.set_viewport_size(PHONE)


def visit(page: Page, places: dict[str, str], **rules: list[str]) -> dict[str, str]:
    """Open each on a phone and find nothing; returns their titles. Rules of one's own: not our pages alone."""
    titles = {}
    for name, address in places.items():
        page.goto(address)
        titles[name] = page.title()
        if not rules:
            assert page.evaluate("window.shifted") < 0.02, address
            assert page.evaluate(SMALL_ACTS) == [], address
            assert not page.evaluate(TWICE_AS_LARGE), address
        look(page, **rules)
    return titles


def test_what_everybody_sees(phone: Page):
    titles = visit(phone, PUBLIC)
    assert len(set(titles.values())) == len(PUBLIC)


def test_what_signed_in_people_and_members_see(phone: Page, accounts):
    sign_in(phone, accounts["rui"], "/account/")
    visit(phone, FOR_SIGNED_IN)
    phone.context.clear_cookies()
    sign_in(phone, accounts["mona"], "/account/")
    visit(phone, FOR_MEMBERS)


def test_the_editors_room(phone: Page, accounts):
    sign_in(phone, accounts["olga"], "/admin/")
    visit(phone, FOR_STAFF, light=AA, dark=["wcag143"])


def test_the_steps_of_signing_in_and_up(phone: Page, site: WholeSite, complaints: Complaints):
    for start in ("/accounts/login/", "/accounts/signup/", "/join/help/"):
        phone.goto(start)
        phone.get_by_label(re.compile("email address", re.IGNORECASE)).first.fill(
            f"{site.port}@example.com"
        )
        phone.get_by_role("button", name="Send me a code").click()
        code = phone.get_by_label("Six-digit code")
        expect(code).to_be_visible()
        look(phone)
        code.fill("000000")
        code.press("Enter")
        expect(phone.get_by_label("Six-digit code")).to_have_accessible_description(
            re.compile("does not fit")
        )
        look(phone)
    complaints.forget("status of 4")


def test_the_steps_of_giving(phone: Page, complaints: Complaints):
    phone.goto("/gift/")
    for box in ("From", "For"):  # as a browser that does not look whether all is written
        phone.get_by_label(box, exact=True).evaluate("box => { box.required = false; }")
    phone.get_by_role("button", name="Give complete access").click()
    expect(phone.get_by_label("From")).to_have_accessible_description(re.compile("write your name"))
    look(phone)
    phone.get_by_label("From").fill("Vera")
    phone.get_by_label("For", exact=True).fill("Rui")
    phone.get_by_role("button", name="Give complete access").click()
    phone.get_by_label("Email").fill("vera@example.com")
    pay_by_card(phone)
    expect(phone.locator("h1")).to_have_text("Your gift is ready")
    look(phone)
    phone.context.clear_cookies()
    phone.reload()
    expect(phone.locator("h1")).to_have_text("A gift from Vera")
    look(phone)
    complaints.forget("status of 4")


def test_pages_that_answer_with_an_error(phone: Page, accounts, complaints: Complaints):
    visit(phone, MISSING)
    for name in ("400", "500", "503"):
        phone.route(f"**/{name}", file_of(name))
        visit(phone, {name: f"/{name}"})
    for _ in range(6):  # more than one address may ask in a minute
        phone.goto("/accounts/password/reset/")
        phone.get_by_label("Email").fill("vera@example.com")
        press_and_leave(phone, "Send me a code")
    expect(phone.locator("h1")).to_have_text("That was a little too fast")
    look(phone)
    phone.goto("/accounts/login/")
    phone.context.clear_cookies()
    phone.get_by_label("Email address").first.fill("vera@example.com")
    phone.get_by_role("button", name="Send me a code").click()
    expect(phone.locator("h1")).to_have_text("Please send it once more")
    look(phone)
    sign_in(phone, accounts["rui"], "/account/")
    phone.goto("/admin/money/")
    expect(phone.locator("h1")).to_have_text("This page is not open to this account")
    look(phone)
    complaints.forget("status of 4")


def file_of(name: str) -> Callable[[Route], None]:
    """Answer with the page that is sent when nothing else can be."""
    html = render_to_string(f"{name}.html")
    return lambda route: route.fulfill(body=html, content_type="text/html")
