"""The search index: a row a post for each audience, the words they hold, and what editors add.

A visitor's search reads `PublicEntry` and the words of the public; what only members may have is
in `WholeEntry` and in words of its own, which that search never names.
"""

import re
from datetime import timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post
from courses.search.words import words


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    MEMBERS = "members", _("Those who may have everything")


class Entry(models.Model):
    """What an audience can find a post by.

    `terms` is what the database's full-text search reads: every stem once, with a letter before it
    that says where it stands. `head` holds those that count for more, for ranking. `text` is all
    words in their order, for phrases. Those of a post that is not out yet are kept as well, for
    the moment when it is, but do not count among the words there are (`is_counted`).
    """

    audience: ClassVar[Audience]
    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="%(class)s")
    is_counted = models.BooleanField()
    head = models.TextField()  # before what is long: SQLite reads a row from its beginning
    text = models.TextField()
    terms = models.TextField()

    class Meta:
        abstract = True


class PublicEntry(Entry):
    """What everybody may read of a post: all while it is free (`is_whole`), or its opening."""

    audience = Audience.PUBLIC
    is_whole = models.BooleanField()


class WholeEntry(Entry):
    """All of a post."""

    audience = Audience.MEMBERS


class SearchWord(models.Model):
    """A word that an audience can find, its stem, and in how many posts it stands that are out.

    The stem is that of the language in which the word was first seen.
    """

    audience = models.CharField(max_length=7, choices=Audience)
    word = models.CharField(max_length=40)
    stem = models.CharField(max_length=40)
    posts = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "word"], name="search_word_once")
        ]
        indexes = [models.Index(fields=["audience", "stem"], name="search_word_by_stem")]

    def __str__(self) -> str:
        return self.word


class SearchSlip(models.Model):
    """A word with a letter or two left out: how a word typed wrong finds the right one."""

    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="slips", db_index=False)
    audience = models.CharField(max_length=7, choices=Audience)
    form = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["audience", "form"], name="search_slip_by_form"),
            models.Index(fields=["word"], name="search_slip_by_word"),
        ]

    def __str__(self) -> str:
        return self.form


class Synonyms(models.Model):
    """Words that mean the same to somebody who looks for one of them."""

    words = models.CharField(
        max_length=200,
        help_text=_(
            "Separated by commas: tantrum, meltdown, outburst. Whoever looks for one of "
            "them finds the others as well."
        ),
    )

    class Meta:
        ordering = ["words"]
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Tidy them; refuse what the search could not use."""
        parts = [" ".join(part.split()) for part in self.words.split(",") if part.strip()]
        wrong = [part for part in parts if len(words(part)) != 1]
        if wrong:
            raise ValidationError({"words": f"One word each, please; “{wrong[0]}” is not."})
        if len(parts) < 2:
            raise ValidationError({"words": "Give at least two words, separated by a comma."})
        self.words = ", ".join(parts)


class SearchMiss(models.Model):
    """A search that found nothing, and how often on that day; nothing of who it was."""

    MOST_A_DAY = 1000
    KEPT = timedelta(days=180)

    day = models.DateField(
        _("day"),
    )
    query = models.CharField(_("looked for"), max_length=100)
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        ordering = ["-day", "-times", "query"]
        verbose_name = _("search that found nothing")
        verbose_name_plural = _("searches that found nothing")
        constraints = [
            models.UniqueConstraint(fields=["day", "query"], name="search_miss_once_a_day")
        ]

    def __str__(self) -> str:
        return self.query

    @classmethod
    def count(cls, query: str) -> None:
        """Count a search of today, as it was typed but for capitals.

        What looks like somebody's address or number is not kept, nor more than a thousand a day.
        """
        query, day = query.casefold()[:100], timezone.localdate()
        if "@" in query or re.search(r"\d{5}", query):
            return
        if cls.objects.filter(day=day, query=query).update(times=F("times") + 1):
            return
        if cls.objects.filter(day=day).count() < cls.MOST_A_DAY:
            row, is_new = cls.objects.get_or_create(day=day, query=query)
            if not is_new:
                cls.objects.filter(pk=row.pk).update(times=F("times") + 1)

    @classmethod
    def forget_old(cls) -> None:
        """Delete those of more than `KEPT` ago."""
        cls.objects.filter(day__lt=timezone.localdate() - cls.KEPT).delete()
