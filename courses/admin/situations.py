"""Situations in the admin: their words, and the posts that help."""

from django.contrib import admin

from courses.admin.shelves import CountedAdmin
from courses.models import Situation, SituationPost


class SituationPostInline(admin.TabularInline):
    model = SituationPost
    fields = ["rank", "post"]
    autocomplete_fields = ["post"]
    extra = 0


@admin.register(Situation)
class SituationAdmin(CountedAdmin):
    list_display = ["name", "words", "how_many"]
    search_fields = ["name", "words"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SituationPostInline]
