"""A passkey in a real browser, with a finger that Chromium pretends: made, used, and taken away."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Complaints, code_mailed_to, watched
from tests.browser.places import ARTICLE
from tests.browser.signing_in import wait_to_be_at
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
ADDRESS = "passkey@example.com"


@pytest.fixture
def phone(chromium: Browser, site: WholeSite, complaints: Complaints):
    """One that can keep passkeys; they belong to a name, so the site is called by its name."""
    context = chromium.new_context(
        base_url=f"http://localhost:{site.port}", viewport={"width": 390, "height": 844}
    )
    page = watched(context, complaints)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()
    assert complaints == []


def ask_for_code(page: Page, address: str, label: str) -> None:
    page.goto(f"{address}?next={ARTICLE}")
    page.get_by_label("Email address").first.fill(ADDRESS)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label(label).wait_for()


def sign_out(page: Page) -> None:
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-account]")).to_have_count(0)


def test_a_passkey_is_made_when_it_is_offered_and_opens_the_door_from_then_on(
    phone: Page, site: WholeSite
):
    # Makes an account, reads on, and is offered one on that page alone.
    ask_for_code(phone, "/accounts/signup/", "Six-digit code")
    code = code_mailed_to(site, ADDRESS)
    phone.get_by_label("Six-digit code").fill(f"{code[:3]} {code[3:]}")
    phone.get_by_role("button", name="Yes, it is mine").click()
    wait_to_be_at(phone, ARTICLE)
    phone.locator("passkey-offer").get_by_role("link", name="Make a passkey").click()
    phone.get_by_label("What you call it").fill("My telephone")
    phone.get_by_role("button", name="Make it").click()
    wait_to_be_at(phone, ARTICLE)
    expect(phone.locator(".messages")).to_contain_text("Your passkey is ready.")
    expect(phone.locator("passkey-offer")).to_have_count(0)

    # The next day it is enough, and leads back to where one was.
    sign_out(phone)
    phone.goto(f"/accounts/login/?next={ARTICLE}")
    phone.get_by_role("button", name="Sign in with a passkey").click()
    wait_to_be_at(phone, ARTICLE)
    expect(phone.locator("[data-account]")).to_have_count(1)

    # Somebody with a key to the editors' room needs it besides the code.
    promotion = f"User.objects.filter(email='{ADDRESS}').update(is_staff=True)"
    site.manage("shell", "-v", "0", "-c", f"from nerdherd.accounts.models import User; {promotion}")
    sign_out(phone)
    ask_for_code(phone, "/accounts/login/", "Six-digit code")
    phone.get_by_label("Six-digit code").fill(code_mailed_to(site, ADDRESS, after=code))
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.locator("h1")).to_have_text("One more step")
    phone.get_by_role("button", name="Use a passkey").click()
    expect(phone.locator("[data-account]")).to_have_count(1)

    # It gets another name, and is removed.
    phone.goto("/accounts/keys/webauthn/")
    phone.get_by_role("link", name="Rename My telephone").click()
    expect(phone.locator("h1")).to_have_text("Is it you?")
    phone.get_by_role("button", name="Use a passkey").click()
    phone.get_by_label("Name").fill("The old one")
    phone.get_by_role("button", name="Save").click()
    phone.get_by_role("link", name="Remove The old one").click()
    phone.get_by_role("button", name="Remove it").click()
    expect(phone.locator(".rows")).to_have_count(0)


def test_without_javascript_nobody_is_shown_a_button_that_does_nothing(
    chromium: Browser, site: WholeSite
):
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    context.close()
