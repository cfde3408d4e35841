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
MAX_RATIO = 8  # of the longer side to the shorter; WebP ends at 16383 pixels
WIDTHS = (480, 960, 1600)
TOO_LARGE = _("This picture has over 25 megapixels. Please save it smaller.")


@dataclass(frozen=True)
class Cover:
    """A picture as a page shows it; the copies are named `<name>-<width>.webp`."""

    name: str
    width: int
    height: int
    widths: list[int]
    alt: str = ""

    @property
    def url(self) -> str:
        """A middling copy, for browsers that cannot choose."""
        return self._url(self.widths[min(1, len(self.widths) - 1)])

    @property
    def srcset(self) -> str:
        """All copies, for `srcset`."""
        return ", ".join(f"{self._url(width)} {width}w" for width in self.widths)

    @property
    def largest(self) -> str:
        """The name of the largest copy."""
        return f"{self.name}-{self.widths[-1]}.webp"

    def _url(self, width: int) -> str:
        return default_storage.url(f"{self.name}-{width}.webp")


def upload_name(instance: object, filename: str) -> str:
    """A name of our own making; what a file was called on somebody's desk is never kept."""
    return f"pictures/{get_random_string(20)}.webp"


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


def make_copies(upload: IO[Any], folder: str) -> tuple[str, dict[str, Any]]:
    """Store re-encoded copies of a picture (which drops EXIF, GPS and anything behind it).

    Returns the name of the largest copy and the keyword arguments of its `Cover`.
    """
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    largest = min(image.width, WIDTHS[-1])
    widths = [*(width for width in WIDTHS if width < largest), largest]
    name = f"{folder}/{get_random_string(20)}"
    for width in widths:
        height = round(image.height * width / image.width)
        encoded = BytesIO()
        image.resize((width, height), Image.Resampling.LANCZOS).save(encoded, "WEBP", quality=80)
        default_storage.save(f"{name}-{width}.webp", ContentFile(encoded.getvalue()))
    cover = {"name": name, "width": largest, "height": height, "widths": widths}
    return f"{name}-{largest}.webp", cover
