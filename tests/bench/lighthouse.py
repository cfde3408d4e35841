"""`make lighthouse`: what Lighthouse says of five pages on a slow phone, medians of some runs.

Its own mobile profile: a middling phone's processor, 1.6 Mbit/s, 150 ms away. Exit code 1 when a
score is below 100 or the largest picture or text comes later than it may.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.conftest import CHROMIUM, GREETING
from tests.whole_site import ROOT, WholeSite

PROGRAM = ROOT / "build/lighthouse/node_modules/.bin/lighthouse"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
PAGES = {
    "home": "/",
    "article": "/posts/the-first-step-to-developing-empathy/",
    "video": "/posts/how-to-help-someone-navigate-shame-effectively/",
    "library": "/posts/",
    "join": "/join/",
}
SCORES = ("performance", "accessibility", "best-practices", "seo")
LATEST = {"article": 900.0}  # ms until the largest thing is there
OTHERWISE = 1200.0


def look(address: str, tries: int = 3) -> dict[str, Any]:
    """One run's report; now and then Chromium does not come up, and is asked again."""
    command = [
        str(PROGRAM), address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(SCORES)}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": CHROMIUM}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=180)
    if done.returncode:
        print(done.stderr.decode(errors="replace")[-300:], file=sys.stderr)
        if tries == 1:
            raise SystemExit(f"Lighthouse could not look at {address}.")
        return look(address, tries - 1)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def told(reports: list[dict[str, Any]]) -> dict[str, float]:
    """Medians of what counts."""

    def of(audit: str, field: str = "numericValue") -> float:
        return median(report["audits"][audit].get(field) or 0 for report in reports)

    scores = {
        name: median(report["categories"][name]["score"] * 100 for report in reports)
        for name in SCORES
    }
    requests = median(
        len(report["audits"]["network-requests"]["details"]["items"]) for report in reports
    )
    return scores | {
        "LCP ms": of("largest-contentful-paint"),
        "TBT ms": of("total-blocking-time"),
        "CLS": of("cumulative-layout-shift"),
        "KB": of("total-byte-weight") / 1000,
        "requests": requests,
    }


def complaints(report: dict[str, Any]) -> list[str]:
    """What keeps a page from full marks, by name."""
    return [
        f"{name} ({audit['score']:.2f})"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def main(runs: int) -> int:
    """Start the site with its demo library, look, print the table."""
    if not PROGRAM.exists() or shutil.which("node") is None:
        print("Lighthouse is not installed: make lighthouse", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        site = WholeSite(Path(folder, "data")).start()
        try:
            site.wait_for(GREETING, timeout=300)
            return report_on(site, runs)
        finally:
            site.stop()


def report_on(site: WholeSite, runs: int) -> int:
    """The table of all pages; 1 when one of them is short of what it should be."""
    is_short = False
    for number, (name, path) in enumerate(PAGES.items()):
        reports = [look(site.address + path) for _ in range(runs)]
        figures = told(reports)
        if number == 0:
            print(f"{'':<9}" + "".join(f"{title:>15}" for title in figures))
        print(f"{name:<9}" + "".join(f"{value:>15.2f}" for value in figures.values()), flush=True)
        is_late = figures["LCP ms"] > LATEST.get(name, OTHERWISE)
        if is_late or any(figures[score] < 100 for score in SCORES):
            is_short = True
            print(f"{'':<9}short by: {', '.join(complaints(reports[0])) or 'time'}")
    return int(is_short)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
