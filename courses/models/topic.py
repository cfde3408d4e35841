"""A topic: what a post is about, in one word that a parent would use."""

from django.db import models
from django.urls import reverse


class Topic(models.Model):
    """A topic, with the editor's introduction for its page."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True, help_text="Its address: /topics/…/")
    introduction = models.TextField(
        blank=True, help_text="Two or three sentences at the top of the topic's page."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The topic's page."""
        return reverse("topic_detail", args=[self.slug])
