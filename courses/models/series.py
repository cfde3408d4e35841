"""A series: posts in an order that the editor chose."""

from django.db import models
from django.urls import reverse


class Series(models.Model):
    """A course; its episodes are the posts that name it."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True, help_text="Its address: /series/…/")
    summary = models.TextField(blank=True, help_text="What somebody has after the last episode.")

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the series."""
        return reverse("series_detail", args=[self.slug])
