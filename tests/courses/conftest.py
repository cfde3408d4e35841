"""What the tests of the library share."""

from tests.s3 import bucket, s3_server

__all__ = ["bucket", "s3_server"]
