"""A post with its video, captions and pins on one screen."""

from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from courses.admin.pins import PinInline
from courses.admin.similar import LedHereFilter, reading_now, similar_now
from courses.admin.video import VideoInline
from courses.models import Post, Video

WIDE = "vLargeTextField"  # the admin's own name for a wide field

STATES = {"draft": _("draft"), "scheduled": _("scheduled"), "published": _("published")}
# The text editor adds this one style sheet of its own to the page (django-prose-editor 0.28).
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


class PostForm(forms.ModelForm):
    """The post itself; the slug follows the title until the post is out."""

    class Meta:
        model = Post
        exclude: list[str] = []
        widgets = {
            "title": forms.TextInput(attrs={"class": WIDE}),
            "slug": forms.TextInput(attrs={"class": WIDE}),
            "picture_alt": forms.TextInput(attrs={"class": WIDE}),
            "summary": forms.Textarea(attrs={"rows": 3, "maxlength": 300, "class": WIDE}),
            "picture": forms.ClearableFileInput(
                attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}
            ),
        }


@admin.register(Post)
@method_decorator(csp_update({"style-src": [EDITOR_STYLE]}), name="changeform_view")
class PostAdmin(admin.ModelAdmin):
    form = PostForm
    list_display = ["title", "state", "kind", "access", "published_at", "series"]
    list_filter = ["access", LedHereFilter, "topics", "series", "age", "published_at"]
    list_select_related = ["series"]
    list_per_page = 50
    search_fields = ["title", "summary", "slug"]
    date_hierarchy = "published_at"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["topics", "series"]
    readonly_fields = ["as_readers_see_it", "machine_list"]
    inlines = [VideoInline, PinInline]
    actions = ["prepare_again"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "body", "as_readers_see_it"]}),
        (_("What it is about"), {"fields": ["topics", "age", ("series", "episode")]}),
        (_("Who may have it, and when"), {"fields": ["access", "free_until", "published_at"]}),
        (_("Picture"), {"fields": ["picture", "picture_alt"]}),
        (_("Similar to this: now"), {"fields": ["machine_list"]}),
    ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The text editor brings an import map, which a page may only hold with a nonce."""
        nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
        context["media"] = Media.from_media(context["media"], nonce=nonce)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """While the library is being read for the first time, how far that is."""
        if said := reading_now():
            messages.info(request, said)
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("state"), ordering="published_at")
    def state(self, post: Post) -> str:
        """Draft, scheduled or published."""
        return str(STATES[post.state])

    @admin.display(description=_("kind"), ordering="video_seconds")
    def kind(self, post: Post) -> str:
        """Article or video."""
        return gettext("video") if post.kind == "video" else gettext("article")

    @admin.display(description=_("its page"))
    def as_readers_see_it(self, post: Post) -> str:
        """A link to the page; drafts are shown to staff only."""
        if post.pk is None:
            return gettext("Save first, then look at it here.")
        return format_html('<a href="{}">{}</a>', post.get_absolute_url(), post.get_absolute_url())

    @admin.display(description=_("as readers see it"))
    def machine_list(self, post: Post) -> str:
        """The list with reasons and scores, what waits behind it, and a possible double."""
        if post.pk is None or post.related_at is None:
            return gettext("Worked out within seconds after saving.")
        return similar_now(post)

    @admin.action(description=_("Prepare the video again"))
    def prepare_again(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        """Start over with the editor's file."""
        for video in Video.objects.filter(post__in=posts):
            video.try_again()
