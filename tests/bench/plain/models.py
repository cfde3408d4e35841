"""What the plain page shows."""

from django.db import models


class Post(models.Model):
    """A post with a text and others like it."""

    objects: models.Manager["Post"] = models.Manager()
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    related = models.ManyToManyField("self", symmetrical=False)

    def __str__(self) -> str:
        return self.title
