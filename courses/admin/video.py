"""The video of a post in the editor's form: its file, how it is shown, and where it stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.widgets import Script
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courses import checklist, uploads
from courses.models import Caption, Post, Upload, Video, WorkingCopy
from courses.video import captions, delivery, poster
from courses.video.look import is_video
from courses.video.standing import standing

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


class VideoFormSet(forms.BaseInlineFormSet):
    """The one video of a post, with its captions; `editor` is who sits at the form."""

    editor: Any = None
    working: WorkingCopy | None = None

    def clean(self) -> None:
        """Nothing goes out that nobody can read, watch, or understand without hearing."""
        super().clean()
        post = self.instance
        rows: list[Any] = [form for form in self.forms if self._is_kept(form)]
        if post.published_at is None:
            return
        was_out = Post.objects.published().filter(pk=post.pk).exists()
        if not was_out and not checklist.has_content(post, has_video=bool(rows)):
            raise ValidationError(checklist.NOTHING)
        for form in rows:
            if not (was_out and form.instance.pk) and not form.is_explained():
                form.add_error("captions", checklist.NO_CAPTIONS)

    def _is_kept(self, form: Any) -> bool:
        is_there = form.instance.pk or form.has_changed()
        return bool(is_there) and not self._should_delete_form(form)  # type: ignore[attr-defined]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Every form knows its editor."""
        return {**super().get_form_kwargs(index), "editor": self.editor}

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        # An upload for a post that had no video makes one, after this page was opened.
        if i >= self.initial_form_count() and self.instance.pk:
            there = Video.objects.filter(post=self.instance).first()
            kwargs |= {"instance": there} if there else {}
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.working and not form.is_bound:
            form.begin_with(self.working.values_for(form))
        return form

    def save_new(self, form: Any, commit: bool = True) -> Video:
        """A new video, whose file may still be on its way."""
        form.instance.post = self.instance
        return self._save(form)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Video:
        """A video of which something changed."""
        return self._save(form)

    def _save(self, form: VideoForm) -> Video:
        video: Video = form.instance
        video.save(update_fields=self._changed(form) if video.pk else None)
        if form.cleaned_data["upload"]:
            uploads.attach(form.cleaned_data["upload"], video)
        if video.is_ready and video.poster_still != form.initial["poster_still"]:
            poster.choose(video, video.poster_still)
        if "captions" in form.changed_data:
            self._save_captions(form, video)
        return video

    def _changed(self, form: VideoForm) -> list[str]:
        """Only what the editor changed: the worker may be writing the rest this moment."""
        changed = set(form.changed_data) & set(VideoForm.Meta.fields)
        return [*changed, *(Video.BEGINNING if "original" in changed else ())]

    def _save_captions(self, form: VideoForm, video: Video) -> None:
        text, caption = form.cleaned_data["captions"], form.main_caption
        if text:
            caption = caption or Caption(video=video)
            caption.text = text
            caption.save()
        elif caption:
            caption.delete()


class VideoInline(admin.StackedInline):
    model = Video
    form = VideoForm
    formset = VideoFormSet
    extra = 1
    max_num = 1
    readonly_fields = ["where_it_stands"]

    class Media:
        css = {"all": ["css/admin-video.css"]}
        js = [
            Script("js/video-upload.js", type="module"),
            Script("js/video-progress.js", type="module"),
        ]

    def get_fields(self, request: HttpRequest, obj: Post | None = None) -> list[Any]:
        """Pictures to choose from are there once the video is."""
        video = getattr(obj, "video", None)
        stills = ["poster_still"] if video and video.made.get("stills") else []
        rest = ["opening_seconds", "allow_download", "chapters", "captions", "no_captions_reason"]
        return ["original", "upload", "where_it_stands", *stills, *rest]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The forms know who sits at them."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.editor = request.user  # type: ignore[attr-defined]
        formset.working = WorkingCopy.of(request.user, obj)  # type: ignore[attr-defined]
        return formset

    @admin.display(description=_("where it stands"))
    def where_it_stands(self, video: Video) -> str:
        """In plain words, with the reason and another try when it failed."""
        context = {"video": video, "standing": standing(video) if video.pk else None}
        return render_to_string("admin/video/_standing.html", context)
