"""Pictures: what is taken and made anew, what is refused and why, with real files by Pillow."""

import re
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from courses import pictures
from courses.models import Picture, Post
from tests.library import post

BERLIN = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}


def drawn(size=(1200, 800), mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), "blue")
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def upload(content: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def from_a_phone(orientation: int = 6) -> bytes:
    """A JPEG lying on its side, that says how to turn it and where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Telephone"
    exif.get_ifd(0x8825).update(BERLIN)
    return saved(drawn(), "JPEG", exif=exif, comment="our kitchen")


def png_saying(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    end = b"\0\0\0\0IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    data = b"IDAT" + zlib.compress(b"\0" * 10)
    middle = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    crc = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + middle + end


def copies_of(content: bytes) -> tuple[pictures.Cover, list[Image.Image]]:
    """What is stored of an upload that passed, smallest first."""
    file = upload(content)
    pictures.validate(file)
    made = pictures.Cover(**pictures.make_copies(file, "pictures"))
    return made, [stored(f"{made.name}-{width}.webp") for width in made.widths]


def on_the_shelf(content: bytes, name: str = "IMG_0001.jpg", alt: str = "") -> Picture:
    return Picture.take(ContentFile(content, name), alt)


def stored(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        image = Image.open(BytesIO(file.read()))
    image.load()
    return image


class TestTaken:
    """What is taken is encoded anew, so that nothing but the picture is left."""

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
    def test_four_kinds_are_taken_and_become_webp(self, kind):
        cover, made = copies_of(saved(drawn(), kind))
        assert [(image.format, image.size) for image in made] == [
            ("WEBP", (480, 320)),
            ("WEBP", (960, 640)),
            ("WEBP", (1200, 800)),
        ]
        assert (cover.width, cover.height) == (1200, 800)

    @pytest.mark.parametrize(
        ("mode", "kind"),
        [
            ("L", "JPEG"),
            ("CMYK", "JPEG"),
            ("P", "PNG"),
            ("RGBA", "PNG"),
            ("1", "PNG"),
            ("LA", "PNG"),
        ],
    )
    def test_every_way_to_hold_colours_is_taken(self, mode, kind):
        _, made = copies_of(saved(drawn(mode=mode), kind))
        assert {image.mode for image in made} == {"RGB"}

    def test_what_a_phone_wrote_beside_the_picture_is_dropped_and_the_picture_stands_upright(self):
        content = from_a_phone()
        assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
        _, made = copies_of(content)
        for image in made:
            assert image.height == round(image.width * 1.5)
            assert not image.getexif()
            assert not {"exif", "xmp", "comment"} & set(image.info)
            red, green, blue = image.resize((1, 4), Image.Resampling.BOX).tobytes()[:3]
            assert red > 200 > 50 > max(green, blue)

    def test_a_small_picture_is_never_enlarged(self):
        cover, made = copies_of(saved(drawn((300, 200)), "PNG"))
        assert [image.size for image in made] == [(300, 200)]
        assert cover.widths == [300]

    def test_a_large_one_is_kept_at_1600(self):
        cover, made = copies_of(saved(drawn((4000, 3000)), "JPEG"))
        assert cover.widths == [480, 960, 1600]
        assert made[-1].size == (1600, 1200)

    def test_what_hides_behind_the_picture_is_gone(self):
        tail = b"<html><script>alert(document.cookie)</script></html>"
        content = saved(drawn(), "PNG") + tail
        cover, _ = copies_of(content)
        for width in cover.widths:
            with default_storage.open(f"{cover.name}-{width}.webp") as file:
                assert b"<script" not in file.read()

    def test_the_second_picture_in_a_phones_file_does_not_make_it_move(self):
        """Phones keep a depth or a brightness map behind the photo, in a file called JPEG."""
        content = saved(drawn(), "MPO", save_all=True, append_images=[drawn((60, 40))])
        _, made = copies_of(content)
        assert made[-1].size == (1200, 800)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(lambda: b"Dear diary", "not a picture", id="text"),
        pytest.param(
            lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture", id="SVG"
        ),
        pytest.param(lambda: b"<html><script>1</script>", "not a picture", id="HTML"),
        pytest.param(lambda: saved(drawn(), "GIF"), "not a picture", id="GIF"),
        pytest.param(lambda: saved(drawn(), "EPS"), "not a picture", id="EPS"),
        pytest.param(lambda: saved(drawn(), "TIFF"), "not a picture", id="TIFF"),
        pytest.param(lambda: saved(drawn(), "PDF"), "not a picture", id="PDF"),
        pytest.param(
            lambda: saved(drawn(), "WEBP", save_all=True, append_images=[drawn(mode="L")]),
            "moves",
            id="moving WebP",
        ),
        pytest.param(
            lambda: saved(drawn(), "PNG", save_all=True, append_images=[drawn(mode="L")]),
            "moves",
            id="moving PNG",
        ),
        pytest.param(lambda: png_saying(6500, 4000), "25 megapixels", id="26 megapixels"),
        pytest.param(lambda: png_saying(10_000, 10_000), "25 megapixels", id="100 megapixels"),
        pytest.param(lambda: png_saying(60_000, 60_000), "25 megapixels", id="3600 megapixels"),
        pytest.param(lambda: png_saying(0, 10), "not a picture", id="nothing wide"),
        pytest.param(lambda: png_saying(2000, 1000), "to its end", id="only a head"),
        pytest.param(lambda: saved(drawn(), "JPEG")[:-2000], "to its end", id="cut JPEG"),
        pytest.param(lambda: saved(drawn(), "PNG")[:800], "to its end", id="cut PNG"),
        pytest.param(lambda: saved(drawn(), "WEBP")[:800], "to its end", id="cut WebP"),
        pytest.param(lambda: saved(drawn((10, 20_000)), "PNG"), "too narrow", id="a ribbon"),
        pytest.param(lambda: saved(drawn((4000, 2)), "PNG"), "too narrow", id="a thread"),
        pytest.param(lambda: b"\xff\xd8" + b"\0" * 10 * 1024 * 1024, "10 MB", id="over 10 MB"),
    ],
)
def test_what_is_refused_is_refused_with_its_reason(content, reason):
    with pytest.raises(ValidationError, match=reason):
        pictures.validate(upload(content()))


def test_looking_leaves_the_file_as_it_was():
    file = upload(saved(drawn(), "PNG"))
    pictures.validate(file)
    assert file.tell() == 0


@pytest.mark.django_db
class TestOfAPost:
    """The picture in the row, as the pages use it."""

    def test_every_address_in_srcset_is_a_stored_file(self, client):
        target = post(picture=on_the_shelf(from_a_phone()), picture_alt="A kitchen")
        assert target.cover
        entries = [entry.split(" ") for entry in target.cover.srcset.split(", ")]
        assert [width for _, width in entries] == ["480w", "800w"]
        for address, width in [*entries, [target.cover.url, "800w"]]:
            answer = client.get(address)
            assert answer.status_code == 200
            picture = Image.open(BytesIO(b"".join(answer)))
            assert f"{picture.width}w" == width
        assert default_storage.exists(target.cover.largest)
        assert target.cover.alt == "A kitchen"

    def test_its_name_on_somebodys_desk_is_forgotten(self):
        made = on_the_shelf(from_a_phone(), "ourkitchenonsunday.jpg")
        assert re.fullmatch(r"pictures/[A-Za-z0-9]{20}", made.name)

    def test_saving_again_makes_no_new_copies_and_taking_it_away_forgets_them(self):
        target = post(picture=on_the_shelf(from_a_phone()))
        before = default_storage.listdir("pictures")[1]
        again = Post.objects.get(pk=target.pk)
        again.save()
        assert default_storage.listdir("pictures")[1] == before
        again.picture = None
        again.save()
        assert Post.objects.get().cover is None

    def test_the_same_file_twice_is_one_picture_and_keeps_the_first_words(self):
        one = on_the_shelf(from_a_phone(), "one.jpg", "A kitchen")
        assert on_the_shelf(from_a_phone(), "two.jpg", "Another") == one
        assert Picture.objects.get().alt == "A kitchen"
        assert len(default_storage.listdir("pictures")[1]) == 2
