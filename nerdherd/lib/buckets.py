"""Where files lie in the bucket: those for everybody, and those behind the gate."""

from pathlib import Path
from threading import Lock
from typing import Any, ClassVar
from urllib.parse import urljoin

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

IN_PIECES = TransferConfig(max_concurrency=2)
AT_ONCE = 20  # connections that a process keeps to the bucket


class Shelf(S3Storage):
    """Nobody waits for a silent bucket without end, and all threads have one way to it.

    The storage library makes a way for each thread of each shelf, of 17 MB: all that Amazon knows
    of S3. What it asks goes through the client inside, which threads may share.
    """

    _ways: ClassVar[dict[tuple[Any, ...], Any]] = {}
    _making = Lock()

    def __init__(self, **options: Any) -> None:
        """`options` as the storage library has them."""
        super().__init__(**options)
        self.client_config = Config(
            signature_version="s3v4",
            s3={"addressing_style": self.addressing_style},
            connect_timeout=3,
            read_timeout=settings.S3_READ_SECONDS,
            max_pool_connections=AT_ONCE,
            retries={"mode": "standard", "total_max_attempts": 2},
        )

    @property
    def connection(self) -> Any:
        """One in a process for each bucket's address, whichever shelf of it asks."""
        address = (self.endpoint_url, self.region_name, self.addressing_style, self.access_key)
        with self._making:
            if address not in self._ways:
                self._ways[address] = super().connection
            return self._ways[address]


class GatedShelf(Shelf):
    """Films, which are larger than memory."""

    def download(self, name: str, target: Path) -> None:
        """Write a file to the disk as it comes: what `open` gives lies in memory, all of it.

        Raises FileNotFoundError.
        """
        try:
            self.bucket.download_file(self._normalize_name(name), str(target), Config=IN_PIECES)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise


class PublicShelf(Shelf):
    """Its files have the site's own addresses, as they have on a disk.

    The bucket's would be signed and run out within the hour, in a page that somebody keeps, a feed,
    or the picture beside a link that was shared; and no browser would find what it has already.
    """

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Where it is fetched from: here, or the CDN that `MEDIA_URL` names."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))
