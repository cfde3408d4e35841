"""The similar list of a post, one row an entry: the editor's pins and what the machine found."""

from django.db import models

from courses.models.post import Post


class SimilarPost(models.Model):
    """`other` is shown under `post`: pins first in the editor's order, then the machine's."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="similar")
    other = models.ForeignKey(
        Post, models.CASCADE, related_name="similar_to", verbose_name="similar post"
    )
    is_pinned = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField("place", default=1)
    score = models.FloatField(default=0)
    reason = models.CharField(
        max_length=120,
        blank=True,
        help_text="Why it is here, in a few words. Left empty: “Chosen by the editor”.",
    )

    class Meta:
        ordering = ["-is_pinned", "rank"]
        verbose_name = "similar post"
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="similar_once"),
            models.CheckConstraint(
                condition=~models.Q(post=models.F("other")),
                name="similar_not_itself",
                violation_error_message="A post cannot be similar to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.other}"
