"""A file on its way here from an editor's browser, in parts."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.models.video import Video


def upload_id() -> str:
    """Not to be guessed, and safe in an address."""
    return get_random_string(24)


class Upload(models.Model):
    """An upload; it is over when `finished_at` is set, and swept when nobody has touched it long.

    Which parts are here is asked of the store, never written down: a row could be wrong.
    """

    id = models.CharField(primary_key=True, max_length=24, default=upload_id, editable=False)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The video it is for; not known while its post has not been saved for the first time.
    video = models.ForeignKey(Video, models.CASCADE, null=True, related_name="uploads")
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes
    part_size = models.PositiveIntegerField()  # bytes
    key = models.CharField(max_length=80)  # where the whole file will lie in the gated storage
    multipart_id = models.CharField(max_length=400, blank=True)  # the bucket's own name for it
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def parts(self) -> int:
        """How many parts the file comes in; they count from 1, the last one may be shorter."""
        return max(1, -(-self.size // self.part_size))

    def length_of(self, number: int) -> int:
        """Bytes of a part."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)
