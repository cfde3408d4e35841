"""Pictures in the form of a post: dropped into the text, found again on the shelf, set as a cover."""

from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.axe import AA, findings
from tests.browser.conftest import Complaints, press_and_leave
from tests.browser.signing_in import sign_in

pytestmark = pytest.mark.browser

ADD = "/admin/courses/post/add/"
# As a file that comes from the desk: Playwright itself can drop none.
DROP = """(target, [name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const { left, bottom } = target.getBoundingClientRect();
  const at = { clientX: left + 20, clientY: bottom - 5 };
  target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, ...at }));
}"""


def photo(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (1500, 700), colour).save(file, "JPEG")
    return file.getvalue()


def drop(target: Locator, content: bytes) -> None:
    target.evaluate(DROP, ["IMG_1.jpg", "image/jpeg", b64encode(content).decode()])


@pytest.fixture
def form(page: Page, accounts) -> Page:
    """The form of a new post before an editor."""
    sign_in(page, accounts["ed"], ADD)
    return page


def write(form: Page, title: str) -> Locator:
    form.get_by_label("Title").fill(title)
    form.get_by_label("Summary").fill("One or two sentences about it, as they should be.")
    text = form.locator(".field-body .tiptap")
    text.click()
    form.keyboard.type("Before the picture.")
    return text


def save(form: Page) -> None:
    press_and_leave(form, "Save and continue editing")
    expect(form.locator(".messagelist")).to_contain_text("successfully")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_dropped_into_the_text_and_found_again(form: Page, complaints: Complaints):
    text = write(form, "Dropped into the text")
    dialog = form.get_by_role("dialog", name="Choose a picture")

    drop(text, b"Dear diary")
    expect(dialog.get_by_role("alert")).to_contain_text("This file is not a picture we can read")
    complaints.forget("status of 400")
    form.context.set_offline(True)
    drop(dialog.locator(".picture-drop"), photo("teal"))
    expect(dialog.get_by_role("alert")).to_contain_text("The connection broke off.")
    form.context.set_offline(False)
    complaints.forget("ERR_INTERNET_DISCONNECTED")
    drop(dialog.locator(".picture-drop"), photo("teal"))
    expect(dialog.get_by_role("status")).to_have_text("IMG_1.jpg is here, and on the shelf.")
    words = dialog.get_by_label("What does it show")
    expect(words).to_be_focused()
    form.keyboard.type("A teal wall")
    assert findings(form, light=AA, dark=["wcag143"]) == []
    form.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(text.get_by_role("img", name="A teal wall")).to_be_visible()
    expect(text).to_contain_text("Before the picture.")
    save(form)
    form.get_by_role("link", name="as a member").click()
    shown = form.locator("[data-body] img")
    expect(shown).to_have_attribute("alt", "A teal wall")
    expect(shown).to_have_attribute("width", "1500")
    assert shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")

    form.goto("/admin/courses/picture/?q=teal+wall")
    expect(form.get_by_role("link", name="In the text of “Dropped into the text”")).to_be_visible()
    form.goto(ADD)
    write(form, "Found again")
    form.get_by_role("button", name="Picture", exact=True).press("Enter")
    dialog.get_by_role("searchbox").fill("teal wall")
    form.keyboard.press("Enter")
    expect(dialog.locator("[data-choice]")).to_have_count(1)
    dialog.get_by_role("button", name="A teal wall").press("Enter")
    expect(words).to_have_value("A teal wall")
    form.keyboard.press("Enter")
    expect(text.get_by_role("img", name="A teal wall")).to_be_visible()
    form.get_by_role("button", name="Picture", exact=True).click()  # the one that is selected
    words.fill("A wall, teal")
    form.keyboard.press("Enter")
    expect(text.get_by_role("img", name="A wall, teal")).to_have_count(1)
    save(form)


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_cover_and_the_point_that_stays_in_sight(form: Page):
    write(form, "With a cover")
    chosen = form.locator("cover-choice")
    drop(chosen, photo("maroon"))
    form.get_by_role("dialog").get_by_label("What does it show").fill("A maroon wall")
    form.keyboard.press("Enter")
    expect(form.get_by_label("What the picture shows")).to_have_value("A maroon wall")
    whole = chosen.get_by_role("img", name="The picture that is chosen")
    expect(whole).to_be_visible()  # not before it has its size
    box = whole.bounding_box()
    assert box
    whole.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.2}, force=True)
    expect(form.get_by_label("Focus, from the left")).to_have_value("90")
    expect(form.get_by_label("Focus, from the top")).to_have_value("20")
    form.get_by_label("Focus, from the left").focus()
    for _ in range(5):
        form.keyboard.press("ArrowDown")
    form.reload()  # it was kept, as all that is typed
    expect(form.get_by_label("Focus, from the left")).to_have_value("85")
    expect(whole).to_be_visible()
    assert findings(form, light=AA, dark=["wcag143"]) == []
    save(form)
    form.get_by_role("link", name="as a visitor").click()
    expect(form.locator(".post-lead .cover")).to_have_attribute("data-across", "100")
    form.go_back()
    chosen.get_by_role("button", name="Take it away").click()
    save(form)
    expect(whole).to_be_hidden()


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_scripts_a_cover_is_a_file_of_the_form(form: Page):
    expect(form.get_by_role("button", name="Choose or drop a picture")).to_be_hidden()
    form.get_by_label("Title").fill("Without scripts")
    form.locator("#id_slug").fill("without-scripts")
    form.get_by_label("Summary").fill("One or two sentences about it.")
    navy = FilePayload(name="IMG_2.jpg", mimeType="image/jpeg", buffer=photo("navy"))
    form.locator("cover-choice").get_by_label("A new file").set_input_files(navy)
    save(form)
    expect(form.get_by_role("img", name="The picture that is chosen")).to_be_visible()
    form.get_by_role("checkbox", name="Take it away").check()
    save(form)
    expect(form.get_by_role("img", name="The picture that is chosen")).to_be_hidden()
