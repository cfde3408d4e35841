"""Uploads of films: what an editor's browser asks for on the way; each view is one act."""

import binascii
from base64 import b64decode
from contextlib import suppress

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import uploads
from courses.models import Post, Upload
from courses.parts import CHUNK, CutOff, LocalParts, store
from courses.views.desk import for_editors

CUT_OFF = _("The connection broke off in the middle of a part. It can be sent again.")
DISK_FULL = _("The server’s disk is full. Please have room made, then go on; nothing is lost.")
MISSING = _("Some parts are not here yet. They can be sent again.")


class BeginningForm(forms.Form):
    """What is told of a file before it is sent; `head` is its first bytes as base64."""

    name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=0)
    head = forms.CharField(max_length=100, required=False)
    post = forms.ModelChoiceField(Post.objects.all(), required=False)

    def clean_head(self) -> bytes:
        """The bytes themselves."""
        try:
            return b64decode(self.cleaned_data["head"], validate=True)
        except binascii.Error as error:
            raise forms.ValidationError(_("This is not base64.")) from error


def _refusal(message: object, status: int) -> HttpResponse:
    return JsonResponse({"error": str(message)}, status=status)


def _answer(upload: Upload) -> HttpResponse:
    video = upload.video_id and reverse("video_standing", args=[upload.video_id])
    return JsonResponse(
        {
            "id": upload.pk,
            "name": upload.file_name,
            "size": upload.size,
            "part_size": upload.part_size,
            "parts": upload.parts,
            "here": [] if upload.finished_at else sorted(store().here(upload)),
            "is_finished": upload.finished_at is not None,
            "video": video,
        }
    )


def _upload(user: AbstractBaseUser | AnonymousUser, pk: str) -> Upload:
    """An upload of one's own; others' answer as if they were not there."""
    return get_object_or_404(Upload.objects.filter(editor_id=user.pk), pk=pk)


def _part(user: AbstractBaseUser | AnonymousUser, pk: str, number: int) -> Upload:
    upload = _upload(user, pk)
    if not 1 <= number <= upload.parts:
        raise Http404
    return upload


@require_POST
@for_editors
def beginning(request: HttpRequest) -> HttpResponse:
    """Begin to upload a file, or go on with it."""
    form = BeginningForm(request.POST)
    if not form.is_valid():
        said = _("This cannot be uploaded: %(reason)s") % {"reason": form.errors.as_text()}
        return _refusal(said, 400)
    try:
        return _answer(uploads.begin(request.user, **form.cleaned_data))
    except uploads.Refused as refused:
        return _refusal(str(refused), refused.status)


@require_safe
@for_editors
def upload(request: HttpRequest, pk: str) -> HttpResponse:
    """What is here of an upload."""
    return _answer(_upload(request.user, pk))


@require_safe
@for_editors
def part_address(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """Where to send a part; asked right before each, so that no address runs out on the way."""
    mine = _part(request.user, pk, number)
    Upload.objects.filter(pk=pk).update(touched_at=timezone.now())
    return JsonResponse({"address": store().address(mine, number)})


@require_http_methods(["PUT"])
@for_editors
def part(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """Take a part; one that is here already is left as it is."""
    mine, parts = _part(request.user, pk, number), store()
    if not isinstance(parts, LocalParts):
        raise Http404
    length = mine.length_of(number)
    if request.headers.get("Content-Length") != str(length):
        said = _("Part %(number)s of this file has %(length)s bytes.")
        return _refusal(said % {"number": number, "length": length}, 400)
    try:
        if not mine.finished_at and number not in parts.here(mine):
            parts.write(mine, number, request)
    except (CutOff, UnreadablePostError):
        return _refusal(CUT_OFF, 400)
    except OSError:
        _drain(request)
        return _refusal(DISK_FULL, 507)
    _drain(request)
    return HttpResponse(status=204)


def _drain(request: HttpRequest) -> None:
    """Read what is left of a part: a browser that is still sending would not hear our answer."""
    with suppress(UnreadablePostError):
        while request.read(CHUNK):
            pass


@require_POST
@for_editors
def completion(request: HttpRequest, pk: str) -> HttpResponse:
    """All parts have been sent: put them together and have the video prepared."""
    mine = _upload(request.user, pk)
    try:
        uploads.complete(mine)
    except uploads.Incomplete:
        return _refusal(MISSING, 409)
    except uploads.Refused as refused:
        return _refusal(str(refused), refused.status)
    return _answer(mine)


@require_POST
@for_editors
def deletion(request: HttpRequest, pk: str) -> HttpResponse:
    """Give an upload up; what is here of it is thrown away."""
    uploads.give_up(_upload(request.user, pk))
    return HttpResponse(status=204)
