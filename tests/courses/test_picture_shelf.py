"""The shelf of pictures: what goes there, where each is used, and that none goes while it is."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from courses.models import Picture, Post, WorkingCopy
from courses.video.sweep import sweep
from tests import cast
from tests.courses.desk import ADD, change, press_save, upload, written
from tests.courses.test_pictures import drawn, from_a_phone, png_saying, saved
from tests.courses.test_sweep import a_day_passes
from tests.library import members_post, post

pytestmark = pytest.mark.django_db

SHELF = "/admin/courses/picture/"
UNUSED = f"{SHELF}?use=no"


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


def picture(alt: str = "", size: tuple[int, int] = (1200, 800), kind: str = "PNG") -> Picture:
    return Picture.take(ContentFile(saved(drawn(size), kind)), alt)


def img(shown: Picture, alt: str = "") -> str:
    """As the editor writes it into a text."""
    return f'<img src="/media/{shown.cover.largest}" alt="{alt}" width="9" height="9">'


def drop(client: Client, content: bytes, name: str = "IMG_1.jpg"):
    return client.post("/admin/pictures/", {"file": upload(content, name)})


class TestDropping:
    """A file that is dropped into the form of a post."""

    def test_it_is_on_the_shelf_and_known_again(self, ed):
        answer = drop(ed, from_a_phone())
        made = Picture.objects.get()
        assert answer.json() == {
            "id": made.pk, "alt": "", "width": 800, "height": 1200,
            "url": f"/media/{made.name}-800.webp",
            "preview": f"/media/{made.name}-800.webp",
            "smallest": f"/media/{made.name}-480.webp",
        }  # fmt: skip
        assert drop(ed, from_a_phone(), "again.jpg").json()["id"] == made.pk
        with default_storage.open(f"{made.name}-800.webp") as file:
            kept = Image.open(BytesIO(file.read()))
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (800, 1200), {})

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (lambda: b"Dear diary", "not a picture we can read"),
            (lambda: saved(drawn(), "EPS"), "not a picture we can read"),
            (lambda: png_saying(6500, 4000), "over 25 megapixels"),
            (
                lambda: saved(drawn(), "WEBP", save_all=True, append_images=[drawn(mode="L")]),
                "This picture moves",
            ),
            (lambda: saved(drawn(), "JPEG")[:-2000], "to its end"),
            (lambda: b"\xff\xd8" + bytes(10 * 1024 * 1024), "over 10 MB"),
            (lambda: b"", "This file is empty"),
        ],
    )
    def test_what_is_refused_says_why(self, ed, content, reason):
        answer = drop(ed, content())
        assert answer.status_code == 400
        assert reason in answer.json()["error"]
        assert not Picture.objects.exists()

    def test_a_request_without_a_file_says_so(self, ed):
        answer = ed.post("/admin/pictures/")
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "No file has arrived. Please choose it again."},
        )

    def test_what_hides_behind_a_picture_is_not_kept(self, ed):
        drop(ed, saved(drawn(), "PNG") + b"<script>alert(1)</script>", "x.html")
        for name in default_storage.listdir("pictures")[1]:
            assert b"<script" not in Path(default_storage.path(f"pictures/{name}")).read_bytes()

    @pytest.mark.parametrize("who", ["nobody", "mona", "support"])
    def test_for_editors_only(self, client, who):
        cast.enter(client, who)
        assert drop(client, from_a_phone()).status_code in (302, 403)
        assert client.get("/admin/pictures/choices/").status_code in (302, 403)
        assert not Picture.objects.exists()

    def test_not_from_another_site(self):
        stranger = Client(enforce_csrf_checks=True)
        stranger.force_login(cast.ed())
        assert drop(stranger, from_a_phone()).status_code == 403


class TestCover:
    """A picture as the cover of a post."""

    def test_it_is_chosen_and_what_the_focus_is_on_stays_in_sight(self, ed):
        wide = picture(size=(1500, 700))
        typed = {"picture": wide.pk, "picture_alt": "A face", "focus_x": 87, "focus_y": 0}
        assert press_save(ed, ADD, **typed) == ""
        page = Client().get("/posts/").text
        assert f'data-across="100" src="/media/{wide.name}-960.webp"' in page
        wide.refresh_from_db()
        assert wide.alt == "A face"  # offered when it is used again
        assert press_save(ed, change(Post.objects.get()), picture=wide.pk, focus_x="101")

    def test_without_scripts_a_file_is_sent_with_the_form_and_taken_away_by_a_box(self, ed):
        sent = {"picture-file": upload(from_a_phone(), "IMG_1.jpg")}
        assert "title" in press_save(ed, ADD, title="", **sent)
        again = ed.post(
            ADD, written(title="", **sent | {"picture-file": upload(from_a_phone(), "b")})
        )
        kept = Picture.objects.get()
        assert f'name="picture" value="{kept.pk}"' in again.text  # not to be chosen again
        assert press_save(ed, ADD, picture=kept.pk) == ""
        made = Post.objects.get()
        assert made.picture == kept
        assert press_save(ed, change(made), **{"picture": kept.pk, "picture-clear": "on"}) == ""
        assert Post.objects.get().cover is None

    def test_what_is_no_picture_is_refused(self, ed):
        assert "Select a valid choice" in press_save(ed, ADD, picture="77")
        assert "Select a valid choice" in press_save(ed, ADD, picture="x")

    def test_a_preview_shows_what_is_not_saved(self, ed):
        chosen = picture()
        ed.post("/admin/posts/new/writing/", written(picture=chosen.pk, picture_alt="Unsaved"))
        assert f"{chosen.name}-960.webp" in ed.get("/admin/posts/new/writing/visitor/").text


class TestInTheText:
    """Pictures between the paragraphs."""

    def test_the_page_knows_its_size_and_fetches_it_when_it_is_near(self, client):
        one = picture()
        post("One", body=f"<p>Look:</p>{img(one, 'Two &quot;hands&quot;')}")
        page = client.get("/posts/one/").text
        [shown] = re.findall(r"<img [^>]*decoding[^>]*>", page)
        assert 'width="1200" height="800" alt="Two &quot;hands&quot;" loading="lazy"' in shown
        assert f"/media/{one.name}-480.webp 480w" in shown
        assert f"/media/{one.name}-1200.webp 1200w" in shown
        one.refresh_from_db()
        assert one.alt == 'Two "hands"'

    @pytest.mark.parametrize(
        "src",
        [
            "https://evil.example/a.webp", "data:image/png;base64,AAAA", "//evil.example/x.webp", "javascript:alert(1)",
            "/media/shared/0123456789abcdef0123456789abcdef.jpg", "/media/pictures/AAAAAAAAAAAAAAAAAAAA-480.webp",
        ],
    )  # fmt: skip
    def test_only_those_of_our_shelf(self, src):
        target = post("One", body=f'<p>Look:</p><img src="{src}" onerror="alert(1)" alt="x">')
        assert target.body == "<p>Look:</p>"

    def test_ours_under_another_address_is_ours_and_nothing_else_comes_with_it(self):
        one = picture()
        address = f"https://evil.example/{one.cover.largest}"
        body = f'<img src="{address}" srcset="{address} 2x" style="x" width="1" onload="y">'
        target = post("One", body=body)
        assert (
            target.body
            == f'<img src="/media/{one.cover.largest}" alt="" width="1200" height="800">'
        )

    def test_who_may_not_read_the_text_is_never_told_of_it(self, client):
        secret = picture("A private kitchen")
        words = "<p>" + "More of it follows. " * 80 + "</p>"
        text = f"{img(secret)}<p>To begin with {img(secret)}.</p>{words}{img(secret)}{words}"
        members_post("Secret", body=text)
        pages = ["/posts/secret/", "/", "/posts/", "/feed/", "/search/?q=secret", "/sitemap.xml"]
        client.force_login(cast.rui())
        for reader in (Client(), client):
            for page in pages:
                said = reader.get(page).text
                assert secret.name not in said, page
                assert "private kitchen" not in said, page
        client.force_login(cast.mona())
        assert secret.name in client.get("/posts/secret/").text

    def test_the_check_list_asks_for_words(self, ed):
        one = picture()
        said = "Words for those who cannot see the pictures in the text"
        for alt, is_done in (("", False), ("Two hands", True)):
            kept = ed.post("/admin/posts/new/writing/", written(body=img(one, alt))).json()
            line = re.search(rf"<strong>(\w+)</strong> {said}", kept["checks"])
            assert line
            assert (line[1] == "Done") == is_done

    def test_versions_tell_of_it(self, ed):
        assert press_save(ed, ADD) == ""
        made = Post.objects.get()
        assert press_save(ed, change(made), body=f"<p>Stay.</p>{img(picture(), 'Two hands')}") == ""
        assert "[Two hands]" in ed.get(f"/admin/posts/{made.pk}/versions/2/").text


class TestUse:
    """What is used somewhere is named there, and stays."""

    def test_each_place_is_said_and_keeps_it(self, ed):
        cover, text, old, unsaved = (picture(size=(500 + n, 400)) for n in range(4))
        post("With a cover", picture=cover)
        post("With a text", body=img(text))
        assert press_save(ed, ADD, picture=old.pk) == ""
        made = Post.objects.get(slug="staying-close")
        assert press_save(ed, change(made), **{"picture-clear": "on"}) == ""
        ed.post(f"/admin/posts/{made.pk}/writing/", written(body=img(unsaved)))
        page = ed.get(SHELF).text
        said = {
            cover: "Cover of “With a cover”",
            text: "In the text of “With a text”",
            old: "In an earlier version of “Staying close”",
            unsaved: "In what ed@example.com is writing on “Staying close”",
        }
        for used, words in said.items():
            assert words in page
            answer = ed.post(f"{SHELF}{used.pk}/delete/", {"post": "yes"}, follow=True)
            assert f"Not deleted, since it is used: {words}." in answer.text
        assert "No picture fits." in ed.get(UNUSED).text
        assert Picture.objects.count() == 4

    def test_one_that_is_free_again_is_listed_and_goes_with_its_files(self, ed, settings):
        free, kept = picture("Free"), picture("Kept", (600, 400))
        post("Kept", picture=kept)
        ed.post("/admin/posts/new/writing/", written(picture=free.pk))
        assert "No picture fits." in ed.get(UNUSED).text
        WorkingCopy.objects.all().delete()
        listed = ed.get(UNUSED).text
        assert "Free" in listed
        assert "Used nowhere." in listed
        assert "Kept" not in listed
        assert ed.post(f"{SHELF}{free.pk}/delete/", {"post": "yes"}).status_code == 302
        a_day_passes(settings)
        sweep()
        left = {name.partition("-")[0] for name in default_storage.listdir("pictures")[1]}
        assert left == {kept.name.partition("/")[2]}

    def test_it_is_found_by_what_it_shows_and_by_its_post(self, ed):
        hands, feet = picture("Two hands"), picture("Two feet", (600, 400))
        post("A walk", picture=feet)
        for address in (f"{SHELF}?q={{}}", "/admin/pictures/choices/?q={}"):
            for words, found in (("hands", hands), ("walk", feet)):
                names = set(re.findall(r"pictures/\w{20}", ed.get(address.format(words)).text))
                assert names == {found.name}, address

    def test_by_the_form_of_the_shelf_words_are_asked_for(self, ed):
        sent = {"file": upload(from_a_phone(), "IMG_1.jpg"), "alt": ""}
        assert "This field is required" in ed.post(f"{SHELF}add/", sent).text
        sent = {"file": upload(from_a_phone(), "IMG_1.jpg"), "alt": "A kitchen"}
        assert ed.post(f"{SHELF}add/", sent).status_code == 302
        made = Picture.objects.get()
        assert ed.post(f"{SHELF}{made.pk}/change/", {"alt": "Our kitchen"}).status_code == 302
        made.refresh_from_db()
        assert (made.alt, made.width) == ("Our kitchen", 800)

    def test_the_choices_come_in_pages(self, ed):
        for number in range(13):
            Picture.objects.create(name=f"pictures/{number:020}", width=480, height=300)
        first = ed.get("/admin/pictures/choices/").text
        assert first.count("data-choice") == 12
        assert 'data-page="2"' in first
        assert ed.get("/admin/pictures/choices/?page=2").text.count("data-choice") == 1
