"""What a page weighs on its way to a telephone, as a browser counts it."""

from collections import defaultdict

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.places import FREE_VIDEO
from tests.whole_site import ROOT, WholeSite

pytestmark = pytest.mark.browser

ARTICLE = "/posts/the-first-step-to-developing-empathy/"
LATE = {"copy-link", "telling"}
ROUND_TRIP = 14_600  # bytes: ten packets, which a server sends before it hears anything back


@pytest.fixture
def weigh(chromium: Browser, site: WholeSite):
    """Bytes as they were sent, headers apart, of each kind of thing that a page asks for."""

    def weighed(path: str) -> dict[str, list[int]]:
        context = chromium.new_context(base_url=site.address, service_workers="block")
        page, came = context.new_page(), list[Response]()
        page.on("response", lambda response: came.append(response))
        page.goto(path, wait_until="networkidle")
        sizes = defaultdict(list)
        for response in came:
            if response.url.startswith(site.address):
                sizes[response.request.resource_type].append(
                    response.request.sizes()["responseBodySize"]
                )
        headers = came[0].request.sizes()["responseHeadersSize"]
        context.close()
        assert sizes["document"][0] + headers <= ROUND_TRIP
        return sizes

    return weighed


def test_an_article_can_be_read_after_one_round_trip_and_brings_little_else(weigh):
    sizes = weigh(ARTICLE)
    assert "stylesheet" not in sizes
    assert sum(sizes["script"]) <= 3_000
    assert len(sizes["font"]) <= 2
    assert sum(sizes["font"]) <= 90_000
    words = [size for kind in sizes if kind not in ("image", "font") for size in sizes[kind]]
    assert sum(words) <= 25_000
    assert len(words) <= 6


@pytest.mark.parametrize("path", [ARTICLE, FREE_VIDEO])
def test_scripts_and_manifest_wait_until_the_page_can_be_read(
    chromium: Browser, site: WholeSite, path: str
):
    page = chromium.new_page(base_url=site.address)
    page.goto(path)
    page.wait_for_selector("link[href$=webmanifest]", state="attached")
    asked_for = (
        "name => performance.getEntriesByType('resource').some(one => one.name.includes(name))"
    )
    for name in LATE:
        page.wait_for_function(asked_for, arg=f"/{name}.")
    asked = page.evaluate(
        """() => {
          const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
          return performance.getEntriesByType("resource").map(({ name, startTime }) => [
            name.split("/").pop().split(".")[0], startTime > painted,
          ]);
        }"""
    )
    late = {name for name, is_late in asked if is_late}
    early = {name for name, is_late in asked if not is_late}
    assert late >= LATE
    assert early & {file.stem for file in (ROOT / "static/js").rglob("*.js")} == {"page"}
    assert "site" not in early
    page.context.close()


def test_a_video_brings_no_more_than_twenty_kilobytes_of_ours(weigh):
    sizes = weigh(FREE_VIDEO)
    assert 10_000 < sum(sizes["script"]) <= 20_000
