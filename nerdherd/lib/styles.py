"""Style sheets that stand in the page itself: it can be seen as soon as its first answer is there.

The content security policy names each by its digest; nothing else may style a page from inside.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SHEETS = ("base", "components", "forms", "home", "library", "player", "post", "preview")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Space means nothing beside these, and no string of ours holds one of them.
_SPACE = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")
_FILE = re.compile(r'url\("\.\./([^"]+)"\)')


@cache
def sheet(name: str) -> str:
    """One of `SHEETS` as it stands in a page: without comments, its files by whole addresses."""
    if name not in SHEETS:
        raise LookupError(f"{name} is not in SHEETS, so the policy would forbid it")
    source = Path(str(finders.find(f"css/{name}.css"))).read_text(encoding="utf-8")
    text = _SPACE.sub(r"\1", _COMMENT.sub("", source)).strip()
    return _FILE.sub(lambda match: f'url("{static(match[1])}")', text)


def digests_in(page: bytes) -> list[str]:
    """What the policy's `style-src` says of those that stand in a page."""
    return [digest for text, digest in _digests() if text in page]


@cache
def _digests() -> list[tuple[bytes, str]]:
    texts = [sheet(name).encode() for name in SHEETS]
    return [(text, f"'sha256-{b64encode(sha256(text).digest()).decode()}'") for text in texts]
