"""The cover in the form of a post: a picture of the shelf, or a file that goes there first."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courses import pictures
from courses.models import Picture

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"


class CoverInput(forms.Widget):
    """The key of a picture, and beside it a file to take instead and a box to take it away."""

    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A file goes before the picture that was there."""
        if file := files.get(f"{name}-file"):
            return file
        return "" if f"{name}-clear" in data else data.get(name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """What is chosen now, and the ways to choose."""
        is_key = str(value).isdecimal()
        picture = Picture.objects.filter(pk=value).first() if is_key else None
        context = {"name": name, "id": (attrs or {}).get("id"), "picture": picture}
        return render_to_string("admin/courses/post/_cover.html", {**context, "accepted": ACCEPTED})


class CoverField(forms.ModelChoiceField):
    """A picture of the shelf; a file is looked at, put there, and chosen."""

    widget = CoverInput
    taken: Picture | None = None  # what became of the file, so that it is not asked for again

    def __init__(self) -> None:
        super().__init__(
            Picture.objects.all(),
            required=False,
            label=_("Picture"),
            help_text=_(
                "Landscape, JPEG, PNG, WebP or AVIF, up to 10 MB. Without one the site draws a "
                "quiet cover."
            ),
        )

    def to_python(self, value: Any) -> Picture | None:
        """The picture; raises ValidationError with the reason for a file that is refused."""
        if isinstance(value, UploadedFile):
            pictures.validate(value)
            self.taken = Picture.take(value)
            return self.taken
        found: Picture | None = super().to_python(value)
        return found

    def prepare_value(self, value: Any) -> Any:
        """Its key."""
        if isinstance(value, UploadedFile):
            return self.taken and self.taken.pk
        return super().prepare_value(value)
