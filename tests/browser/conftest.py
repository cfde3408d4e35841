"""A real Chromium on the whole site as `make run` starts it, with the demo library."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.whole_site import WholeSite

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --no-first-run "
    "--disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required"
)
# Everybody who appears in the stories, and what opens Stripe's doors.
NOT_FOR_LOGS = re.compile(r"@example\.com|whsec_|sk_test_")
GREETING = "Ctrl-C stops everything."
PATIENCE = 30_000  # milliseconds: what comes late on a busy machine has come
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class FirstRun:
    """What the first run in an empty folder printed and showed, and how it ended."""

    printed: list[str]
    cards: list[str]
    exit_code: int
    is_gone: bool


def cards(site: WholeSite) -> list[str]:
    """The posts on the first page of the library, by slug."""
    return re.findall(r'data-card="([^"]+)"', site.get("/posts/"))


@pytest.fixture(scope="session")
def site_and_first_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[WholeSite, FirstRun]]:
    """The running site; it takes a minute to make its films, so all tests share its second run."""
    site = WholeSite(tmp_path_factory.mktemp("site") / "data").start()
    site.wait_for(GREETING, timeout=300)
    first = FirstRun(site.printed, cards(site), site.stop(), site.is_gone())
    site.start()
    try:
        site.wait_for(GREETING)  # four seconds when nothing else runs
        yield site, first
    finally:
        code = site.stop()
    assert code == 0


@pytest.fixture(scope="session")
def site(site_and_first_run: tuple[WholeSite, FirstRun]) -> WholeSite:
    """The running site with the demo library."""
    return site_and_first_run[0]


@pytest.fixture(scope="session")
def accounts(site: WholeSite) -> dict[str, dict[str, str]]:
    """The demo cast with fresh passwords, by name."""
    found: dict[str, dict[str, str]] = json.loads(site.manage("demo", "--json"))["accounts"]
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; its event loop is why they run in a process of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


# Scripts come after the first paint (static/js/page.js); those that no network brings are not waited for.
SCRIPTS_ARE_ASKED_FOR = """() => matchMedia("(scripting: none)").matches
  || [...document.querySelectorAll("[data-src]")].every(({ src }) => src)"""
SCRIPTS_HAVE_RUN = """async () => {
  const late = [...document.querySelectorAll("script[src][data-src]")];
  const came = await Promise.allSettled(late.map(({ src }) => import(src)));
  const isWhole = came.every(({ status }) => status === "fulfilled");
  if (late.length && isWhole && document.querySelector("video-player")) await customElements.whenDefined("video-player");
}"""


class Complaints(list[str]):
    """What the browser complained of; a test that expects one takes it out."""

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.append(f"{message.text} ({message.location.get('url')})")

    def forget(self, pattern: str) -> None:
        """One that was expected."""
        self[:] = [one for one in self if not re.search(pattern, one)]


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


def watched(context: BrowserContext, complaints: Complaints) -> Page:
    """A page whose every complaint is heard, and that is left alone until its scripts have come."""
    page = context.new_page()
    page.on("console", complaints.hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE)
    for name in ("goto", "reload", "go_back"):
        setattr(page, name, partial(_go_and_wait, page, getattr(page, name)))
    return page


def _go_and_wait(page: Page, go: Callable[..., Response | None], *where: Any, **how: Any) -> Any:
    answer = go(*where, **how)
    page.wait_for_function(SCRIPTS_ARE_ASKED_FOR)
    with suppress(Error):  # a page that leads on by itself
        page.evaluate(SCRIPTS_HAVE_RUN)
    return answer


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request, chromium: Browser, site: WholeSite, complaints: Complaints) -> Iterator[Page]:
    """A phone, once with and once without JavaScript; silence in the console is part of each test."""
    context = chromium.new_context(
        base_url=site.address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param,
    )
    yield watched(context, complaints)
    context.close()
    assert complaints == []


def press_and_leave(page: Page, button: str) -> None:
    """Press the first button of that name, and be on the page to which it leads, which is whole."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def pay_by_card(page: Page) -> None:
    """Fill in the payment page with the card that always pays, and press the button."""
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label(re.compile("Expir")).fill("12 / 34")
    page.get_by_label(re.compile("CVC|Security code")).fill("123")
    page.get_by_label(re.compile("Name")).fill("A Parent")
    page.locator("button.pay").click()


def code_mailed_to(site: WholeSite, address: str, *, after: str = "") -> str:
    """The newest six-digit code that the test mailbox shows for an address, other than `after`."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        for mail in site.get("/", site.port + 2).split("<article>")[1:]:
            code = re.search(r"^\s*(\d{6})$", mail, re.MULTILINE)
            if address in mail and code:
                if code[1] != after:
                    return code[1]
                break
        time.sleep(0.2)
    raise AssertionError(f"no code for {address}")
