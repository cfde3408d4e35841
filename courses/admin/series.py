"""A series on one page: its words, its episodes in order, and what is odd about them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from courses.admin.shelves import CountedAdmin
from courses.episodes import arrange, remarks
from courses.models import Post, Series, SimilarPost


class EpisodeForm(forms.Form):
    """One episode, by its post's key; the formset adds ORDER and DELETE."""

    key = forms.IntegerField(widget=forms.HiddenInput)
    post: Post | None = None  # for the page; None when it is no longer in the series

    @property
    def place(self) -> tuple[int, int]:
        """Where it goes: moved up to a place it goes before who stands there, moved down behind."""
        was = self.fields["ORDER"].initial or 0
        wanted = self.cleaned_data["ORDER"] or was
        return wanted, (wanted > was) - (wanted < was)


EpisodeFormSet = forms.formset_factory(EpisodeForm, can_order=True, can_delete=True, extra=0)


class SeriesForm(forms.ModelForm):
    """The series with its episodes, which are posts and stay so when they leave it."""

    joining = forms.ModelMultipleChoiceField(
        Post.objects.all(),
        required=False,
        label=_("Add posts"),
        help_text=_("They come behind the others, the earliest first."),
        # By search, as pins are chosen.
        widget=AutocompleteSelectMultiple(SimilarPost._meta.get_field("other"), admin.site),
    )

    class Meta:
        model = Series
        fields = ["title", "slug", "summary"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = self.instance.episodes.order_by("episode") if self.instance.pk else []
        self.there: dict[int, Post] = {post.pk: post for post in there}
        self.episodes = EpisodeFormSet(
            self.data if self.is_bound else None,
            initial=[{"key": key} for key in self.there],
            prefix="episodes",
        )
        if self.is_bound:
            self.episodes.is_valid()
        for form in self.episodes:
            key = form["key"].value()
            form.post = self.there.get(int(key)) if str(key).isdecimal() else None

    def clean_joining(self) -> QuerySet[Post]:
        """None of another series: a post has one place."""
        joining: QuerySet[Post] = self.cleaned_data["joining"]
        for post in joining.exclude(series=None).select_related("series"):
            if post.series_id != self.instance.pk:
                raise ValidationError(
                    _("“%(post)s” is episode %(place)s of “%(series)s”. Take it out there first.")
                    % {"post": post, "place": post.episode, "series": post.series}
                )
        return joining

    def clean(self) -> dict[str, Any]:
        """With the places, which are numbers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.episodes.is_valid():
            raise ValidationError(_("A place in the series is a number: 1, 2, 3 and so on."))
        return cleaned

    def arrange(self, by: Any) -> None:
        """Write the order that was sent."""
        rows = [form.cleaned_data for form in sorted(self.episodes, key=lambda form: form.place)]
        arrange(
            self.instance,
            [row["key"] for row in rows],
            joining=[post.pk for post in self.cleaned_data["joining"]],
            leaving={row["key"] for row in rows if row["DELETE"]},
            by=by,
        )


@admin.register(Series)
class SeriesAdmin(CountedAdmin):
    form = SeriesForm
    counted = "episodes"
    list_display = ["title", "how_many"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "summary"]

    class Media:
        css = {"all": ["css/admin-series.css"]}
        js = [Script("js/episode-order.js", type="module")]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The order is written with the words, in one transaction."""
        super().save_related(request, form, formsets, change)
        form.arrange(request.user)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With what readers would stumble over as it is now."""
        form = context["adminform"].form
        context["remarks"] = remarks(list(getattr(form, "there", {}).values()))
        return super().render_change_form(request, context, *args, **kwargs)
