"""The form of a post while it is being written: what was left unsaved, and who else wrote."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.admin.cover import CoverField
from courses.comparing import compare
from courses.models import Post, Topic, Version, WorkingCopy
from courses.models.version import fingerprint, snapshot

WIDE = "vLargeTextField"  # the admin's own name for a wide field


class PostForm(forms.ModelForm):
    """The post itself; the slug follows the title until the post is out."""

    seen = forms.CharField(label="", required=False, widget=forms.HiddenInput)
    picture = CoverField()
    working: WorkingCopy | None = None  # what this editor typed and has not saved
    is_behind = False  # somebody changed the post after this form was opened

    class Meta:
        model = Post
        exclude: list[str] = []
        widgets = {
            "title": forms.TextInput(attrs={"class": WIDE}),
            "slug": forms.TextInput(attrs={"class": WIDE}),
            "picture_alt": forms.TextInput(attrs={"class": WIDE}),
            "summary": forms.Textarea(attrs={"rows": 3, "maxlength": 300, "class": WIDE}),
            "focus_x": forms.NumberInput(attrs={"min": 0, "max": 100}),
            "focus_y": forms.NumberInput(attrs={"min": 0, "max": 100}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = fingerprint(self.instance) if self.instance.pk else ""
        if self.working and not self.is_bound:
            self.initial.update(self.working.values_for(self))

    def clean(self) -> dict[str, Any]:
        """Never over what somebody else wrote meanwhile, unless it has been looked at."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = cleaned.get("seen")
        if seen and self.instance.pk:
            now = fingerprint(self.instance)
            self.is_behind = now not in (seen, self.data.get("over"))
        if self.is_behind:
            raise ValidationError(
                _(
                    "Not saved: somebody else changed this post while you were writing. "
                    "What you typed is here; look at what differs, and decide."
                )
            )
        return cleaned

    def conflict(self) -> dict[str, Any]:
        """What stands there now, by whom and since when, and how this form differs from it."""
        there = Post.objects.get(pk=self.instance.pk)
        newest = Version.objects.filter(post=there).select_related("saved_by").first()
        # What no form wrote has no version yet.
        is_kept = newest and newest.fields == snapshot(there)
        mine = snapshot(self.instance, self.cleaned_data.get("topics", []))
        return {
            "now": fingerprint(there),
            "version": newest if is_kept else None,
            "at": newest.saved_at if newest and is_kept else there.updated_at,
            "changes": compare(snapshot(there), mine),
        }


def drafted(request: HttpRequest, copy: WorkingCopy) -> Post:
    """The post as it would be if what was typed were saved; it is not saved, and never to be."""
    post = copy.post or Post()
    form = admin.site.get_model_admin(Post).get_form(request, copy.post)(copy.data, instance=post)
    form.full_clean()
    drafted: Post = form.instance
    drafted.read_through()
    topics = [topic.pk for topic in form.cleaned_data.get("topics", [])]
    # So that it can be asked for what hangs on it, for its address and its moments.
    drafted.pk, drafted.slug = drafted.pk or 0, drafted.slug or "new"
    drafted.updated_at = drafted.updated_at or copy.saved_at
    chosen = Topic.objects.filter(pk__in=topics)
    drafted._prefetched_objects_cache = {"topics": chosen}  # type: ignore[attr-defined]
    return drafted
