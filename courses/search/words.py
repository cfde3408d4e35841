"""Words as the search sees them: without case and accents, cut to their stems; and their slips."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import combinations

import snowballstemmer
from django.conf import settings

# Accents written as signs of their own, vowels of Hebrew, Arabic, the Indian scripts and Thai.
_SIGNS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d"
    r"\u0b82\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d\u0e31-\u0e3a\u0e47-\u0e4e"
)
# Chinese and Japanese put no space between words: every character is one, and near ones count.
_ALONE = r"\u3041-\u30ff\u3400-\u9fff"
# A word may hold an apostrophe (don’t), which is then left out.
_LETTER = rf"[^\W_{_ALONE}]"
WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+|[{_SIGNS}]+{_LETTER}*)*|[{_ALONE}]")
LONGEST = 40
# What taking accents away does not make plain.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | dict.fromkeys("'’", None)
)
_LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian",
    "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# They say nothing of what somebody is looking for, unless there is nothing else to go by.
_EMPTY = """
a about after again all also am an and any are as at be because been before being but by can
could did do does for from get had has have he her him his how i if im in into is it its ive
just me my no not of off on or our out over she so some such than that the their them then
there these they this to too up us was we were what when where which while who why will with
would you your
"""
EMPTY = frozenset(_EMPTY.split())


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One word in small letters without accents, in every script; at most `LONGEST` letters."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(filter(str.isalnum, bare.translate(_LETTERS)))[:LONGEST]


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word for word in map(fold, WORD.findall(text)) if word]


@lru_cache(maxsize=65_536)
def stem(word: str, language: str = settings.LANGUAGE_CODE) -> str:
    """What a folded word has in common with its other forms, in the language it is written in."""
    stemmer = _stemmer(language[:2])
    return str(stemmer.stemWord(word)) if stemmer else word


def stems_abroad(word: str) -> set[str]:
    """What a folded word has in common with its other forms, whatever the language."""
    return {stem(word, language) for language in _LANGUAGES}


@cache
def _stemmer(language: str) -> "snowballstemmer.stemmer | None":
    name = _LANGUAGES.get(language)
    return snowballstemmer.stemmer(name) if name else None


def slips_allowed(word: str) -> int:
    """How many letters may be wrong before it is another word."""
    return 0 if len(word) < 4 else 1 if len(word) < 9 else 2


def slips(word: str) -> set[str]:
    """The word with letters left out, as many as may be wrong.

    Two words that differ by so many slips of the finger (a letter too many, missing, wrong, or two
    in the wrong order) have one of these in common.
    """
    return {
        "".join(kept)
        for wrong in range(slips_allowed(word) + 1)
        for kept in combinations(word, len(word) - wrong)
    }


def distance(one: str, other: str) -> int:
    """How many slips lie between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before_that, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], before_that[j - 2] + 1)
    return row[-1]
