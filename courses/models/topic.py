"""A topic: what a post is about, in one word that a parent would use."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A topic, with the editor's introduction for its page."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(
        _("slug"), max_length=60, unique=True, help_text=_("Its address: /topics/…/")
    )
    introduction = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("Two or three sentences at the top of the topic's page."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The topic's page."""
        return reverse("topic_detail", args=[self.slug])
