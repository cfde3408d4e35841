"""Chapters: what is read, what is refused with its line, and that writing is the end of it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.video import chapters
from courses.video.captions import Cue
from courses.video.captions import parse as cues_of
from courses.video.chapters import Chapter, ChapterError, parse, webvtt, write

TWO = [Chapter(0, "Why they cling"), Chapter(90, "What helps")]


@pytest.mark.parametrize(
    "text",
    [
        "0:00 Why they cling\n1:30 What helps",
        "\n00:00  Why they   cling\r\n\r\n 0:01:30\tWhat helps \n",
        "0:00 - Why they cling\r1:30 – What helps",
        "(0:00) Why they cling\n[1:30] What helps",
        "\ufeff0:00 | Why they cling\n1:30 : What helps",
    ],
)
def test_editors_write_them_in_many_ways(text):
    assert parse(text) == TWO


def test_none_are_none():
    assert parse("") == parse(" \n\r\n") == []


def test_hours_and_many_minutes():
    assert parse("0:00 a\n1:00:05 b\n100:00 c") == [
        Chapter(0, "a"),
        Chapter(3605, "b"),
        Chapter(6000, "c"),
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("0:00 a\nand then", ["Line 2: “and then” is no chapter. Write it as 1:30 Title."]),
        ("0:00 a\n\n1:30", ["Line 3: “1:30” is no chapter. Write it as 1:30 Title."]),
        ("0:00 a\n1:75 b", ["Line 2: “1:75 b” is no chapter. Write it as 1:30 Title."]),
        ("0:00 a\n1:60:00 b", ["Line 2: “1:60:00 b” is no chapter. Write it as 1:30 Title."]),
        ("0:01 a", ["Line 1: the first chapter must begin at 0:00."]),
        ("0:00 a\n1:00 b\n0:59 c", ["Line 3: this chapter does not begin after the one above it."]),
        ("0:00 a\n0:00 b", ["Line 2: this chapter does not begin after the one above it."]),
        (f"0:00 {'x' * 81}", ["Line 1: the title is longer than 80 characters."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text, problems):
    with pytest.raises(ChapterError) as caught:
        parse(text)
    assert caught.value.problems == problems


def test_several_are_said_at_once():
    with pytest.raises(ChapterError) as caught:
        parse("0:00 a\nb\nc\n1:00 d")
    assert [problem[:7] for problem in caught.value.problems] == ["Line 2:", "Line 3:"]


def test_a_hundred_are_enough():
    lines = [f"{minute}:00 x" for minute in range(101)]
    assert len(parse("\n".join(lines[:100]))) == 100
    with pytest.raises(ChapterError, match="These are 101 chapters; 100 are the most"):
        parse("\n".join(lines))


def test_they_are_written_as_an_editor_would():
    assert write(TWO) == "0:00 Why they cling\n1:30 What helps"
    assert write([Chapter(3605, "x")]) == "1:00:05 x"


def test_the_track_runs_from_each_to_the_next_and_ends_with_the_video():
    assert cues_of(webvtt(TWO, 120)) == [Cue(0, 90, "Why they cling"), Cue(90, 120, "What helps")]


def test_what_begins_after_the_end_is_left_out_and_remarked():
    assert cues_of(webvtt(TWO, 60)) == [Cue(0, 60, "Why they cling")]
    assert webvtt(TWO, 0) == "WEBVTT\n"
    assert chapters.remarks(TWO, 60) == ["Line 2: “What helps” begins after the video ends (1:00)."]
    assert chapters.remarks(TWO, 120) == chapters.remarks(TWO, None) == []


def test_a_title_cannot_break_the_track():
    [cue] = cues_of(webvtt([Chapter(0, "a --> b <script>&")], 10))
    assert cue.text == "a --> b <script>&"


pieces = st.sampled_from(["0:00", "1:30", "59:59", "1:00:00", "99:59:59", " ", "\t", "\n", "\r\n", "-", "– ",
                          "|", ":", "(", ")", "x", "\0", "\x85", "\u2028", "\u00a0", "\x1c", "\ufeff", "-->"])  # fmt: skip


@settings(deadline=None)
@given(st.lists(pieces | st.text(max_size=3), max_size=20).map("".join), st.integers(0, 9999))
@example("0:00 - - x", 5)
@example("0:00 a\u2028b\n0:01 (c", 5)
def test_whatever_is_typed_is_refused_in_words_or_read_for_good(text, seconds):
    try:
        found = parse(text)
    except ChapterError as error:
        assert error.problems
        return
    assert parse(write(found)) == found
    assert "\0" not in write(found)
    track = webvtt(found, seconds)
    shown = cues_of(track) if "-->" in track else []
    assert [cue.start for cue in shown] == [c.start for c in found if c.start < seconds]
