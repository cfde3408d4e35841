"""Captions files in every encoding: read, or refused with what to do."""

import pytest

from courses.video.decoding import Unreadable, decode

TEXT = "1\r\n00:00:01,000 --> 00:00:02,000\r\n“Déjà vu”, niño – für Mütter…\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_read_with_and_without_a_mark(encoding):
    decoded = decode(TEXT.encode(encoding))
    assert decoded.text.lstrip("\ufeff") == TEXT
    assert decoded.guessed == []


@pytest.mark.parametrize("order", ["le", "be"])
def test_a_mark_tells_the_order_of_bytes(order):
    assert decode("\ufeffa".encode(f"utf-16-{order}")).text == "\ufeffa"
    assert decode("\ufeffa".encode(f"utf-32-{order}")).text == "\ufeffa"


def test_windows_is_read_and_its_accents_are_shown_to_the_editor():
    decoded = decode(TEXT.encode("cp1252"))
    assert decoded.text == TEXT
    assert decoded.guessed == ["“Déjà", "vu”,", "niño", "–", "für"]


def test_latin_1_is_part_of_it():
    latin = "00:01.000 --> 00:02.000\nÇa va, petit être?"
    assert decode(latin.encode("latin-1")).text == latin


@pytest.mark.parametrize(
    ("words", "encoding"),
    [("Привет, мой дорогой", "cp1251"), ("Привет, мой дорогой", "koi8-r"), ("Καλημέρα", "cp1253"),
     ("こんにちは、元気ですか", "shift-jis"), ("你好你好你好", "gb18030"), ("שלום לך", "cp1255")],
)  # fmt: skip
def test_other_alphabets_are_refused_and_never_guessed(words, encoding):
    with pytest.raises(Unreadable, match="Please save it as UTF-8"):
        decode(f"00:00:01,000 --> 00:00:02,000\n{words}\n".encode(encoding))


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\xff", b"\x00\xd8" * 9, b"\x89PNG\r\n\x1a\n\x00\x81\x8d", bytes(range(256))],
)
def test_bytes_that_are_no_text_are_refused(content):
    with pytest.raises(Unreadable):
        decode(content)


def test_too_large_is_refused():
    with pytest.raises(Unreadable, match="larger than four megabytes"):
        decode(b"a" * 4_000_001)
