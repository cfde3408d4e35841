"""Captions: what is read, what is refused with its line, and that writing is the end of it."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.video import captions
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


class TestSeveralProblems:
    """An editor hears of the first few at once, each at its own line."""

    def problems(self, source: str) -> list[str]:
        with pytest.raises(CaptionError) as caught:
            parse(source)
        return caught.value.problems

    def test_each_wrong_line_is_named(self):
        source = SRT + "\n3\n00:00:09,000 --> 00:00:08,000\nHi\n\n4\nsoon --> later\nHo\n"
        assert [problem[:8] for problem in self.problems(source)] == ["Line 11:", "Line 15:"]

    def test_one_time_that_is_too_late_does_not_make_all_that_follow_wrong(self):
        times = ["00:01", "55:02", "00:03", "00:04"]
        source = "\n".join(f"{time}.000 --> {time}.900\nHi\n" for time in times)
        [problem] = self.problems(source)
        assert problem == "Line 7: this caption begins before the one above it."

    def test_after_five_they_are_counted(self):
        problems = self.problems("1:00 --> 2:00\nHi\n\n" * 9)
        assert len(problems) == 6
        assert problems[-1] == "And 4 more like these further down."

    @pytest.mark.parametrize(
        ("source", "line", "reason"),
        [
            (SRT.replace("And\n", "And\n\n"), 9, "“welcome.” belongs to no caption"),
            (SRT.replace("00:00:04,000 -->", "00:00:04,000 ->"), 6, "is not a time range"),
            ("Hello!\n\n" + SRT, 1, "“Hello!” belongs to no caption"),
            ("one\ntwo\n" + SRT, 1, "“one” belongs to no caption"),
        ],
    )
    def test_words_that_would_be_lost_are_named(self, source, line, reason):
        problem = self.problems(source)[0]
        assert problem.startswith(f"Line {line}: ")
        assert reason in problem


class TestLeniency:
    """What programs write in the wild is read as it was meant."""

    @pytest.mark.parametrize("between", ["3\n", ""], ids=["numbered", "bare"])
    def test_captions_without_an_empty_line_between_them(self, between):
        source = f"00:01.000 --> 00:02.000\nHi\n{between}00:03.000 --> 00:04.000\nyou\n"
        assert parse(source) == [Cue(1, 2, "Hi"), Cue(3, 4, "you")]

    @pytest.mark.parametrize(
        "times",
        [
            "00:01.000-->00:02.500",
            "0:01.0 --> 0:02.5",
            "00:00:01,000  -->  00:00:02,50 X1:10 X2:20",
        ],
    )
    def test_times_are_written_in_many_ways(self, times):
        assert parse(f"{times}\nHi") == [Cue(1, 2.5, "Hi")]

    def test_captions_may_overlap_as_two_people_do(self):
        assert len(parse("00:01.000 --> 00:09.000\nHi\n\n00:02.000 --> 00:03.000\nyou")) == 2

    def test_a_comment_may_hold_a_caption_that_was_taken_out(self):
        source = "WEBVTT\n\nNOTE\n00:09.000 --> 00:10.000\nold\n\n00:01.000 --> 00:02.000\nnew"
        assert parse(source) == [Cue(1, 2, "new")]

    def test_a_heading_may_touch_the_first_caption(self):
        assert parse("WEBVTT\nKind: captions\n00:01.000 --> 00:02.000\nHi") == [Cue(1, 2, "Hi")]

    def test_a_speaker_is_named_where_their_turn_begins(self):
        turns = ["<v Eli>Hi", "<v Eli>you", "<v.loud Ada Fox>Oh", "<v Eli>No"]
        source = "\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{turn}\n" for n, turn in enumerate(turns))
        assert [cue.text for cue in parse(source)] == ["Eli: Hi", "you", "Ada Fox: Oh", "Eli: No"]


class TestHostile:
    """Captions that mean harm are refused, or nothing is left of it."""

    def test_control_characters_go(self):
        assert said("a\0b\x08c\x1b[31md&#7;e\u0085f") == "abc[31mde f"

    def test_what_looks_like_a_path_is_only_words(self):
        assert (
            said("../../etc/passwd %2e%2e\\C:\\boot.ini") == "../../etc/passwd %2e%2e\\C:\\boot.ini"
        )

    def test_a_hundred_thousand_captions_are_refused(self):
        with pytest.raises(CaptionError, match="too many: more than 20,000"):
            parse("0:01.0-->0:02.0\n\n" * 100_000)

    def test_two_megabytes_of_nothing_are_refused(self):
        for filler in ("-->", "<v ", "&#0;", "NOTE\n", "\n", "a\n", "<"):
            with pytest.raises(CaptionError):
                parse(filler * (1_900_000 // len(filler)))


class TestRemarks:
    """Captions that can be shown, and yet an editor may want to look at them."""

    CUES = [Cue(0, 40, "Long"), Cue(50, 52, "one\ntwo"), Cue(58, 62.5, "late")]

    def test_they_are_named_by_the_line_that_the_editor_sees(self):
        remarks = captions.remarks(self.CUES, 60)
        assert remarks == [
            "Line 3: this caption stays for 40 seconds.",
            "Line 10: this caption ends at 00:01:02.500, after the video does (00:01:00.000).",
        ]
        lines = write(self.CUES).split("\n")
        assert (lines[2], lines[9]) == (
            "00:00:00.000 --> 00:00:40.000",
            "00:00:58.000 --> 00:01:02.500",
        )

    def test_none_of_the_length_while_it_is_not_known(self):
        assert len(captions.remarks(self.CUES, None)) == 1


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
