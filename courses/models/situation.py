"""A situation: what is going on right now, in the words of somebody who has to deal with it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post, PostQuerySet
from courses.search.words import EMPTY, stem, words


class Situation(models.Model):
    """A way to posts for a parent who does not know what the thing is called."""

    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        help_text=_("As a parent would say it: “won’t sleep”, “hits me”."),
    )
    slug = models.SlugField(
        _("slug"), max_length=60, unique=True, help_text=_("Its address: /situations/…/")
    )
    words = models.TextField(
        _("other words for it"),
        blank=True,
        help_text=_(
            "Separated by commas: bedtime, stays awake, up at night. A search for one of "
            "them leads here too."
        ),
    )
    introduction = models.TextField(
        _("introduction"), blank=True, help_text=_("One or two kind sentences on its page.")
    )
    posts = models.ManyToManyField(
        Post, through="SituationPost", related_name="situations", verbose_name=_("posts")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("situation")
        verbose_name_plural = _("situations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the situation."""
        return reverse("situation_detail", args=[self.slug])

    def clean(self) -> None:
        """Refuse words that a search could never match."""
        for part in filter(None, map(str.strip, self.words.split(","))):
            if not _telling(part):
                raise ValidationError(
                    {"words": _("“%(word)s” says too little to be looked for.") % {"word": part}}
                )

    def chosen(self) -> PostQuerySet:
        """Its posts in the editor's order."""
        helping = Post.objects.filter(situationpost__situation=self)
        return helping.order_by("situationpost__rank", "pk")

    def is_meant_by(self, typed: list[str]) -> bool:
        """Whether the words of a search name it: all that tells of its name, or of another."""
        asked = {stem(word) for word in typed}
        names = (_telling(part) for part in [self.name, *self.words.split(",")])
        return any(name and name <= asked for name in names)


def _telling(text: str) -> set[str]:
    """The stems of what is left without little words."""
    return {stem(word) for word in words(text) if word not in EMPTY}


class SituationPost(models.Model):
    """A post that helps in a situation, and its place there."""

    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name=_("situation"))
    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"))
    rank = models.PositiveSmallIntegerField(_("place"), default=1)

    class Meta:
        ordering = ["rank"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["situation", "post"], name="situation_post_once")
        ]

    def __str__(self) -> str:
        return f"{self.post} in {self.situation}"
