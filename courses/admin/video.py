"""The video of a post in the editor's form: its file, its captions, and where it stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from courses.models import Caption, Video
from courses.video import captions
from courses.video.look import is_video

HEAD = 64


class VideoForm(forms.ModelForm):
    """The file is looked at before it is taken; captions are checked line by line."""

    captions = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text="Paste WebVTT or SRT. The transcript under the video is made from it.",
    )

    class Meta:
        model = Video
        fields = ["original"]
        widgets = {"original": forms.FileInput(attrs={"accept": "video/*"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.main_caption = None
        if self.instance.pk:
            self.main_caption = self.instance.captions.order_by("-is_default", "pk").first()
        if self.main_caption:
            self.initial["captions"] = self.main_caption.text

    def clean_original(self) -> Any:
        """Refuse what is not a video by its first bytes, whatever it is called."""
        file = self.cleaned_data["original"]
        if isinstance(file, UploadedFile):
            head = file.read(HEAD)
            file.seek(0)
            if not is_video(head):
                raise ValidationError(
                    "This file is not a video. Please choose the file that your phone or camera "
                    "made, for example one that ends in .mp4 or .mov."
                )
        return file

    def clean_captions(self) -> str:
        """Captions a player can show, or none."""
        text: str = self.cleaned_data["captions"].strip()
        try:
            return captions.write(captions.parse(text)) if text else ""
        except captions.CaptionError as error:
            raise ValidationError(str(error)) from error


class VideoFormSet(forms.BaseInlineFormSet):
    """The one video of a post, with its captions."""

    def save_new(self, form: Any, commit: bool = True) -> Video:
        """A new video, and what is said in it."""
        return self._with_captions(form, super().save_new(form, commit))

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Video:
        """A video whose file or captions changed."""
        return self._with_captions(form, super().save_existing(form, obj, commit))

    def _with_captions(self, form: VideoForm, video: Video) -> Video:
        text, caption = form.cleaned_data["captions"], form.main_caption
        if "captions" not in form.changed_data:
            return video
        if not text:
            if caption:
                caption.delete()
            return video
        caption = caption or Caption(video=video)
        caption.text = text
        caption.save()
        return video


class VideoInline(admin.StackedInline):
    model = Video
    form = VideoForm
    formset = VideoFormSet
    extra = 0
    max_num = 1
    fields = ["original", "progress", "captions"]
    readonly_fields = ["progress"]

    @admin.display(description="where it stands")
    def progress(self, video: Video) -> str:
        """In plain words, with the reason when it failed."""
        if video.pk is None:
            return "Choose a file and save."
        if video.state == Video.State.READY:
            return f"Ready: {video.seconds} seconds, {video.width} × {video.height}."
        if video.error:
            return f"{video.get_state_display()}: {video.error}"
        return f"{video.get_state_display()}. Reload this page in a moment."
