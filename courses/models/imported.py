"""What an import last brought for a post, so that the same file changes nothing twice."""

from django.db import models
from django.utils import timezone

from courses.models.post import Post


class ImportedPost(models.Model):
    """The digest of the row that a post came from; what editors changed since is theirs."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="imported")
    row_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=timezone.now)
