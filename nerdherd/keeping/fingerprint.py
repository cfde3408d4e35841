"""What is there, in a few lines that are the same again only if everything is."""

import hashlib
import json
from collections.abc import Iterator

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models

from nerdherd.keeping.archive import PIECE, local_files

# What comes and goes by itself, and nobody would miss.
PASSING = {"sessions.Session", "lib.TimedWork"}


def fingerprint(database: str = DEFAULT_DB_ALIAS) -> Iterator[tuple[str, int, str]]:
    """Of every table and of the files: name, how many, and a digest. The same on every engine."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in PASSING and not model._meta.proxy:
            yield model._meta.label, *_of_rows(model, database)
    yield "files", *_of_files()


def _of_rows(model: type[models.Model], database: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    fields = model._meta.concrete_fields
    for row in model._base_manager.using(database).order_by("pk").iterator(chunk_size=500):
        values = [field.value_to_string(row) for field in fields]
        digest.update(json.dumps(values).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()


def _of_files() -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for name, path in sorted(local_files()):
        digest.update(name.encode() + b"\0")
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        count += 1
    return count, digest.hexdigest()
