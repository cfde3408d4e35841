"""`python -m tests.bench.watching`: what watching costs, in Chromium on the site as `make run` starts it.

What comes over the line until the first picture, and how many requests reach Django while a film
plays to its end: here all of them, as the site sends the bytes itself; behind nginx, or from a
bucket, only those for playlists and captions.
"""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, GREETING, QUIET
from tests.browser.places import FREE_VIDEO
from tests.whole_site import WholeSite

BYTES_SENT_BY_NGINX = (".mp4", ".m4a", ".jpg")
FILM = "document.querySelector('video')"


@dataclass
class Line:
    """What Chromium fetched since the last look."""

    addresses: list[str] = field(default_factory=list)
    received: float = 0.0

    def listen(self, page: Page) -> None:
        """Hear of every request and every byte."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.dataReceived", self._came)

    def look(self) -> tuple[list[str], float]:
        """The addresses and the bytes, counted anew from here."""
        seen = self.addresses, self.received
        self.addresses, self.received = [], 0.0
        return seen

    def _asked(self, event: dict[str, Any]) -> None:
        self.addresses.append(event["request"]["url"])

    def _came(self, event: dict[str, Any]) -> None:
        self.received += event["encodedDataLength"] or event["dataLength"]


def wait_for(page: Page, truth: str, seconds: float = 120) -> None:
    """Until JavaScript says so."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(truth):
        assert time.monotonic() < deadline, truth
        page.wait_for_timeout(20)


def watch(page: Page) -> None:
    """Tap, see the first picture, watch to the end; print what it cost."""
    line = Line()
    line.listen(page)
    page.goto(FREE_VIDEO)
    page.wait_for_load_state("networkidle")
    addresses, _ = line.look()
    films = [address for address in addresses if "/watch/" in address]
    print(f"of the film before the tap: {len(films)} requests")
    began = time.monotonic()
    page.locator("[data-start]").first.click()
    wait_for(page, f"{FILM}.currentTime > 0")
    first = time.monotonic() - began
    addresses, received = line.look()
    print(
        f"until the first picture: {len(addresses)} requests, {received / 1024:.0f} KB, {first:.2f} s"
    )
    wait_for(page, f"{FILM}.ended")
    minutes = page.evaluate(f"{FILM}.duration") / 60
    addresses += line.look()[0]
    asked = [address for address in addresses if "/static/" not in address]
    ours = [address for address in asked if not address.endswith(BYTES_SENT_BY_NGINX)]
    print(f"a minute watched, embedded: {len(asked) / minutes:.0f} requests reach Django")
    print(f"behind nginx or a bucket: {len(ours)} requests a film, none while it plays")


def main() -> None:
    """Start the site in a folder of its own, watch a film, and stop it."""
    with tempfile.TemporaryDirectory(prefix="nerdherd-bench-") as folder:
        site = WholeSite(Path(folder) / "data").start()
        try:
            site.wait_for(GREETING, timeout=600)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
                watch(chromium.new_page(base_url=site.address))
        finally:
            site.stop()


if __name__ == "__main__":
    main()
