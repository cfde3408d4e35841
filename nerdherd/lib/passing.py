"""Faults that pass: no writes for a moment, a full disk, a bucket or the cache that is away.

Pages that only read go on; what had to be written is refused with 503, so that whoever sent it
knows that it was not kept and may send it again.
"""

import logging
import sys
from collections.abc import Callable
from errno import EDQUOT, ENOSPC

from botocore.exceptions import BotoCoreError, ClientError
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)

AGAIN_IN = 10  # seconds


def passes(error: BaseException | None) -> bool:
    """Whether the same may succeed a little later, without anybody changing the code."""
    if isinstance(error, ClientError):
        return bool(error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500)
    if isinstance(error, BotoCoreError):  # first, since some of them are OSErrors as well
        return True
    if isinstance(error, OSError):
        return error.errno in (ENOSPC, EDQUOT)
    # Loaded only where CACHE_URL names one; it takes 19 MB.
    redis = sys.modules.get("redis.exceptions")
    if redis is not None and isinstance(error, redis.RedisError):
        return True
    return isinstance(error, OperationalError | InterfaceError)


def if_possible(write: Callable[[], object]) -> None:
    """Do what a page writes besides; while that cannot be written, the page goes without."""
    try:
        with transaction.atomic():
            write()
    except OperationalError as error:
        log.warning("not written, and gone on without: %s", error)


class OnceMoreMiddleware:
    """A page whose database was started again under it is made once more, on a new connection.

    Only what changes nothing: of anything else we cannot know how far it came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Above everything that asks the database."""
        response = self.get_response(request)
        if response.status_code == 503 and request.method in ("GET", "HEAD"):
            close_old_connections()
            if connection.connection is None:
                response = self.get_response(request)
        return response
