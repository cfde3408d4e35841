"""A folder of pictures that came with an export, looked up by the addresses they had."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What Webflow puts before the name that a file had.
_PREFIX = re.compile(r"^[0-9a-f]{24}_")


class Folder:
    """All files below a folder by their names; nothing outside of it can be named."""

    def __init__(self, folder: Path | None) -> None:
        files = sorted(folder.rglob("*")) if folder else []
        self.by_name = {_plain(file.name): file for file in files if file.is_file()}

    def find(self, address: str) -> Path | None:
        """The file that was at `address`, with or without what Webflow put before its name."""
        name = urlsplit(address.split(";")[0].strip()).path.rpartition("/")[2]
        return self.by_name.get(_plain(unquote(unquote(name))))


def _plain(name: str) -> str:
    return _PREFIX.sub("", name.lower())
