"""How static files are kept: hashed, compressed, with the imports of our modules followed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of our own modules: whole lines of comment, and what lines are moved in by.
_FOR_READERS = re.compile(r"^[ \t]*(?://.*\n|\n|(?=\S))", re.MULTILINE)


def without_comments(module: str) -> str:
    """A module of ours as browsers get it; no text of ours begins a line with two slashes."""
    return _FOR_READERS.sub("", module)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """A module names the others by their hashed names too, so that no two versions ever meet."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """As ever, of modules that have lost a fifth of their weight."""
        for name in paths if not dry_run else ():
            if name.startswith("js/"):
                kept = Path(self.path(name))
                kept.write_text(without_comments(kept.read_text("utf-8")), "utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
