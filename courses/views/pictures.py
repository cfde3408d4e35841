"""The shelf of pictures as the form of a post asks for it."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from courses import pictures as accepted
from courses.models import Picture
from courses.pages import PER_PAGE
from courses.views.desk import for_editors
from nerdherd.lib.large import BoundedPaginator


class PictureUploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        validators=[accepted.validate],
        error_messages={
            "required": _("No file has arrived. Please choose it again."),
            "empty": _("This file is empty. Please choose another."),
        },
    )


@require_POST
@for_editors
def pictures(request: HttpRequest) -> HttpResponse:
    """Put a file on the shelf; what is there already is found again."""
    form = PictureUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        said = " ".join(map(str, form.errors["file"]))
        return JsonResponse({"error": said}, status=400)
    return JsonResponse(described(Picture.take(form.cleaned_data["file"])))


@require_safe
@for_editors
def picture_choices(request: HttpRequest) -> HttpResponse:
    """A page of the shelf to choose from, the newest first, narrowed by `q`."""
    shown = Picture.objects.found_by(request.GET.get("q", "").strip()[:200])
    page = BoundedPaginator(shown, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    context = {"page": page, "choices": [described(picture) for picture in page]}
    return render(request, "admin/courses/picture/_choices.html", context)


def described(picture: Picture) -> dict[str, str | int]:
    """What a page needs to show it: `url` for the text, `preview` for the form."""
    return {
        "id": picture.pk,
        "alt": picture.alt,
        "url": reverse("public_picture", args=[picture.cover.largest]),
        "preview": picture.cover.url,
        "smallest": picture.cover.smallest,
        "width": picture.width,
        "height": picture.height,
    }
