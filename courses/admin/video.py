"""The video of a post in the editor's form, and where it stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from courses import checklist, uploads
from courses.admin.video_form import VideoForm
from courses.models import Caption, Post, Video, WorkingCopy
from courses.video import poster
from courses.video.standing import standing


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
