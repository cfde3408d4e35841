"""Where the parts of an upload lie until all are here: on this machine's disk, or in the bucket."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from courses.models import Upload
from nerdherd.lib.stores import gated_storage

FOLDER = "uploads"
CHUNK = 256 * 1024
ADDRESS_LIFE = 15 * 60  # seconds


class Body(Protocol):
    """What a part is read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none when it is over."""


class CutOff(Exception):
    """The connection ended before the part did."""


class Parts(Protocol):
    """What a store of parts can do; parts count from 1."""

    def room(self) -> int | None:
        """Bytes that are free; None where there is always room."""

    def begin(self, upload: Upload) -> None:
        """Make ready for the parts of `upload`, which is not saved yet."""

    def here(self, upload: Upload) -> set[int]:
        """The parts that are here whole."""

    def address(self, upload: Upload, number: int) -> str:
        """Where the browser is to PUT a part."""

    def assemble(self, upload: Upload) -> None:
        """Put the parts together as `upload.key`; nothing happens if that was done before."""

    def first_bytes(self, upload: Upload, count: int) -> bytes:
        """How the assembled file begins."""

    def discard(self, upload: Upload) -> None:
        """Throw the parts away; nothing happens if there are none."""

    def sweep(self, before: datetime, kept: list[Upload]) -> None:
        """Throw away what was begun `before` and belongs to none of the `kept` uploads."""


def store() -> Parts:
    """The store that goes with the gated storage."""
    storage = gated_storage()
    return LocalParts(storage) if isinstance(storage, FileSystemStorage) else BucketParts(storage)


class LocalParts:
    """Parts are written to their place in one file, and an empty file named after each says so.

    The mark is set when the bytes are on the disk, so a half part never counts, and putting the
    parts together is one renaming, however long the film is.
    """

    def __init__(self, storage: FileSystemStorage) -> None:
        self.storage = storage

    def room(self) -> int | None:
        root = Path(self.storage.location)
        root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(root).free

    def begin(self, upload: Upload) -> None:
        self._folder(upload).mkdir(parents=True)

    def here(self, upload: Upload) -> set[int]:
        folder = self._folder(upload)
        return {int(mark.name) for mark in folder.glob("[0-9]*")} if folder.exists() else set()

    def address(self, upload: Upload, number: int) -> str:
        return reverse("upload_part", args=[upload.pk, number])

    def write(self, upload: Upload, number: int, body: Body) -> None:
        """Take a part from a stream. Raises CutOff when it is too short."""
        folder = self._folder(upload)
        folder.mkdir(parents=True, exist_ok=True)
        left = upload.length_of(number)
        with os.fdopen(os.open(folder / "whole", os.O_RDWR | os.O_CREAT, 0o644), "r+b") as whole:
            whole.seek((number - 1) * upload.part_size)
            while left and (chunk := body.read(min(CHUNK, left))):
                whole.write(chunk)
                left -= len(chunk)
            whole.flush()
            os.fsync(whole.fileno())
        if left:
            raise CutOff
        (folder / str(number)).touch()

    def assemble(self, upload: Upload) -> None:
        target = Path(self.storage.path(upload.key))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            (self._folder(upload) / "whole").rename(target)
        except FileNotFoundError:  # another request was quicker
            return
        self.discard(upload)

    def first_bytes(self, upload: Upload, count: int) -> bytes:
        with self.storage.open(upload.key) as file:
            return bytes(file.read(count))

    def discard(self, upload: Upload) -> None:
        shutil.rmtree(self._folder(upload), ignore_errors=True)

    def sweep(self, before: datetime, kept: list[Upload]) -> None:
        ids = {upload.pk for upload in kept}
        for folder in Path(self.storage.path(FOLDER)).glob("*"):
            if folder.name not in ids and folder.stat().st_mtime < before.timestamp():
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, upload: Upload) -> Path:
        return Path(self.storage.path(f"{FOLDER}/{upload.pk}"))


class BucketParts:
    """Parts go from the browser straight to the bucket, by addresses that we sign.

    Which parts are here is asked of the bucket, so no browser need be able to read its answers.
    """

    def __init__(self, storage: Any) -> None:
        self.storage = storage
        self.client = storage.connection.meta.client

    def room(self) -> int | None:
        return None

    def begin(self, upload: Upload) -> None:
        answer = self.client.create_multipart_upload(
            **self._object(upload), ContentType="application/octet-stream"
        )
        upload.multipart_id = answer["UploadId"]

    def here(self, upload: Upload) -> set[int]:
        return {
            part["PartNumber"]
            for part in self._listed(upload)
            if part["Size"] == upload.length_of(part["PartNumber"])
        }

    def address(self, upload: Upload, number: int) -> str:
        address: str = self.client.generate_presigned_url(
            "upload_part", {**self._multipart(upload), "PartNumber": number}, ADDRESS_LIFE
        )
        return address

    def assemble(self, upload: Upload) -> None:
        keys = ("PartNumber", "ETag")
        parts = [{key: part[key] for key in keys} for part in self._listed(upload)]
        try:
            self.client.complete_multipart_upload(
                **self._multipart(upload), MultipartUpload={"Parts": parts}
            )
        except self.client.exceptions.NoSuchUpload:  # another request was quicker
            return

    def first_bytes(self, upload: Upload, count: int) -> bytes:
        answer = self.client.get_object(**self._object(upload), Range=f"bytes=0-{count - 1}")
        return bytes(answer["Body"].read())

    def discard(self, upload: Upload) -> None:
        self._abort(upload.multipart_id, self._object(upload))

    def sweep(self, before: datetime, kept: list[Upload]) -> None:
        ids = {upload.multipart_id for upload in kept}
        bucket = self.storage.bucket_name
        prefix = self.storage._normalize_name("originals") + "/"
        pages = self.client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            for begun in page.get("Uploads", ()):
                if begun["UploadId"] not in ids and begun["Initiated"] < before:
                    self._abort(begun["UploadId"], {"Bucket": bucket, "Key": begun["Key"]})

    def _abort(self, multipart_id: str, target: dict[str, str]) -> None:
        try:
            self.client.abort_multipart_upload(**target, UploadId=multipart_id)
        except self.client.exceptions.NoSuchUpload:
            return

    def _listed(self, upload: Upload) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_parts").paginate(**self._multipart(upload))
        try:
            return [part for page in pages for part in page.get("Parts", ())]
        except self.client.exceptions.NoSuchUpload:
            return []

    def _object(self, upload: Upload) -> dict[str, str]:
        key = self.storage._normalize_name(upload.key)
        return {"Bucket": self.storage.bucket_name, "Key": key}

    def _multipart(self, upload: Upload) -> dict[str, str]:
        return {**self._object(upload), "UploadId": upload.multipart_id}
