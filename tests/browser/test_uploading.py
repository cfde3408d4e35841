"""An editor's film on its way through a bad network: dropped, cut off, gone on with, watched."""

import re
from pathlib import Path

import pytest
from django.utils.crypto import get_random_string
from playwright.sync_api import Browser, Dialog, Page, Response, Route, expect

from tests.browser.conftest import PATIENCE, Complaints, press_and_leave, watched
from tests.browser.signing_in import sign_in, wait_to_be_at
from tests.browser.test_pages import until
from tests.courses.sender import long_film
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

NAME = f"IMG_{get_random_string(6)}.MOV"
PART = re.compile(r"/parts/(\d+)/$")
ADD = "/admin/courses/post/add/"
PARTS = {1, 2, 3, 4, 5}
# What an <input> holds, dropped on the form as a hand would.
DROP = """input => {
  const carried = new DataTransfer();
  for (const file of input.files) carried.items.add(file);
  const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
  document.querySelector("video-upload").dispatchEvent(drop);
  input.remove();
}"""


class Desk:
    """The form of a post in Chromium, with a gate on the way of the parts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("video-upload").first
        self.standing = page.locator("video-progress").first
        self.arrived: list[int] = []
        self.let_through = 0
        self.held: list[Route] = []
        page.on("response", self._note)
        page.route(PART, self._hold)

    def _note(self, answer: Response) -> None:
        part = PART.search(answer.url)
        if part and answer.request.method == "PUT" and answer.status == 204:
            self.arrived.append(int(part[1]))

    def _hold(self, route: Route) -> None:
        if self.let_through:
            self.let_through -= 1
            route.continue_()
        else:
            self.held.append(route)

    def let(self, count: int) -> None:
        """Let so many more parts through the gate."""
        now, self.held = self.held[:count], self.held[count:]
        self.let_through = count - len(now)
        for route in now:
            route.continue_()

    def cut(self) -> None:
        """Take the network away; the parts on their way are lost."""
        self.page.context.set_offline(True)
        for route in self.held:
            route.abort(
                "internetdisconnected"
            )  # going on, it might slip through at the last moment
        self.held, self.let_through = [], 0

    def drop(self, film: Path) -> None:
        self.page.evaluate(
            "document.body.append(Object.assign(document.createElement('input'), {type: 'file', id: 'hand'}))"
        )
        hand = self.page.locator("#hand")
        hand.set_input_files(film)
        hand.evaluate(DROP)

    def choose(self, film: Path) -> None:
        self.panel.locator("input[type=file]").set_input_files(film)

    def says(self, words: str | re.Pattern[str], timeout: float = PATIENCE) -> None:
        expect(self.panel.get_by_role("status")).to_contain_text(words, timeout=timeout)

    def wait_for_parts(self, count: int) -> None:
        for _ in range(600):
            if len(set(self.arrived)) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(self.arrived)

    def write(self, title: str) -> None:
        self.page.get_by_label("Title").fill(title)
        self.page.get_by_label("Summary").fill("A film that came through a bad network.")

    def save(self) -> None:
        press_and_leave(self.page, "Save and continue editing")
        expect(self.page.locator(".messagelist")).to_contain_text("successfully")


@pytest.fixture
def desk(chromium: Browser, site: WholeSite, complaints: Complaints, accounts):
    context = chromium.new_context(base_url=site.address, viewport={"width": 390, "height": 844})
    page = watched(context, complaints)
    sign_in(page, accounts["ed"], "/admin/")
    page.goto(ADD)
    left = page.locator("[data-away] button")
    if left.count():  # what an earlier test wrote there; on a slow machine the site has kept it
        with page.expect_navigation():
            left.click()
        complaints.clear()
    yield Desk(page)
    context.close()
    complaints.forget("ERR_INTERNET_DISCONNECTED|status of 415")
    assert complaints == []


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five parts."""
    path = tmp_path_factory.mktemp("camera") / NAME
    path.write_bytes(long_film(33))
    return path


def test_a_film_comes_through_a_cut_a_save_and_a_reload_and_then_plays(desk: Desk, film: Path):
    desk.write("Through a bad network")
    desk.let(2)
    desk.drop(film)
    desk.says(f"Uploading {NAME}")
    expect(desk.panel.locator("[data-detail]")).to_contain_text("17 MB of 35 MB")

    desk.cut()
    desk.says("Paused: no connection. It goes on by itself.")
    desk.page.context.set_offline(False)
    desk.let(1)
    desk.wait_for_parts(3)
    desk.says(f"Uploading {NAME}")

    desk.save()
    left = f"{NAME}: 60 % is here. Choose the same file to go on."
    desk.says(left)
    expect(desk.standing).to_contain_text("Waiting for its file.")
    desk.page.reload()
    desk.says(left)

    before, desk.arrived = set(desk.arrived), []
    desk.let(len(PARTS))
    desk.choose(film)
    desk.says(f"{NAME} is here, and is being prepared.")
    assert set(desk.arrived) == PARTS - before
    expect(desk.standing).to_contain_text("Ready: 0:01, 320 × 180.", timeout=60_000)

    desk.page.reload()
    pictures = desk.page.locator(".stills img")
    expect(pictures).to_have_count(1)
    assert pictures.evaluate(
        "async (image) => { await image.decode(); return image.naturalWidth; }"
    )
    desk.page.get_by_role("link", name="/posts/through-a-bad-network/").click()
    wait_to_be_at(desk.page, "/posts/through-a-bad-network/")
    desk.page.evaluate("const v = document.querySelector('video'); v.muted = true; v.play()")
    until(desk.page, "document.querySelector('video').currentTime > 0.3")


def test_pause_go_on_and_cancel_by_the_keyboard(desk: Desk, film: Path):
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.choose(film)
    desk.says(f"Uploading {NAME}")
    desk.panel.get_by_role("button", name="Pause").press("Enter")
    desk.says("waits until you press")
    go_on = desk.panel.get_by_role("button", name="Go on")
    expect(go_on).to_be_focused()
    go_on.press("Enter")
    desk.says(f"Uploading {NAME}")
    desk.panel.get_by_role("button", name="Cancel").press("Enter")
    desk.says("Cancelled. Nothing is kept of the file.")
    assert desk.page.locator("[name=video-0-upload]").input_value() == ""
    expect(desk.panel.locator("input[type=file]")).to_be_focused()


def test_an_answer_that_breaks_off_in_the_middle_is_asked_for_again(desk: Desk, film: Path):
    halves = ['{"id": 1, "na']

    def cut(route: Route) -> None:
        if halves and route.request.method == "POST":
            route.fulfill(body=halves.pop(), content_type="application/json")
        else:
            route.continue_()

    desk.page.route("**/admin/uploads/", cut)
    desk.choose(film)
    expect(desk.panel.locator("[data-detail]")).to_contain_text("0 KB of 35 MB")
    desk.let(1)
    desk.wait_for_parts(1)
    assert halves == []


def test_leaving_in_the_middle_warns_and_a_text_is_refused(desk: Desk, film: Path, tmp_path: Path):
    diary = tmp_path / "diary.mp4"
    diary.write_text("Dear diary. " * 20)
    desk.choose(diary)
    desk.says("This file is not a video.")

    warnings: list[str] = []

    def accept(dialog: Dialog) -> None:
        warnings.append(dialog.type)
        dialog.accept()

    desk.page.on("dialog", accept)
    desk.choose(film)
    desk.says(f"Uploading {NAME}")
    desk.page.goto("/admin/")
    assert warnings == ["beforeunload"]
