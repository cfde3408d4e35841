"""Pictures: what is accepted, and the re-encoded copies at the widths a page asks for."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MIDDLE = (50, 50)
FRAME = (16, 9)  # of covers, on cards and over posts
MAX_RATIO = 8  # of the longer side to the shorter; WebP ends at 16383 pixels
WIDTHS = (480, 960, 1600)
TEXT_SIZES = "(min-width: 40rem) 36rem, 94vw"  # how wide a column of text is
TOO_LARGE = _("This picture has over 25 megapixels. Please save it smaller.")


@dataclass(frozen=True)
class Cover:
    """A picture as a page shows it; the copies are named `<name>-<width>.webp`."""

    name: str
    width: int
    height: int
    widths: list[int]
    alt: str = ""
    focus: tuple[int, int] = MIDDLE  # what has to stay in sight, in per cent from left and top

    @property
    def url(self) -> str:
        """A middling copy, for browsers that cannot choose."""
        return self._url(self.widths[min(1, len(self.widths) - 1)])

    @property
    def srcset(self) -> str:
        """All copies, for `srcset`."""
        return ", ".join(f"{self._url(width)} {width}w" for width in self.widths)

    @property
    def smallest(self) -> str:
        """The address of the smallest copy."""
        return self._url(self.widths[0])

    @property
    def largest(self) -> str:
        """The name of the largest copy."""
        return f"{self.name}-{self.widths[-1]}.webp"

    @property
    def across(self) -> int:
        """Where it lies in its frame from the left, in the tens that the style sheet knows."""
        return round(10 * centring((self.width, self.height), FRAME, self.focus)[0]) * 10

    @property
    def down(self) -> int:
        """Where it lies in its frame from the top, in tens."""
        return round(10 * centring((self.width, self.height), FRAME, self.focus)[1]) * 10

    def _url(self, width: int) -> str:
        return default_storage.url(f"{self.name}-{width}.webp")


def centring(
    size: tuple[int, int], frame: tuple[int, int], focus: tuple[int, int]
) -> tuple[float, float]:
    """How a picture that fills a frame has to lie in it so that its focus is as central as can be.

    Counted from 0 to 1 as `object-position` and Pillow's `ImageOps.fit` count.
    """
    wider = size[0] * frame[1] / (size[1] * frame[0])
    return _lying(focus[0] / 100, wider), _lying(focus[1] / 100, 1 / wider)


def _lying(focus: float, longer: float) -> float:
    """Along one side of the frame, which the picture is so many times as long as."""
    return min(1, max(0, (focus * longer - 0.5) / (longer - 1))) if longer > 1 else 0.5


def widths_of(width: int) -> list[int]:
    """The widths of the copies of a picture whose largest copy is `width` wide, smallest first."""
    return [*(smaller for smaller in WIDTHS if smaller < width), width]


def validate(upload: "File[bytes]") -> None:
    """Refuse what is no picture of a kind we take, or too large to decode safely."""
    if upload.size > MAX_BYTES:
        raise ValidationError(
            _("This picture is over 10 MB. Please save it smaller and try again.")
        )
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            _check(image)
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError(
            _(
                "This file is not a picture we can read to its end. "
                "Please use a JPEG, PNG, WebP or AVIF file."
            )
        ) from error
    finally:
        upload.seek(0)


def _check(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(TOO_LARGE)
    if max(image.size) > MAX_RATIO * min(image.size):
        raise ValidationError(_("This picture is too narrow. Please cut it to a rectangle."))
    # Phones put a depth map behind a photo that stands still; Pillow calls such a file MPO.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise ValidationError(_("This picture moves. Please choose a still one."))


def make_copies(upload: IO[Any], folder: str) -> dict[str, Any]:
    """Store re-encoded copies of a picture (which drops EXIF, GPS and anything behind it).

    Returns the keyword arguments of its `Cover`; the name in it is of our own making, what a file
    was called on somebody's desk is never kept.
    """
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    largest = min(image.width, WIDTHS[-1])
    name = f"{folder}/{get_random_string(20)}"
    for width in widths_of(largest):
        height = round(image.height * width / image.width)
        encoded = BytesIO()
        image.resize((width, height), Image.Resampling.LANCZOS).save(encoded, "WEBP", quality=80)
        default_storage.save(f"{name}-{width}.webp", ContentFile(encoded.getvalue()))
    return {"name": name, "width": largest, "height": height, "widths": widths_of(largest)}
