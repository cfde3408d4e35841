"""What an editor says of a video: its file, how it is shown, and what is said in it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courses import uploads
from courses.models import Caption, Upload, Video
from courses.video import captions, delivery
from courses.video.look import is_video

GONE = _("What was uploaded is no longer here. Please choose the file again.")
ELSEWHERE = _("This upload belongs to another post by now. Please choose the file again.")
NO_FILE = _("Please choose the video’s file too: the rest has nothing to belong to without it.")


STILL = '<img src="{}" width="160" alt="{}">'


class FileDrop(forms.FileInput):
    """A file input; with JavaScript it sends the file in parts while one writes."""

    post_id: int | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input, and what is seen of an upload."""
        plain = super().render(name, value, attrs, renderer)
        context = {"input": plain, "post_id": self.post_id}
        return render_to_string("admin/video/_drop.html", context)


class VideoForm(forms.ModelForm):
    """The file is looked at before it is taken; captions are checked line by line."""

    upload = forms.CharField(label="", required=False, widget=forms.HiddenInput)
    captions = forms.CharField(
        required=False,
        label=_("Captions"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text=_("Paste WebVTT or SRT. The transcript under the video is made from it."),
    )

    class Meta:
        model = Video
        fields = [
            "original", "poster_still", "opening_seconds", "allow_download", "chapters",
            "no_captions_reason",
        ]  # fmt: skip
        widgets = {
            "original": FileDrop(attrs={"accept": "video/*"}),
            "chapters": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
            "poster_still": forms.RadioSelect,
            "no_captions_reason": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, editor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor = editor
        self.main_caption = None
        if self.instance.pk:
            self.main_caption = self.instance.captions.order_by("-is_default", "pk").first()
            self.initial["upload"] = self._unfinished_upload()
        if self.main_caption:
            self.initial["captions"] = self.main_caption.text
        if "poster_still" in self.fields:
            self._offer_stills()
        self.fields["original"].widget.post_id = self.instance.post_id

    def _unfinished_upload(self) -> str:
        mine = self.instance.uploads.filter(editor=self.editor, finished_at=None)
        newest = mine.order_by("-touched_at").first()
        return newest.pk if newest else ""

    def _offer_stills(self) -> None:
        video, count = self.instance, self.instance.made.get("stills", 0)
        pass_ = delivery.grant(video, self.editor)
        addresses = [delivery.address(video, pass_, f"still-{n}.jpg") for n in range(count)]
        self.fields["poster_still"] = forms.TypedChoiceField(
            label=_("Picture from the video"),
            required=False,
            coerce=int,
            choices=[
                (n, format_html(STILL, address, _("Picture %(number)s") % {"number": n + 1}))
                for n, address in enumerate(addresses)
            ],
            widget=forms.RadioSelect(attrs={"class": "stills"}),
            help_text=_("It stands for the video until it plays, unless the post has a picture."),
        )

    def begin_with(self, typed: dict[str, Any]) -> None:
        """What was typed and not saved; an upload that a video has by now is no news."""
        if self.instance.pk:
            typed.pop("upload", None)
        self.initial.update(typed)

    def clean_original(self) -> Any:
        """Refuse what is not a video by its first bytes, whatever it is called."""
        file = self.cleaned_data["original"]
        if isinstance(file, UploadedFile):
            head = file.read(uploads.HEAD)
            file.seek(0)
            if not is_video(head):
                raise ValidationError(uploads.NOT_A_VIDEO)
        return file

    def clean_captions(self) -> str:
        """Captions a player can show, or none."""
        text: str = self.cleaned_data["captions"].strip()
        try:
            return captions.write(captions.parse(text)) if text else ""
        except captions.CaptionError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Find the upload that the form names; complaints stand where the file is chosen."""
        cleaned = super().clean() or self.cleaned_data
        key, cleaned["upload"] = cleaned.get("upload"), None
        if key and "upload" in self.changed_data:
            try:
                cleaned["upload"] = self._named_upload(key)
            except ValidationError as error:
                self.add_error("original", error)
        elif self.instance.pk is None and not cleaned.get("original"):
            self.add_error("original", NO_FILE)
        return cleaned

    def is_explained(self) -> bool:
        """Whether those who cannot hear it have captions, which are no draft, or a reason."""
        if self.cleaned_data.get("no_captions_reason"):
            return True
        main = self.main_caption
        if self.cleaned_data.get("captions") and not (main and main.is_draft):
            return True
        others = Caption.objects.filter(video=self.instance.pk, is_draft=False)
        return others.exclude(pk=main.pk if main else 0).exists()

    def _named_upload(self, key: str) -> Upload:
        upload = Upload.objects.filter(pk=key, editor=self.editor).first()
        if upload is None:
            raise ValidationError(GONE)
        if upload.video_id not in (None, self.instance.pk):
            raise ValidationError(ELSEWHERE)
        return upload
