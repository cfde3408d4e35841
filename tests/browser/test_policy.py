"""The content-security policy in a real browser: what somebody slipped into a page does nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.places import ARTICLE
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

SLIPPED_IN = """
<script>window.harmed = "script"</script>
<img src="/nowhere.png" onerror="window.harmed = 'handler'">
<script src="data:text/javascript,window.harmed='data'"></script>
<script src="http://127.0.0.1:1/far.js"></script>
<a id="click" href="javascript:window.harmed='link'">here</a>
<iframe srcdoc="<script>parent.harmed = 'frame'</script>"></iframe>
<object data="data:text/html,<script>parent.harmed='object'</script>"></object>
<base href="http://127.0.0.1:1/">
<style>h1 { opacity: 0 }</style>
<p id="styled" style="opacity: 0">x</p>
<form id="away" action="http://127.0.0.1:1/" method="get"><input name="secret"></form>
<svg><script>window.harmed = "svg"</script></svg>
"""
EXPECTED = {
    "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "base-uri", "form-action",
}  # fmt: skip
LISTEN = """
window.refused = [];
addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));
"""


@pytest.fixture(params=[ARTICLE, "/accounts/login/", "/admin/courses/post/add/"])
def harmed(request, chromium: Browser, site: WholeSite, accounts) -> Iterator[Page]:
    """A page of ours into which all of it was slipped, with the headers that we send."""
    context = chromium.new_context(base_url=site.address, service_workers="block")
    page = context.new_page()
    if request.param.startswith("/admin/"):
        sign_in(page, accounts["ed"], "/admin/")

    def slip_in(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("</main>", SLIPPED_IN + "</main>")
        )

    page.route(f"**{request.param}", slip_in)
    page.add_init_script(LISTEN)
    page.goto(request.param)
    yield page
    context.close()


def test_nothing_of_it_runs_and_nothing_leaves(harmed):
    harmed.evaluate("document.getElementById('click').click()")
    harmed.evaluate("document.getElementById('away').submit()")
    until(harmed, f"{sorted(EXPECTED)}.every((one) => refused.includes(one))")
    harmed.wait_for_timeout(300)  # for what should not happen
    assert harmed.evaluate("window.harmed") is None
    assert harmed.evaluate("getComputedStyle(document.getElementById('styled')).opacity") == "1"
    assert harmed.evaluate("getComputedStyle(document.querySelector('h1')).opacity") == "1"
    assert harmed.evaluate("document.baseURI").startswith(harmed.url.rpartition("/")[0])
