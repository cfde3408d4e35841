"""The player in a real Chromium: what it fetches, says and remembers, and what it does when something fails."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    StorageState,
    expect,
)

from tests.browser.conftest import Complaints, watched
from tests.browser.places import FREE_VIDEO, MEMBERS_VIDEO
from tests.browser.signing_in import sign_in
from tests.browser.test_pages import until
from tests.whole_site import WholeSite

pytestmark = pytest.mark.browser

VIDEO = "document.querySelector('video')"
NOW = f"{VIDEO}.currentTime"
SHOWN = f"[...{VIDEO}.textTracks].filter(t => t.mode === 'showing').map(t => t.language).join()"


@pytest.fixture(scope="module")
def mona(chromium: Browser, site: WholeSite, accounts) -> StorageState:
    """What the browser of a signed-in member keeps."""
    context = chromium.new_context(base_url=site.address)
    sign_in(context.new_page(), accounts["mona"], "/account/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def visit(
    chromium: Browser, site: WholeSite, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Opens a browser with a page of its own; the console must stay silent."""
    contexts: list[BrowserContext] = []

    def open_browser(**options) -> Page:
        defaults = {"base_url": site.address, "viewport": {"width": 390, "height": 844}}
        contexts.append(chromium.new_context(**defaults | options))
        return watched(contexts[-1], complaints)

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def part(page: Page, name: str) -> Locator:
    return page.locator(f"video-player [data-part={name}]")


def old_pass(page: Page) -> str:
    """Where the files lie that this page was given."""
    return (page.locator("video source").get_attribute("src") or "").rpartition("/")[0]


def start(page: Page, how: str = "here") -> None:
    page.locator(f"[data-start={how}]").click()
    until(page, f"{NOW} > 0.3 && !{VIDEO}.paused")


def shows_captions(page: Page, language: str) -> None:
    until(page, f"{SHOWN} === '{language}'")


def pause_at(page: Page, second: float) -> None:
    """Stand still there, with the picture of that moment."""
    page.evaluate(
        f"(s) => {{ {VIDEO}.pause(); document.querySelector('video-player').seek(s) }}", second
    )
    until(page, f"!{VIDEO}.seeking && {VIDEO}.readyState > 2")


def test_nothing_of_a_video_is_fetched_before_the_first_tap(visit):
    page = visit()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(FREE_VIDEO)
    page.wait_for_load_state("networkidle")
    heavy = re.compile(r"/watch/|/playback/|vendor/")
    assert [url for url in fetched if heavy.search(url)] == []
    assert any(url.endswith((".jpg", ".webp", ".avif")) for url in fetched)  # the poster
    start(page)
    assert any("master.m3u8" in url for url in fetched)
    assert any("hls.light" in url for url in fetched)
    assert not any("video.mp4" in url for url in fetched)


def test_a_members_video_plays_to_its_end_and_is_resumed_where_it_was_left(visit, mona):
    page = visit(storage_state=mona)
    page.goto(MEMBERS_VIDEO)
    start(page)
    expect(part(page, "play")).to_have_attribute("aria-label", "Pause")

    part(page, "captions").click()
    shows_captions(page, "en")
    until(page, f"{VIDEO}.textTracks[0].cues.length > 5")
    pause_at(page, 12)
    expect(part(page, "play")).to_have_attribute("aria-label", "Play")
    expect(part(page, "chapter")).to_have_text("At thirty-five")

    page.reload()
    page.get_by_role("button", name="Watch from 0:12").click()
    until(page, f"{NOW} > 12.3")
    shows_captions(page, "en")

    part(page, "captions").click()
    shows_captions(page, "")
    page.evaluate("document.querySelector('video-player').seek(27)")
    until(page, f"{VIDEO}.ended")
    onward = part(page, "end").get_by_role("link")
    first = page.locator("[data-similar] a[data-post]").first
    expect(onward).to_have_attribute("href", first.get_attribute("href") or "-")

    page.reload()  # seen to its end, so it begins anew
    expect(page.locator("[data-start=here]")).to_contain_text("Watch · 1 min")


