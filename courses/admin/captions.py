"""The captions and chapters of a video, written beside it while it plays."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from courses.models import Caption, Video
from courses.video import captions, chapters, decoding, transcribe
from courses.video.playable import Playable
from nerdherd.lib.large import LargeAdmin

WIDE = "vLargeTextField"


class CaptionForm(forms.ModelForm):
    """One language, pasted or from a file; a file's text is kept in the form whatever is wrong."""

    file = forms.FileField(
        required=False,
        label=_("or a file"),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,.txt,text/vtt"}),
        help_text=_("WebVTT or SRT, from any program. It takes the place of the text below."),
    )
    guessed: list[str] = []

    class Meta:
        model = Caption
        fields = ["language", "label", "is_default", "is_draft", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 18, "class": WIDE})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False  # a file will do
        # Else captions that nobody touched would count as changed.
        self.fields["text"].strip = False  # type: ignore[attr-defined]

    def clean_language(self) -> str:
        """Small letters, as it stands in addresses."""
        return str(self.cleaned_data["language"]).lower()

    def clean(self) -> dict[str, Any]:
        """Read the file, if there is one; its lines are checked where those of the text are."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            try:
                decoded = decoding.decode(cleaned["file"].read(decoding.MAX_BYTES + 1))
            except decoding.Unreadable as error:
                self.add_error("file", str(error))
            else:
                cleaned["text"], self.guessed = decoded.text, decoded.guessed
                shown = self.data.copy()  # type: ignore[attr-defined]
                shown[self.add_prefix("text")] = decoded.text.replace("\x00", "")
                self.data = shown
        return cleaned


class CaptionFormSet(forms.BaseInlineFormSet):
    """The languages of a video; the second one is not proposed as the main one again."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """The fields of one language."""
        super().add_fields(form, index)
        if form.instance.pk is None and (index or self.initial_form_count()):
            for name, nothing in (("language", ""), ("label", ""), ("is_default", False)):
                form.fields[name].initial = form.initial[name] = nothing


class CaptionInline(admin.StackedInline):
    model = Caption
    form = CaptionForm
    formset = CaptionFormSet
    fields = [("language", "label"), ("is_default", "is_draft"), "file", "text"]
    verbose_name = _("language")
    verbose_name_plural = _("captions")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """One to begin with."""
        return 0 if obj and obj.captions.exists() else 1


@admin.register(Video)
class VideoAdmin(LargeAdmin):
    """A video is made and taken away with its post; here is what is said in it."""

    inlines = [CaptionInline]
    fields = ["chapters"]
    list_display = ["post", "state", "written"]
    list_select_related = ["post"]
    sortable_by = ("state",)
    search_fields = ["post__title"]
    ordering = ["-pk"]
    actions = None
    change_form_template = "admin/courses/captions.html"

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Room for the chapters."""
        area = forms.Textarea(attrs={"rows": 6, "class": WIDE})
        return super().get_form(*args, widgets={"chapters": area}, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """One act more: asking for a draft."""
        ask = self.admin_site.admin_view(require_POST(self.ask_for_draft))
        return [path("<int:pk>/draft/", ask, name="courses_video_draft"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Video]:
        """With the languages, in one query."""
        return super().get_queryset(request).prefetch_related("captions")

    @admin.display(description=_("captions"))
    def written(self, video: Video) -> str:
        """The languages that there are."""
        drafts = {True: gettext(" (draft)"), False: ""}
        return ", ".join(f"{row.label}{drafts[row.is_draft]}" for row in video.captions.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """In the form of its post."""
        return False

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In the form of its post. (To say "no permission" would forbid deleting the post, too.)"""
        raise PermissionDenied

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the video, and whether the machine may be asked."""
        video: Video = context["original"]
        can_ask = transcribe.is_on() and video.is_ready and bool(video.made.get("has_sound"))
        context |= {
            "playable": Playable.of(video.post, request.user, whole=True),
            "can_ask": can_ask,
            "is_asked": video.draft_wanted or transcribe.is_at_work(video),
            "show_delete": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Video, form: Any, change: bool) -> None:
        """The chapters alone: the worker may be writing the rest of the row."""
        obj.save(update_fields=["chapters"])
        self._remark(
            request,
            gettext("Chapters"),
            chapters.remarks(chapters.parse(obj.chapters), obj.seconds),
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save, and say what an editor may want to look at."""
        super().save_formset(request, form, formset, change)
        for part in formset.forms:
            row = part.instance
            if row.pk and part.has_changed():
                cues = captions.parse(row.text)
                self._remark(request, row.label, captions.remarks(cues, row.video.seconds))
                self._ask_to_look(request, row.label, part.guessed)

    def _remark(self, request: HttpRequest, what: str, remarks: list[str]) -> None:
        for remark in remarks:
            said = gettext("%(what)s, saved as it is. %(remark)s") % {
                "what": what,
                "remark": remark,
            }
            self.message_user(request, said, messages.WARNING)

    def _ask_to_look(self, request: HttpRequest, what: str, words: list[str]) -> None:
        if words:
            said = gettext(
                "%(what)s: the file does not say how its accents are written. "
                "Are these right: %(words)s?"
            ) % {"what": what, "words": ", ".join(words)}
            self.message_user(request, said, messages.WARNING)

    def ask_for_draft(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the machine write a draft; the worker does it."""
        video = get_object_or_404(Video, pk=pk)
        if not self.has_change_permission(request, video):
            raise PermissionDenied
        if not transcribe.is_on():
            raise Http404
        Video.objects.filter(pk=pk).update(draft_wanted=True)
        said = gettext("A draft is being written. It stands here in some minutes.")
        self.message_user(request, said)
        return redirect("admin:courses_video_change", pk)
