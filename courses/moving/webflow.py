"""The HTML of another site's export, made into what our texts may hold."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from courses import richtext
from courses.moving.values import NOTHING

RENAMED = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "b": "strong", "i": "em"}
INLINE = {"strong", "em", "a"}
TRANSPARENT = {"span", "u", "s", "sup", "sub", "small", "mark", "code", "label", "font"}
VOID = {"img", "br", "hr", "input", "meta", "link", "source", "embed", "wbr", "col", "track"}
# What they hold is no text of the post.
PLAYERS = {"iframe", "video", "audio", "object", "embed"}
DROPPED = PLAYERS | {"script", "style", "noscript", "svg", "form", "button", "template", "head"}
_EMPTY = re.compile(
    rf"<(p|h2|h3|li|ul|ol|blockquote|a|strong|em)(?: [^>]*)?>"
    rf"(?:\s|&nbsp;|[\u200b\u200d\ufeff\xa0]|<br>|{re.escape(NOTHING)})*</\1>",
    re.IGNORECASE,
)


@dataclass
class Rewritten:
    """A text of ours, and the addresses of what could not be taken along."""

    html: str = ""
    pictures: list[str] = field(default_factory=list)
    players: list[str] = field(default_factory=list)


def nowhere(address: str) -> str:
    """Of a picture that cannot come along."""
    return ""


def rewrite(
    html: str, link: Callable[[str], str] = str, picture: Callable[[str], str] = nowhere
) -> Rewritten:
    """`html` in our own few elements; `link` says where each link leads now, `picture` where each
    picture lies, or nothing for one that cannot come along.

    Headings keep their rank as far as we have it, boxes and styles fall away, and what stands
    loose becomes a paragraph. Text without any markup has its paragraphs at empty lines.
    """
    if not re.search(r"<[a-zA-Z]", html):
        parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", html))
        html = "".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part)
    writer = _Writer(link, picture)
    writer.feed(html)
    writer.close()
    writer.end_paragraph()
    writer.found.html = _without_empty(richtext.clean("".join(writer.out)))
    return writer.found


def _without_empty(html: str) -> str:
    before = ""
    while html != before:
        before, html = html, _EMPTY.sub("", html)
    return html.strip()


class _Writer(HTMLParser):
    def __init__(self, link: Callable[[str], str], picture: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.link = link
        self.picture = picture
        self.found = Rewritten()
        self.out: list[str] = []
        self.open: list[str] = []  # all elements that are open
        self.dropped_at: int | None = None  # how many were open where what is left out begins
        self.is_loose = False  # whether a paragraph is open that we opened ourselves

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if self.dropped_at is not None:
            self._note(tag, given)
            return
        if tag == "img" and (address := self.picture(given.get("src", ""))):
            alt = escape(given.get("alt", ""))
            self.out.append(f'<img src="{escape(address)}" alt="{alt}">')
            return
        if tag in DROPPED or "w-dyn-empty" in given.get("class", "").split() or tag == "img":
            self._note(tag, given)
            if tag not in VOID:
                self.dropped_at = len(self.open) - 1
            return
        tag = RENAMED.get(tag, tag)
        if tag == "br":
            self.out.append("<br>" if self._in_block() else "")
        elif tag in INLINE:
            self._begin_paragraph()
            href = escape(self.link(given.get("href", "")))
            self.out.append(f'<a href="{href}">' if tag == "a" else f"<{tag}>")
        elif tag not in TRANSPARENT:
            self.end_paragraph()
            self.out.append(f"<{tag}>" if tag in richtext.BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while (last := self.open.pop()) != tag:
            self._end(last)
        self._end(tag)

    def _end(self, tag: str) -> None:
        if self.dropped_at is not None:
            if len(self.open) <= self.dropped_at:
                self.dropped_at = None
            return
        tag = RENAMED.get(tag, tag)
        if tag in INLINE:
            self.out.append(f"</{tag}>")
        elif tag not in TRANSPARENT:
            self.end_paragraph()
            self.out.append(f"</{tag}>" if tag in richtext.BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if self.dropped_at is not None:
            return
        if data.strip():
            self._begin_paragraph()
        if self._in_block():
            self.out.append(escape(data, quote=False))

    def _in_block(self) -> bool:
        return self.is_loose or any(RENAMED.get(t, t) in richtext.BLOCKS for t in self.open)

    def _begin_paragraph(self) -> None:
        if not self._in_block():
            self.out.append("<p>")
            self.is_loose = True

    def end_paragraph(self) -> None:
        if self.is_loose:
            self.out.append("</p>")
            self.is_loose = False

    def _note(self, tag: str, given: dict[str, str]) -> None:
        source = given.get("src") or given.get("data-src") or given.get("data") or ""
        if tag == "img":
            self.found.pictures.append(source)
        elif tag in PLAYERS and source:
            self.found.players.append(source)