def test_an_address_with_a_second_wins_over_the_place_one_left(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    pause_at(page, 15)
    page.goto("about:blank")
    page.goto(f"{FREE_VIDEO}#t=8")
    page.get_by_role("button", name="Watch from 0:08").click()
    until(page, f"{NOW} > 8.2")
    assert page.evaluate(NOW) < 12


def test_captions_are_on_while_it_is_muted_and_off_again_with_the_sound(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page, "muted")
    shows_captions(page, "en")
    part(page, "mute").click()
    shows_captions(page, "")
    part(page, "mute").click()
    shows_captions(page, "en")
    part(page, "captions").click()  # by hand, so they stay away
    part(page, "more").click()
    expect(page.get_by_role("group", name="Captions").get_by_label("Off")).to_be_checked()
    page.get_by_label("English").check()
    shows_captions(page, "en")

    page.reload()  # nobody who muted it is surprised by sound the next day
    expect(page.get_by_role("button", name="With sound")).to_be_visible()
    start(page)
    assert page.evaluate(f"{VIDEO}.muted")


def test_the_keyboard_is_enough_and_only_inside_the_player(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    page.locator("[data-start=here]").focus()
    page.keyboard.press("Enter")
    until(page, f"{NOW} > 0.3")
    expect(part(page, "play")).to_be_focused()
    page.keyboard.press("k")
    until(page, f"{VIDEO}.paused")

    def press(key: str, second: float) -> None:
        page.keyboard.press(key)
        until(page, f"Math.abs({NOW} - {second}) < 0.2")

    press("Home", 0)
    press("l", 15)
    press("ArrowRight", 20)
    press("ArrowLeft", 15)
    press("j", 0)
    press("5", page.evaluate(f"{VIDEO}.duration") / 2)
    part(page, "seek").focus()
    press("Home", 0)
    press("ArrowUp", 5)
    press("PageUp", 20)
    page.keyboard.press("c")
    shows_captions(page, "en")
    page.keyboard.press("m")
    expect(part(page, "mute")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+>")
    until(page, f"{VIDEO}.playbackRate === 1.25")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement?.localName === 'video-player'")
    page.keyboard.press("f")
    until(page, "!document.fullscreenElement")
    part(page, "more").focus()
    page.keyboard.press(" ")
    expect(part(page, "panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, "panel")).to_be_hidden()
    expect(part(page, "more")).to_be_focused()

    page.locator("[data-jump=read]").focus()
    before = page.evaluate(NOW)
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert (page.evaluate(NOW), page.evaluate(f"{VIDEO}.paused")) == (before, True)


def test_the_buttons_step_aside_while_it_plays_but_never_from_the_keyboard(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    idle = "document.querySelector('video-player').hasAttribute('data-idle')"
    page.locator("h1").hover()
    until(page, idle)
    page.keyboard.press("Tab")
    until(page, f"!({idle})")
    page.wait_for_timeout(3500)
    assert not page.evaluate(idle)


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_has_a_name_a_state_and_room_for_a_thumb(visit, width):
    page = visit(viewport={"width": width, "height": 900})
    page.goto(FREE_VIDEO)
    start(page)
    pause_at(page, 10)
    part(page, "more").click()
    expect(page.get_by_role("button", name="Come closer")).to_be_visible()
    small = page.evaluate("""[...document.querySelectorAll('video-player :is(button, a, label, input[type=range])')]
        .map(e => [e.getAttribute('aria-label') ?? e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([name, box]) => box.width && (!name || box.width < 44 || box.height < 44))""")
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    slider = page.get_by_role("slider", name="Place in the video")
    expect(slider).to_have_attribute("aria-valuetext", "10 seconds of 29 seconds")
    expect(page.get_by_role("button", name="Captions", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(part(page, "more")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Speed").get_by_role("radio")).to_have_count(6)
    expect(page.get_by_role("button", name="Come closer")).to_have_attribute("aria-current", "true")


def test_a_picture_of_the_moment_is_seen_while_seeking(visit):
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto(FREE_VIDEO)
    start(page)
    pause_at(page, 2)
    preview, picture = part(page, "preview"), part(page, "tile").locator("img")
    expect(preview).to_be_hidden()
    part(page, "seek").hover(position={"x": 300, "y": 20})
    expect(preview).to_contain_text("Come closer")
    until(page, "document.querySelector('[data-part=tile] img').naturalWidth > 100")
    at_pointer = picture.evaluate("e => e.style.translate")
    page.locator("h1").hover()
    expect(preview).to_be_hidden()
    part(page, "seek").focus()
    page.keyboard.press("End")
    expect(preview).to_be_visible()
    assert picture.evaluate("e => e.style.translate") != at_pointer
    expect(preview).to_be_hidden()

    box = part(page, "seek").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 10, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=4)
    expect(preview).to_be_visible()
    page.mouse.up()
    until(page, f"Math.abs({NOW} - {VIDEO}.duration / 2) < 1")


def test_whoever_saves_data_is_sent_no_pictures_to_seek_by(visit):
    page = visit()
    page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', {value: true})")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(FREE_VIDEO)
    start(page)
    part(page, "seek").focus()
    page.keyboard.press("End")
    expect(part(page, "preview")).to_have_text(re.compile(r"0:2[89] · Then stay"))
    assert not [url for url in fetched if "/story" in url and "/watch/" in url]


def test_a_pass_that_ran_out_is_renewed_and_it_goes_on_at_the_same_second(
    visit, mona, complaints: Complaints
):
    refused: list[str] = []

    def refuse_what_comes_later(route: Route) -> None:
        if int(re.findall(r"\d+", route.request.headers["range"])[0]) < 300_000:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=404)

    page = visit(storage_state=mona)
    page.goto(MEMBERS_VIDEO)
    page.wait_for_timeout(1100)  # a pass names the second it was made in; the next one differs
    page.route(f"**{old_pass(page)}/360.mp4", refuse_what_comes_later)
    page.evaluate(f"""document.querySelector('video-player').addEventListener('renewed', () => {{
        window.before = {NOW};
        {VIDEO}.addEventListener('playing', () => {{ window.after = {NOW}; }}, {{ once: true }});
    }})""")
    start(page)
    until(page, "window.after !== undefined")
    assert refused
    assert abs(page.evaluate("window.after - window.before")) < 1
    page.evaluate("document.querySelector('video-player').seek(20)")
    until(page, f"{NOW} > 20.5")
    expect(part(page, "message")).to_have_text("")
    complaints.forget("404")


def test_a_page_that_was_left_open_for_a_day_still_plays(visit, mona, complaints: Complaints):
    page = visit(storage_state=mona)
    page.goto(f"{MEMBERS_VIDEO}#t=9")
    page.wait_for_timeout(1100)
    page.route(f"**{old_pass(page)}/**", lambda route: route.fulfill(status=404))
    page.locator("[data-start=here]").click()
    until(page, f"{NOW} > 9.2")
    complaints.forget("404")


def test_whoever_may_not_watch_any_more_is_told_so(visit, mona, complaints: Complaints):
    page = visit(storage_state=mona)
    page.goto(MEMBERS_VIDEO)
    page.context.clear_cookies()
    page.route(f"**{old_pass(page)}/**", lambda route: route.fulfill(status=404))
    page.locator("[data-start=here]").click()
    expect(part(page, "message")).to_contain_text("not open to you any more")
    part(page, "reload").click()
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "preview")
    complaints.forget("404")


def test_a_cut_line_is_told_and_it_goes_on_by_itself(visit, complaints: Complaints):
    page = visit()
    page.goto(FREE_VIDEO)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow | {"downloadThroughput": 60_000})
    start(page)
    until(page, f"{NOW} > 1.5")
    line.send("Network.emulateNetworkConditions", slow | {"offline": True})
    expect(part(page, "message")).to_contain_text("No connection", timeout=30_000)
    stood = page.evaluate(NOW)
    line.send("Network.emulateNetworkConditions", slow)
    until(page, f"{NOW} > {stood} + 1")
    expect(part(page, "message")).to_have_text("")
    complaints.forget("ERR_INTERNET_DISCONNECTED")


def test_a_tap_without_a_network_waits_for_it(visit, complaints: Complaints):
    page = visit()
    page.goto(FREE_VIDEO)
    until(page, "navigator.serviceWorker.ready.then(() => true)")  # else it complains as well
    page.context.set_offline(True)
    page.locator("[data-start=here]").click()
    expect(part(page, "message")).to_contain_text("No connection")
    page.context.set_offline(False)
    until(page, f"{NOW} > 0.5")
    expect(part(page, "message")).to_have_text("")
    complaints.forget("ERR_INTERNET_DISCONNECTED")


def test_what_cannot_be_decoded_is_played_from_the_mp4(visit):
    def spoil(route: Route) -> None:
        answer = route.fetch()
        head, mark, film = answer.body().partition(b"mdat")
        route.fulfill(response=answer, body=head + mark + bytes(len(film)))

    page = visit()
    page.route("**/360.mp4", spoil)
    page.goto(FREE_VIDEO)
    page.locator("[data-start=here]").click()
    until(page, f"{NOW} > 0.5")
    assert page.evaluate(f"{VIDEO}.currentSrc").endswith("/video.mp4")


def test_a_line_of_the_transcript_plays_and_the_time_leads_back_to_it(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    line = page.locator("[data-transcript] p a").nth(3)
    second = int((line.get_attribute("href") or "").removeprefix("#t="))
    line.click()
    until(page, f"{NOW} > {second} && !{VIDEO}.paused")
    expect(line).to_have_attribute("aria-current", "true")
    line.click()
    until(page, f"{VIDEO}.paused")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    part(page, "time").click()
    expect(line).to_be_in_viewport()
    expect(line).to_be_focused()


def test_only_the_sound_goes_on_where_the_video_was(visit):
    page = visit()
    page.goto(FREE_VIDEO)
    start(page)
    page.evaluate("document.querySelector('video-player').seek(9)")
    page.get_by_role("link", name="Listen").click()
    page.evaluate("document.querySelector('audio').play()")
    until(page, "document.querySelector('audio').currentTime > 9.2")
    assert page.evaluate(f"{VIDEO}.paused")


def test_a_visitor_watches_the_opening_and_is_led_to_joining(visit):
    page = visit()
    page.goto(MEMBERS_VIDEO)
    expect(page.locator("article[data-post]")).to_have_attribute("data-access", "preview")
    page.get_by_role("button", name="First 10 seconds, free").click()
    until(page, f"{NOW} > 0.3")
    page.evaluate("document.querySelector('video-player').seek(8.5)")
    until(page, f"{VIDEO}.ended")
    assert 9 < page.evaluate(f"{VIDEO}.duration") < 11
    expect(part(page, "end")).to_contain_text("The rest is for members.")
    part(page, "end").get_by_role("link").click()
    expect(page.locator("#join")).to_be_in_viewport()


def test_without_javascript_the_browser_plays_the_mp4(visit):
    page = visit(java_script_enabled=False)
    page.goto(FREE_VIDEO)
    expect(page.locator("video[controls] source[type='video/mp4']")).to_have_count(1)
    address = page.locator("video source").get_attribute("src") or ""
    answer = page.context.request.get(address, headers={"Range": "bytes=0-1"})
    assert (answer.status, answer.headers["content-type"]) == (206, "video/mp4")
    expect(part(page, "controls")).to_be_hidden()
    page.locator("video").focus()
    page.keyboard.press("Space")
    until(page, f"{NOW} > 0.3")
