"""The HTML that editors write: cleaned by short lists, read as plain text, cut at paragraphs."""

from html import unescape
from html.parser import HTMLParser
from typing import ClassVar

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from courses import illustrations

# What the editor offers (see Post.body), and so all that a text may hold.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "Blockquote": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Link": {"protocols": ["https", "http", "mailto"], "enableTarget": False},
    "HardBreak": True,
    "Image": True,
    "History": True,
}
TAGS = {"p", "h2", "h3", "blockquote", "ul", "ol", "li", "strong", "em", "a", "br", "img"}
VOID = {"br", "img"}
BLOCKS = TAGS - VOID - {"strong", "em", "a"}
WORDS_PER_MINUTE = 220
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}},
    attribute_filter=illustrations.only_ours,
    url_schemes={"https", "http", "mailto"},
    link_rel="noopener",
)


def clean(html: str) -> SafeString:
    """`html` without anything that is not on our lists; safe to put on a page."""
    return mark_safe(illustrations.without_strangers(_cleaner.clean(html)))


def shown(html: str) -> SafeString:
    """`html` cleaned for a page, its pictures in all their sizes."""
    return mark_safe(illustrations.in_all_sizes(clean(html)))


def plain(html: str) -> str:
    """The words of `html`, blocks separated by line ends, no markup and no entities."""
    for block in BLOCKS | {"br"}:
        html = html.replace(f"</{block}>", f"</{block}>\n").replace(f"<{block}>", f" <{block}>")
    text = unescape(nh3.clean(html, tags=set()))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def read_minutes(html: str) -> int:
    """Minutes to read it, at least one."""
    return max(1, round(len(plain(html).split()) / WORDS_PER_MINUTE))


def opening(html: str, words: int = 60) -> str:
    """The first blocks of `html`, about `words` words but never over a third of the whole.

    Empty when the first block is already more than that: the opening is a taste, not the text.
    Pictures are left out: what everybody is given must name none of a members' text.
    """
    html = illustrations.removed(html)
    limit = len(plain(html).split()) / 3
    taken: list[str] = []
    count = 0
    for block in _top_level_blocks(html):
        size = len(plain(block).split())
        if count >= words or count + size > limit:
            break
        taken.append(block)
        count += size
    return "".join(taken)


def _top_level_blocks(html: str) -> list[str]:
    """The outermost elements of cleaned HTML, each as it is written; loose text is left out."""
    splitter = _Splitter(html)
    splitter.feed(html)
    splitter.close()
    return splitter.blocks


class _Splitter(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.line_starts = [0]
        for line in html.split("\n"):  # what HTMLParser counts; splitlines knows more line ends
            self.line_starts.append(self.line_starts[-1] + len(line) + 1)
        self.depth = self.start = 0
        self.blocks: list[str] = []

    def _position(self) -> int:
        line, column = self.getpos()
        return self.line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if self.depth == 0:
            self.start = self._position()
        self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or self.depth == 0:
            return
        self.depth -= 1
        if self.depth == 0:
            self.blocks.append(self.html[self.start : self._position() + len(tag) + 3])


def written(html: str) -> str:
    """`html` as one would write it without a mouse: # for headings, *strong*, the aim of links."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    lines = "".join(writer.said).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


class _Writer(HTMLParser):
    BEFORE: ClassVar = {"h2": "\n## ", "h3": "\n### ", "blockquote": "\n> ", "li": "\n• "}
    ROUND: ClassVar = {"strong": "*", "em": "_"}

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.aims: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.aims.append(dict(attrs).get("href") or "")
        if tag == "img":
            self.said.append("\n[%s]\n" % (dict(attrs).get("alt") or gettext("a picture")))
        if tag == "br" or (tag == "p" and self._is_closed):
            self.said.append("\n")
        self.said.append(self.BEFORE.get(tag) or self.ROUND.get(tag, ""))

    @property
    def _is_closed(self) -> bool:
        """Not right behind the sign of a list or a quotation, which hold paragraphs."""
        return not "".join(self.said[-2:]).rstrip().endswith(("•", ">"))

    def handle_data(self, data: str) -> None:
        self.said.append(" " if data.isspace() else data.replace("\n", " "))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.aims:
            self.said.append(f" ({self.aims.pop()})")
        self.said.append(self.ROUND.get(tag, "") or ("\n" if tag in BLOCKS else ""))
