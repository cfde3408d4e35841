"""What an editor decides about a similar list: who stands first, in which order, and who never."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Post, SimilarPost


class PinForm(forms.ModelForm):
    """One pin; it may name a post that the machine has already found."""

    def clean_other(self) -> Post:
        """Not the post itself."""
        other: Post = self.cleaned_data["other"]
        if other.pk == self.instance.post_id:
            raise ValidationError(_("A post cannot be similar to itself. Please choose another."))
        return other

    def _get_validation_exclusions(self) -> set[str]:
        # The machine's row for the same pair is no conflict: the pin takes its place.
        return {*super()._get_validation_exclusions(), "other"}  # type: ignore[misc]


class PinFormSet(forms.BaseInlineFormSet):
    """All that was decided for one post; it replaces the machine's row for the same pair."""

    def save_new(self, form: Any, commit: bool = True) -> SimilarPost:
        """A new pin, or the machine's row turned into one."""
        values = {name: form.cleaned_data[name] for name in ("rank", "reason", "is_blocked")}
        row, _is_new = SimilarPost.objects.update_or_create(
            post=self.instance,
            other=form.cleaned_data["other"],
            defaults={**values, "is_pinned": not values["is_blocked"]},
        )
        return row

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> SimilarPost:
        """A pin that changed, perhaps to a post that another row names."""
        SimilarPost.objects.filter(post=obj.post, other=obj.other).exclude(pk=obj.pk).delete()
        obj.is_pinned = not obj.is_blocked
        row: SimilarPost = super().save_existing(form, obj, commit)
        return row


class PinInline(admin.TabularInline):
    model = SimilarPost
    form = PinForm
    formset = PinFormSet
    fk_name = "post"
    extra = 0
    fields = ["rank", "other", "reason", "is_blocked"]
    autocomplete_fields = ["other"]
    verbose_name = _("choice")
    verbose_name_plural = _(
        "Similar to this: chosen by you, in this order, or kept out (the machine adds the rest)"
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SimilarPost]:
        """What was decided only; what the machine found is shown, not edited."""
        return super().get_queryset(request).filter(Q(is_pinned=True) | Q(is_blocked=True))
