"""The shelf of pictures: all of them to look through, where each is used, and which are not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import pictures
from courses.admin.cover import ACCEPTED
from courses.models import Picture
from courses.picture_uses import uses_of
from nerdherd.lib.large import LargeAdmin


class UseFilter(admin.SimpleListFilter):
    """Those that nothing would miss, or the others."""

    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("no", _("unused")), ("yes", _("used"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What was chosen."""
        unused = Picture.objects.unused().values("pk")
        if self.value() == "no":
            return queryset.filter(pk__in=unused)
        if self.value() == "yes":
            return queryset.exclude(pk__in=unused)
        return queryset


class PictureForm(forms.ModelForm):
    """What it shows, which is asked for here; and, for a new one, the file."""

    file = forms.FileField(
        label=_("File"),
        validators=[pictures.validate],
        help_text=_("JPEG, PNG, WebP or AVIF, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    class Meta:
        model = Picture
        fields = ["alt"]
        widgets = {"alt": forms.TextInput(attrs={"class": "vLargeTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alt"].required = True
        if self.instance.pk:
            del self.fields["file"]


@admin.register(Picture)
class PictureAdmin(LargeAdmin):
    form = PictureForm
    search_fields = ["alt", "covered__title", "texts__title"]
    list_filter = [UseFilter]
    list_per_page = 24
    actions = None

    class Media:
        css = {"all": ["css/admin-pictures.css"]}
        js = [Script("js/picture-drop.js", type="module")]

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        """The file for a new one only: another file is another picture."""
        return ["as_it_is", "alt", "where"] if obj else ["file", "alt"]

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> list[str]:
        """What is looked at."""
        return ["as_it_is", "where"] if obj else []

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """A new file becomes a picture, or is one that is here already."""
        if not change:
            form.instance = Picture.take(form.cleaned_data["file"], form.cleaned_data["alt"])
        return super().save_form(request, form, change)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With where each of them is used."""
        context = {"title": gettext("The shelf of pictures"), **(extra_context or {})}
        answer: Any = super().changelist_view(request, context)
        if changelist := getattr(answer, "context_data", {}).get("cl"):
            uses = uses_of(changelist.result_list)
            answer.context_data["shelf"] = [
                (picture, uses.get(picture.pk, [])) for picture in changelist.result_list
            ]
        return answer

    def get_object(self, request: HttpRequest, *args: Any) -> Picture | None:
        """For a save or a deletion, held until it is done: nobody can use it meanwhile."""
        picture: Picture | None = super().get_object(request, *args)
        if picture is None or request.method != "POST":
            return picture
        return Picture.objects.select_for_update().filter(pk=picture.pk).first()

    @method_decorator(transaction.atomic)
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Never one that is used."""
        picture = self.get_object(request, object_id)
        if picture and (uses := uses_of([picture]).get(picture.pk)):
            places = "; ".join(use.said for use in uses)
            said = gettext("Not deleted, since it is used: %(places)s.") % {"places": places}
            self.message_user(request, said, messages.ERROR)
            return redirect("admin:courses_picture_change", picture.pk)
        return super().delete_view(request, object_id, extra_context)

    @admin.display(description=_("picture"))
    def as_it_is(self, picture: Picture) -> str:
        """The whole of it."""
        return render_to_string("admin/courses/picture/_whole.html", {"picture": picture})

    @admin.display(description=_("where it is used"))
    def where(self, picture: Picture) -> str:
        """Each place, with a link."""
        uses = uses_of([picture]).get(picture.pk, [])
        return render_to_string("admin/courses/picture/_uses.html", {"uses": uses})
