"""A post with its video, captions and pins on one screen."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from courses.admin.leaving import LeavingForm, counts_by_name
from courses.admin.narrowing import STATES, LacksFilter, StateFilter, TopicFilter
from courses.admin.pins import PinInline
from courses.admin.similar import reading_now, similar_now
from courses.admin.video import VideoInline
from courses.admin.writing import PostForm, drafted
from courses.checklist import checks
from courses.models import DraftLink, Post, Redirect, Version, Video, WorkingCopy
from courses.numbers.charts import charts_of
from courses.numbers.counted import Numbers, Span
from nerdherd.lib.large import LargeAdmin, YearsFilter

# The text editor adds this one style sheet of its own to the page (django-prose-editor 0.28).
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


@admin.register(Post)
@method_decorator(csp_update({"style-src": [EDITOR_STYLE]}), name="changeform_view")
class PostAdmin(LargeAdmin):
    form = PostForm
    list_display = ["title", "state", "kind", "access", "published_at", "series"]
    list_filter = [
        StateFilter, LacksFilter, "access", TopicFilter, "age", ("published_at", YearsFilter),
    ]  # fmt: skip
    sortable_by = ("title", "state", "published_at")
    list_select_related = ["series"]
    list_per_page = 50
    search_fields = ["title", "summary", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["topics", "series"]
    readonly_fields = ["as_readers_see_it", "machine_list"]
    inlines = [VideoInline, PinInline]
    actions = ["prepare_again"]
    save_on_top = True
    object_history_template = "admin/courses/post/versions.html"
    delete_confirmation_template = "admin/courses/post/deletion.html"
    fieldsets = [
        (None, {"fields": ["seen", "title", "slug", "summary", "body", "as_readers_see_it"]}),
        (_("What it is about"), {"fields": ["topics", "age", ("series", "episode")]}),
        (_("Who may have it, and when"), {"fields": ["access", "free_until", "published_at"]}),
        (_("Picture"), {"fields": ["picture", "picture_alt", ("focus_x", "focus_y")]}),
        (_("Similar to this: now"), {"fields": ["machine_list"]}),
    ]

    class Media:
        css = {"all": ["css/admin-writing.css", "css/admin-pictures.css"]}
        js = [
            Script(f"js/{name}.js", type="module")
            for name in ("working-copy", "picture-dialog", "cover-choice", "text-pictures")
        ]

    def get_object(self, request: HttpRequest, *args: Any) -> Post | None:
        """For a save, held until it is done: of two at once the second sees the first."""
        post: Post | None = super().get_object(request, *args)
        if post is None or request.method != "POST":
            return post
        return Post.objects.select_for_update().filter(pk=post.pk).first()

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        """Without the cross that clears all at once: it stands in a list and is no part of it."""
        field: Any = super().formfield_for_manytomany(*args, **kwargs)
        field.widget.is_required = True
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form begins with what this editor has typed and not saved."""
        form = super().get_form(request, obj, change, **kwargs)
        form.working = WorkingCopy.of(request.user, obj)  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """What other ways wrote since the last version is kept as one of its own."""
        if change:
            Version.keep(Post.objects.get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """All is saved: it is a version, and nothing is left unsaved."""
        super().save_related(request, form, formsets, change)
        Version.keep(form.instance, request.user)
        if form.working:
            form.working.delete()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the check-list, and who else wrote meanwhile.

        The text editor brings an import map, which a page may only hold with a nonce.
        """
        nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
        context["media"] = Media.from_media(context["media"], nonce=nonce)
        form = context["adminform"].form
        working = None if form.is_bound else form.working
        post = drafted(request, working) if working else form.instance
        original = context["original"]
        context |= {
            "links": DraftLink.objects.live().filter(post=original),
            "site_address": settings.SITE_URL,
            "working": working,
            "checks": checks(post),
            "charts": charts_of(original, Numbers.of(Span.of_last(30), original))
            if original
            else [],
            "conflict": form.conflict() if form.is_bound and form.is_behind else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """While the library is being read for the first time, how far that is."""
        if said := reading_now():
            messages.info(request, said)
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its versions, over what the admin has noted."""
        post = self.get_object(request, object_id)
        versions = Version.objects.filter(post=post).defer("fields").select_related("saved_by")
        context = {"versions": versions}
        return super().history_view(request, object_id, {**(extra_context or {}), **context})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks what its address should answer then."""
        post = super().get_object(request, object_id)
        form = LeavingForm(request.POST or None, post=post) if post else None
        if form and form.is_bound and not form.is_valid():
            said = gettext("That post is no longer there. Please choose again.")
            self.message_user(request, said, messages.ERROR)
            return redirect(request.path)
        context = {**(extra_context or {}), "leaving": form}
        return super().delete_view(request, object_id, context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The posts by name; of what hangs on them, only how many: there is a row for each day."""
        _all, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return [str(post) for post in objs], counts_by_name(counts), lacking, protected

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        """Its addresses go where they were asked to."""
        form = LeavingForm(request.POST, post=obj)
        Redirect.hand_over(obj, form.cleaned_data["other"] if form.is_valid() else None)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Several at once are gone for good."""
        for post in queryset:
            Redirect.hand_over(post, None)
        super().delete_queryset(request, queryset)

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
        """A link to the page; drafts are shown to editors only."""
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
