"""A situation: what is going on right now, in the words of somebody who has to deal with it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from courses.models.post import Post, PostQuerySet
from courses.search.words import EMPTY, stem, words


class Situation(models.Model):
    """A way to posts for a parent who does not know what the thing is called."""

    name = models.CharField(
        max_length=60, unique=True, help_text="As a parent would say it: “won’t sleep”, “hits me”."
    )
    slug = models.SlugField(max_length=60, unique=True, help_text="Its address: /situations/…/")
    words = models.TextField(
        "other words for it",
        blank=True,
        help_text="Separated by commas: bedtime, stays awake, up at night. A search for one of "
        "them leads here too.",
    )
    introduction = models.TextField(blank=True, help_text="One or two kind sentences on its page.")
    posts = models.ManyToManyField(Post, through="SituationPost", related_name="situations")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the situation."""
        return reverse("situation_detail", args=[self.slug])

    def clean(self) -> None:
        """Refuse words that a search could never match."""
        for part in filter(None, map(str.strip, self.words.split(","))):
            if not _telling(part):
                raise ValidationError({"words": f"“{part}” says too little to be looked for."})

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

    situation = models.ForeignKey(Situation, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE)
    rank = models.PositiveSmallIntegerField("place", default=1)

    class Meta:
        ordering = ["rank"]
        verbose_name = "post"
        constraints = [
            models.UniqueConstraint(fields=["situation", "post"], name="situation_post_once")
        ]

    def __str__(self) -> str:
        return f"{self.post} in {self.situation}"
