"""Captions: what is read, what is refused with its line, and that writing is the end of it."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.video.captions import CaptionError, Cue, parse, write
from courses.video.paragraphs import paragraphs

HELLO = [Cue(1.0, 3.5, "Hello there."), Cue(4.0, 6.0, "And\nwelcome.")]
WEBVTT = """WEBVTT - a title

NOTE
This is for us: 00:00 --> not a time at all

STYLE
::cue { color: red }

REGION
id:left

first
00:00:01.000 --> 00:00:03.500 align:start position:10%
Hello there.

00:04.000 --> 00:06.000
And
welcome.
"""
SRT = """1
00:00:01,000 --> 00:00:03,500
Hello there.

2
00:00:04,000 --> 00:00:06,000
And
welcome.
"""


def said(text: str) -> str:
    """What one cue with this text says."""
    [cue] = parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n")
    return cue.text


@pytest.mark.parametrize("source", [WEBVTT, SRT], ids=["WebVTT", "SRT"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_both_kinds_are_read_however_their_lines_end(source, end, mark):
    assert parse(mark + source.replace("\n", end)) == HELLO


def test_a_last_line_without_an_end_counts_too():
    assert parse(SRT.rstrip()) == HELLO


def test_a_mark_before_the_very_first_time_is_no_part_of_it():
    assert parse("\ufeff00:01.000 --> 00:02.000\n\ufeffHi") == [Cue(1, 2, "Hi")]


def test_hours_are_optional_and_may_be_many():
    assert parse("00:59.999 --> 01:00:00.000\na")[0] == Cue(59.999, 3600, "a")
    assert parse("100:00:00.000 --> 100:00:01.000\na")[0].start == 360_000


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<v Eli>Hi</v> <i>you</i>", "Eli: Hi you"),
        ("<c.loud>HEY</c><00:01.500> now", "HEY now"),
        ("safe <script>alert(1)</script>sound", "safe sound"),
        ("<img src=x onerror=alert(1)>bang", "bang"),
        ("Tom &amp; Eli &lt;3 &gt;.&lt;", "Tom & Eli <3 >.<"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("one&nbsp;two   three", "one two three"),
        ("AT&T, 1 < 2", "AT&T, 1 < 2"),
    ],
)
def test_only_words_are_kept(written, words):
    assert said(written) == words


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "a --> b", "&lt;b&gt;", "x &amp; y", "-->", "<v Eli>"]
)
def test_words_that_look_like_markup_are_shown_and_never_obeyed(words):
    cues = [Cue(1.0, 2.0, words), Cue(3.0, 4.0, "after")]
    written = write(cues)
    assert parse(written) == cues
    assert not re.search(r"<|-->(?! \d\d:)", written)


def test_a_line_that_held_only_markup_does_not_end_the_caption():
    assert said("one\n<b></b>\ntwo") == "one\ntwo"


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nHi", None, "no caption in this text"),
        ("", None, "no caption in this text"),
        ("Once upon a time there was a child.", None, "no caption in this text"),
        ("WEBVTT\n\nNOTE 00:01.000 --> 00:02.000\nHi", None, "no caption in this text"),
        ("WEBVTT\n\n00:01 --> 00:02\nHi", 3, "not a time range"),
        ("WEBVTT\r\n\r\n00:61.000 --> 00:62.000\r\nHi", 3, "not a time range"),
        ("00:00:01,000 --> soon\nHi", 1, "not a time range"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nHi", 3, "ends before it begins"),
        ("WEBVTT\n\n00:05.000 --> 00:05.000\nHi", 3, "ends before it begins"),
        (SRT + "\n3\n00:00:02,000 --> 00:00:09,000\nHi", 11, "begins before the one above it"),
        ("x" * 2_000_001, None, "too long"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source, line, reason):
    with pytest.raises(CaptionError, match=reason) as caught:
        parse(source)
    named = re.match(r"Line (\d+):", str(caught.value))
    assert (int(named[1]) if named else None) == line


def test_writing_is_stable():
    once = write(parse(SRT))
    assert once.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nHello there.\n\n")
    assert write(parse(once)) == once


class TestTranscript:
    """What is said, in paragraphs that one can jump to."""

    def test_a_paragraph_ends_with_a_sentence_after_half_a_minute(self):
        cues = [
            Cue(0.5, 10, "We begin."),
            Cue(20.9, 29, "It goes on"),
            Cue(31, 40, "over the half minute."),
            Cue(41, 50, "Then something “new?”"),
            Cue(71, 75, "And new\nagain"),
        ]
        assert paragraphs(cues) == [
            [
                {"start": 0, "text": "We begin."},
                {"start": 20, "text": "It goes on"},
                {"start": 31, "text": "over the half minute."},
            ],
            [{"start": 41, "text": "Then something “new?”"}],
            [{"start": 71, "text": "And new again"}],
        ]

    def test_silence_is_no_line(self):
        assert paragraphs([Cue(1, 2, ""), Cue(3, 4, "Hello.")]) == [
            [{"start": 3, "text": "Hello."}]
        ]
        assert paragraphs([Cue(1, 2, " \n ")]) == []


pieces = st.sampled_from(
    ["WEBVTT\n\n", "\n", "\n\n", "\r", "1\n", "00:01.000 --> 00:02.000\n", "00:00:03,000 --> 00:04:05.678 line:0\n",
     "-->", "NOTE ", "STYLE\n", "<i>", "</i>", "<b></b>\n", "<script>", "</script>", "<!--", "&lt;", "&amp;", "&nbsp;", "&#10;", "&#0;",
     "&", "<", ">", "\0", "\u2028", "\u00a0", "\x0b", "\x1c", "\ufeff", "words", " "]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(pieces | st.text(max_size=4), max_size=25).map("".join)
    )
)
@example("00:01.000 --> 00:02.000\n<?>\ufeff")
@example("00:01.000 --> 00:02.000\na\n<b></b>\nb")
@example("00:01.000 --> 00:02.000\na&#10;&#10;00:03.000 --&gt; b")
def test_whatever_is_pasted_is_refused_in_words_or_read_for_good(source):
    try:
        cues = parse(source)
    except CaptionError as error:
        assert str(error)
        return
    assert parse(write(cues)) == cues
    assert "\0" not in write(cues)
    paragraphs(cues)
