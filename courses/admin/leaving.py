"""What becomes of the address of a post that is deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from courses.models import DailyCount, Post, SimilarPost


def counts_by_name(counts: dict[Any, int]) -> dict[Any, int]:
    """Of what goes along, what editors know by name; not what the site has made of it."""
    models: list[type[Model]] = [*admin.site._registry, DailyCount]
    known = {str(model._meta.verbose_name_plural) for model in models}
    return {name: count for name, count in counts.items() if str(name) in known}


class LeavingForm(forms.Form):
    """Another post, or none: then search engines and readers are told that it is gone."""

    other = forms.ModelChoiceField(
        Post.objects.none(),
        required=False,
        label=_("Its address then leads to"),
        help_text=_("Nothing chosen: it is gone for good."),
        # By search, as pins are chosen: a list of all posts would be long.
        widget=AutocompleteSelect(SimilarPost._meta.get_field("other"), admin.site),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Post.objects.published().exclude(pk=post.pk).only("title").order_by("title")
        self.fields["other"].queryset = others  # type: ignore[attr-defined]
