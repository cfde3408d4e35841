"""The picture beside a shared link: there when a post is out, true to it, and never words run over."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops

from courses.models import Picture, Post, Topic
from courses.share_pictures.drawing import COLUMN, EDGE, HEIGHT, WIDTH, colour
from courses.share_pictures.making import draw_next
from courses.video.sweep import KEPT_FOR, sweep
from tests.courses.test_metadata import SITE, meta
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


def worker_drew() -> None:
    while draw_next():
        pass


def shared(target: Post, client: Client) -> Image.Image:
    """The picture that the page of `target` names, as whoever shows it fetches it."""
    worker_drew()
    html = client.get(target.get_absolute_url()).text
    answer = client.get((meta(html, "og:image") or "").removeprefix(SITE))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "immutable" in answer["Cache-Control"]
    content = answer.getvalue()
    assert len(content) < 300_000
    picture = Image.open(BytesIO(content))
    assert picture.size == (WIDTH, HEIGHT)
    said = (meta(html, "og:image:width"), meta(html, "og:image:height"))
    assert said == (str(WIDTH), str(HEIGHT))
    return picture.convert("RGB")


def is_paper(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    part = picture.crop(box)
    difference = ImageChops.difference(part, Image.new("RGB", part.size, colour("paper")))
    return max(difference.tobytes()) < 24  # JPEG's own noise


WORDS = (0, 0, EDGE + COLUMN, HEIGHT)
GUTTER = (EDGE + COLUMN + 1, 0, COLUMN + 2 * EDGE - 8, HEIGHT)  # right of the column


def test_a_post_that_is_out_has_one_and_its_page_says_so(client):
    target = members_post("Why they cling", topics=("Shame",))
    before = client.get(target.get_absolute_url()).text
    assert meta(before, "og:image") == f"{SITE}/cover.jpg"
    picture = shared(target, client)
    html = client.get(target.get_absolute_url()).text
    assert "/media/shared/" in (meta(html, "og:image") or "")
    assert meta(html, "og:image:alt") == "Why they cling"
    assert meta(html, "twitter:card") == "summary_large_image"
    assert not is_paper(picture, WORDS)
    assert is_paper(picture, GUTTER)


def test_drawing_it_again_gives_the_same_bytes_and_a_change_another_address(client, settings):
    target = post("Bedtime", topics=("Sleep",))
    worker_drew()
    first = Post.objects.get().share_picture
    target.save()
    worker_drew()
    assert Post.objects.get().share_picture == first

    Topic.objects.get().delete()
    worker_drew()
    second = Post.objects.get().share_picture
    target.title = "Bedtimes"
    target.save()
    worker_drew()
    assert len({first, second, Post.objects.get().share_picture}) == 3

    then = time.time() - KEPT_FOR.total_seconds() - 60
    for path in Path(settings.DATA_DIR).rglob("*.jpg"):
        os.utime(path, (then, then))
    assert sweep() == 2
    shared(target, client)


def test_what_is_not_out_has_none_until_it_is(client):
    planned = timezone.now() + timedelta(hours=1)
    post("Draft", published_at=None)
    later = post("Later", published_at=planned)
    worker_drew()
    assert not default_storage.exists("shared")
    assert not Post.objects.filter(share_due_at__lt=planned).exists()

    past = timezone.now() - timedelta(seconds=1)
    Post.objects.filter(pk=later.pk).update(published_at=past, share_due_at=past)
    shared(later, client)
    later.published_at = None
    later.save()
    worker_drew()
    assert not Post.objects.exclude(share_picture="").exists()


def test_the_posts_own_picture_is_on_it(client):
    red = BytesIO()
    Image.new("RGB", (1200, 700), "red").save(red, "PNG")
    target = post("A red one", picture=Picture.take(ContentFile(red.getvalue())))
    r, g, b = shared(target, client).crop((WIDTH - 40, 40, WIDTH - 39, 41)).tobytes()
    assert r > 230 > 40 > max(g, b)


def test_it_keeps_what_the_editor_set_the_focus_on(client):
    wide, file = Image.new("RGB", (1200, 700), "blue"), BytesIO()
    wide.paste("red", (900, 0, 1200, 700))
    wide.save(file, "PNG")
    target = post("A face at the side", picture=Picture.take(ContentFile(file.getvalue())))
    middle = (WIDTH - 200, 300, WIDTH - 199, 301)
    assert shared(target, client).crop(middle).tobytes()[2] > 200
    target.focus_x = 90
    target.save()
    assert shared(target, client).crop(middle).tobytes()[0] > 200


@pytest.mark.parametrize(
    "title",
    [
        "No",
        "Why a Protective Parenting Stance is Less Protective than a Connection Focused One",
        "Żółć, ąęść, İğne, Ångström, Příběh: “so — what?”",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
        "W" * 200,
        "long words " * 18,
    ],
)
def test_no_title_runs_over(client, title):
    picture = shared(post("Title", summary="x", topics=("W" * 60,)), client)
    Post.objects.update(title=title, share_due_at=timezone.now())
    other = shared(Post.objects.get(), client)
    assert ImageChops.difference(picture.crop(WORDS), other.crop(WORDS)).getbbox()
    assert is_paper(other, GUTTER)
    assert is_paper(other, (0, 0, EDGE - 10, HEIGHT))
    assert is_paper(other, (0, 0, COLUMN, 30))
    assert is_paper(other, (0, HEIGHT - 40, COLUMN, HEIGHT))


def drawn_with(title: str, client: Client) -> Image.Image:
    Post.objects.update(title=title, share_due_at=timezone.now())
    return shared(Post.objects.get(), client)


def test_what_the_face_cannot_write_is_left_away_or_the_whole_title_is(client):
    post("Title", topics=("Shame",))
    plain = drawn_with("Big feelings", client)
    assert drawn_with("Big 🤯 feelings ❤️", client) == plain
    assert drawn_with("Big feelings", client) == plain
    wordless = drawn_with("为什么孩子会哭", client)
    assert drawn_with("Почему она плачет?", client) == wordless
    assert drawn_with("😀", client) == wordless
    assert not is_paper(wordless, (0, 0, WIDTH // 2, HEIGHT // 3))


@pytest.mark.parametrize("address", ["/", "/posts/", "/topics/shame/"])
def test_all_other_pages_have_the_sites(client, address):
    Topic.objects.create(name="Shame", slug="shame")
    html = client.get(address).text
    assert meta(html, "og:image") == f"{SITE}/cover.jpg"
    answer = client.get("/cover.jpg")
    assert answer["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (WIDTH, HEIGHT)
