"""Where a signed-in reader is in a post, as their browser tells it now and then."""

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import Post, Progress

MOST = 100  # places at once: those that a visitor's browser has kept, carried over on signing in


class PlaceForm(forms.Form):
    """One place: `at` is when the reader was there, in milliseconds by the site's clock."""

    post = forms.SlugField(max_length=200)
    place = forms.IntegerField(min_value=0, max_value=1_000_000)
    at = forms.FloatField(min_value=0, max_value=2e14)
    over = forms.BooleanField(required=False)

    def clean_at(self) -> datetime:
        """The moment; never one that has not come yet."""
        return min(datetime.fromtimestamp(self.cleaned_data["at"] / 1000, UTC), timezone.now())


@require_POST
def progress(request: HttpRequest) -> HttpResponse:
    """Note places, a JSON list in the field `places`; posts that are gone are passed over."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in to keep your place."}, status=403)
    forms_ = [PlaceForm(entry) for entry in _entries(request.POST.get("places", ""))]
    if not forms_ or not all(form.is_valid() for form in forms_):
        return JsonResponse({"error": "This is not a list of places."}, status=400)
    told = [form.cleaned_data for form in forms_]
    posts = Post.objects.visible_to(request.user).only("pk", "slug")
    by_slug = {post.slug: post for post in posts.filter(slug__in=[row["post"] for row in told])}
    for row in told:
        if post := by_slug.get(row["post"]):
            Progress.note(request.user, post, row["place"], row["at"], is_over=row["over"])
    return HttpResponse(status=204)


def _entries(text: str) -> list[dict[str, Any]]:
    """What was sent, if it has the form of a list of places; else nothing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    is_list = isinstance(found, list) and len(found) <= MOST
    return found if is_list and all(isinstance(entry, dict) for entry in found) else []
