"""Answers with a stored file, whole or the part that was asked for; Safari plays nothing else."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import Storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 256 * 1024
# "From here to the end" is answered with this much, and the player asks on: somebody who watches an
# hour slowly would otherwise hold one of the server's few threads for an hour.
LONGEST_PART = 2 * 1024 * 1024
# A size with more digits than any file has is nonsense, and slow to turn into a number.
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def serve(request: HttpRequest, storage: Storage, name: str, content_type: str) -> HttpResponseBase:
    """The file `name`, in full (200) or one range of it (206; 416 when it lies outside).

    Anything but one well-formed range is answered with the whole, as RFC 9110 allows. Raises
    Http404 when the file is not there.
    """
    try:
        size = storage.size(name)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Http404 from error
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = _bounds(asked, size) if asked and any(asked.groups()) else (0, size - 1)
    if asked and (first > last or first >= size):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    is_part = asked is not None and any(asked.groups())
    response: HttpResponseBase = StreamingHttpResponse(
        [] if request.method == "HEAD" else _read(storage, name, first, last),
        status=206 if is_part else 200,
        content_type=content_type,
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(last - first + 1)
    if is_part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int]:
    first, last = asked.groups()
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size - 1 if int(last) else -1
    until = int(last) if last else int(first) + LONGEST_PART - 1
    return int(first), min(until, size - 1)


def _read(storage: Storage, name: str, first: int, last: int) -> Iterator[bytes]:
    with storage.open(name, "rb") as file:
        yield from _chunks(file, first, last)


def _chunks(file: Any, first: int, last: int) -> Iterator[bytes]:
    file.seek(first)
    left = last - first + 1
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
