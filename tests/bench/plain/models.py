"""What the plain page shows."""

from django.db import models
from django.urls import reverse


class Topic(models.Model):
    """What posts are about."""

    objects: models.Manager["Topic"] = models.Manager()
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post with a text, and others like it."""

    objects: models.Manager["Post"] = models.Manager()
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField()
    picture = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(default=3)
    published_at = models.DateTimeField()
    topics = models.ManyToManyField(Topic)
    similar = models.ManyToManyField("self", symmetrical=False)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post", args=[self.slug])
