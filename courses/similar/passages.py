"""What the language model is given of a post: passages that each say what the post is about."""

import re

from courses.similar.document import Document

WORDS = 150
_SENTENCE_END = re.compile(r"[.!?…]")


def passages(document: Document) -> list[str]:
    """The text in passages of about 150 words, each behind title and summary; at least one."""
    words = document.text.split()
    head = f"{document.title}. {document.summary}"
    parts = [" ".join(words[n : n + WORDS]) for n in range(0, len(words), WORDS)]
    return [f"{head} {part}" for part in parts] or [head]


def sentences(lines: list[str]) -> str:
    """Lines of captions as running text; those that came without full stops are given some."""
    if sum(bool(_SENTENCE_END.search(line)) for line in lines) * 4 < len(lines):
        lines = [line[:1].upper() + line[1:] + "." for line in lines]
    return " ".join(lines)
