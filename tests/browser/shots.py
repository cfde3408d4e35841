"""`make shots`: a picture of every page on a phone and a desk, light and dark, in docs/shots/."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.conftest import CHROMIUM, GREETING, QUIET
from tests.browser.places import FOR_MEMBERS, FOR_STAFF, PUBLIC
from tests.browser.signing_in import sign_in
from tests.whole_site import ROOT, WholeSite

SHOTS = ROOT / "docs" / "shots"
SCREENS = {390: 844, 1280: 900}
# The one that the README shows.
README_PICTURE = ("article", 390, "light")


def main() -> None:
    """Start the site in a folder of its own, go through every page, and stop it."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = WholeSite(Path(folder) / "data").start()
        try:
            site.wait_for(GREETING, timeout=300)
            accounts = json.loads(site.manage("demo", "--json"))["accounts"]
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
                take_all(chromium, site.address, accounts)
        finally:
            site.stop()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(ROOT)}")


def take_all(chromium: Browser, address: str, accounts: dict[str, dict[str, str]]) -> None:
    """Every page for the people who see it, on every screen in both themes."""
    for width, height in SCREENS.items():
        for scheme in ("light", "dark"):
            for who, places in ((None, PUBLIC), ("mona", FOR_MEMBERS), ("olga", FOR_STAFF)):
                context = chromium.new_context(
                    base_url=address,
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                )
                if who:
                    sign_in(context.new_page(), accounts[who], "/account/")
                take(context, places, f"{width}-{scheme}")
                context.close()


def take(context: BrowserContext, places: dict[str, str], suffix: str) -> None:
    """A full-length picture of each page, once its lazy pictures have come."""
    page = context.new_page()
    for name, address in places.items():
        page.goto(address)
        page.evaluate(
            "document.querySelectorAll('img[loading=lazy]').forEach(img => img.loading = 'eager')"
        )
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SHOTS / f"{name}-{suffix}.png", full_page=True)
        if (name, *suffix.split("-")) == tuple(map(str, README_PICTURE)):
            page.screenshot(path=ROOT / "docs" / "post-page.png")


if __name__ == "__main__":
    main()
