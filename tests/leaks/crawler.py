"""Goes through everything that one person can reach, and keeps what was answered."""

import base64
import binascii
import gzip
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

SITE = "http://127.0.0.1:8000"
LINK = re.compile(
    r"""(?:href|src|action|poster|content|data-[\w-]+|URI)=["']([^"'\s]+)["']"""  # HTML, playlists
    r"""|<loc>([^<]+)</loc>|url\(["']?([^"')]+)"""  # maps of the site, style sheets
    r"""|"(/[^"\s]*)\""""  # JSON and scripts
)
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}")
MOST_OF_A_ROUTE = 12  # addresses with a question; filters multiply


@dataclass
class Crawl:
    """One client, and what it was told at each address."""

    client: Client
    heard: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)

    def run(self, starts: Iterable[str]) -> "Crawl":
        """From `starts` on, as far as links lead on this site."""
        waiting = deque(starts)
        while waiting:
            address = waiting.popleft()
            if address in self.heard or not self._is_wanted(address):
                continue
            text = self.ask(address)
            waiting.extend(links(text, address))
        return self

    def ask(self, address: str, method: str = "GET", **headers: str) -> str:
        """Everything an answer says, its headers too; kept under the address and the headers."""
        answer = self.client.generic(method, address, headers=headers)
        raw = b"".join(answer) if answer.streaming else answer.content
        if answer.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        said = "\n".join(f"{name}: {value}" for name, value in answer.items())
        name = " ".join([address, method, *(f"{k}={v}" for k, v in headers.items())])
        name = address if (method, headers) == ("GET", {}) else name
        self.heard[name] = said + "\n" + raw.decode(errors="replace")
        self.statuses[name] = answer.status_code
        return self.heard[name]

    def _is_wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        if not address.startswith("/") or parts.path.startswith("/static/"):
            return False
        if not parts.query:
            return True
        self._asked[parts.path] += 1
        return self._asked[parts.path] <= MOST_OF_A_ROUTE

    def one_of_each_route(self) -> list[str]:
        """An address for each route; of the many rooms behind one lock, one."""
        found: dict[str, str] = {}
        for address in self.heard:
            try:
                route = resolve(urlsplit(address).path).route
            except Resolver404:
                continue
            is_shut = route.startswith("admin/") and self.statuses[address] != 200
            found.setdefault("admin/" if is_shut else route, address)
        return list(found.values())


def links(text: str, base: str) -> Iterator[str]:
    """Addresses on this site that a text names, however it writes them."""
    playlist = re.findall(r"(?m)^[^#\s<][\w./-]+$", text) if "#EXTM3U" in text else []
    named = [next(filter(None, found)) for found in LINK.findall(text) if any(found)]
    for link in [*named, *playlist]:
        whole = urljoin(SITE + base, unescape(link).partition("#")[0])
        if whole.startswith(SITE + "/"):
            yield whole.removeprefix(SITE)


def readings(text: str) -> Iterator[str]:
    """The text as it stands, and as a browser, a clipboard or a curious person would read it."""
    yield text
    yield re.sub(r"<[^>]*>|[\u00ad\u200b]", "", unescape(unquote(text)))
    for found in BASE64.findall(text):
        try:
            yield base64.urlsafe_b64decode(found + "=" * (-len(found) % 4)).decode(errors="ignore")
        except (binascii.Error, ValueError):
            continue
