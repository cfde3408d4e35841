"""Signing in by password, as the demo accounts can."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page


def sign_in(page: Page, account: dict[str, Any], next_path: str) -> None:
    """Through the sign-in page's password form, and on to `next_path`.

    A recovery code works once, so staff type theirs the first time and keep that session.
    """
    if "cookies" in account:
        page.context.add_cookies(account["cookies"])
        page.goto(next_path)
        return
    page.goto(f"/accounts/login/?next={next_path}")
    page.locator("summary").click()
    page.locator("input[name=login]").fill(account["email"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("input[name=password]").press("Enter")
    if codes := account["recovery_codes"]:
        page.locator("input[name=code]").fill(codes.pop())
        page.locator("input[name=code]").press("Enter")
    wait_to_be_at(page, next_path)
    if codes:
        account["cookies"] = page.context.cookies()


def wait_to_be_at(page: Page, path: str) -> None:
    """Until a page at `path` is whole; one that only names it, to lead there later, is another."""
    page.wait_for_url(lambda url: urlsplit(url)._replace(scheme="", netloc="").geturl() == path)
