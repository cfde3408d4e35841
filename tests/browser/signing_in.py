"""Signing in by password, as the demo accounts can."""

from playwright.sync_api import Page


def sign_in(page: Page, account: dict[str, str], next_path: str) -> None:
    """Through the sign-in page's password form, and on to `next_path`."""
    page.goto(f"/accounts/login/?next={next_path}")
    page.locator("summary").click()
    page.locator("input[name=login]").fill(account["email"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{next_path}")
