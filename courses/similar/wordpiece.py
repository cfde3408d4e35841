"""Cuts English text into the word pieces that the language model was trained on."""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

LONGEST_WORD = 100
_CLS, _SEP, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"


def read_vocabulary(path: Path) -> dict[str, int]:
    """The pieces with their numbers: one a line, numbered from 0."""
    return {piece: n for n, piece in enumerate(path.read_text(encoding="utf-8").splitlines())}


def encode(text: str, vocabulary: Mapping[str, int], longest: int) -> list[int]:
    """The numbers of the pieces of `text` between start and end marks, at most `longest`."""
    pieces = [number for word in _words(text) for number in _pieces(word, vocabulary)]
    return [vocabulary[_CLS], *pieces[: longest - 2], vocabulary[_SEP]]


def _words(text: str) -> Iterator[str]:
    """Lower case, without accents and control characters; every punctuation mark is a word."""
    word = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if category == "Mn" or character in "\x00\ufffd":
            continue
        if character.isspace() or _stands_alone(character, category):
            if word:
                yield word
                word = ""
            if not character.isspace():
                yield character
        elif not category.startswith("C"):
            word += character
    if word:
        yield word


def _stands_alone(character: str, category: str) -> bool:
    is_ideograph = 0x3400 <= ord(character) <= 0x9FFF or 0xF900 <= ord(character) <= 0xFAFF
    is_symbol = character.isascii() and character.isprintable() and not character.isalnum()
    return category.startswith("P") or is_symbol or is_ideograph


def _pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The longest known beginning, then the longest known going-on, and so on to the end."""
    numbers, start = list[int](), 0
    while start < len(word) <= LONGEST_WORD:
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else f"##{word[start:end]}"
            if piece in vocabulary:
                numbers.append(vocabulary[piece])
                start = end
                break
        else:
            return [vocabulary[_UNKNOWN]]
    return numbers or [vocabulary[_UNKNOWN]]
