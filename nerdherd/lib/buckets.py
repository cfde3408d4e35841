"""What lies in the bucket and is for everybody."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class PublicShelf(S3Storage):
    """Its files have the site's own addresses, as they have on a disk.

    The bucket's would be signed and run out within the hour, in a page that somebody keeps, a feed,
    or the picture beside a link that was shared; and no browser would find what it has already.
    """

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Where it is fetched from: here, or the CDN that `MEDIA_URL` names."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))
