"""The transcript: paragraphs, speakers and sounds, chapters as headings, languages to choose from."""

import re

import pytest

from courses.models import Caption, Post
from courses.video.captions import Cue
from courses.video.chapters import Chapter
from courses.video.paragraphs import paragraphs
from courses.video.transcript import parts
from tests.courses.shelf import on_the_shelf
from tests.library import members_post, post


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

    def test_somebody_else_begins_a_paragraph(self):
        cues = [
            Cue(0, 1, "ELI: Are you here?"),
            Cue(1, 2, "ELI: I called you."),
            Cue(2, 3, "- Yes.\n- Good,\nthen."),
            Cue(4, 5, "ADA: Me too."),
        ]
        assert paragraphs(cues) == [
            [
                {"start": 0, "text": "Are you here?", "speaker": "ELI"},
                {"start": 1, "text": "I called you."},
            ],
            [{"start": 2, "text": "Yes."}],
            [{"start": 2, "text": "Good, then."}],
            [{"start": 4, "text": "Me too.", "speaker": "ADA"}],
        ]

    @pytest.mark.parametrize("sound", ["[soft music]", "(a child laughs)", "♪ la la ♪"])
    def test_a_sound_is_told_from_words(self, sound):
        [[line]] = paragraphs([Cue(0, 1, sound)])
        assert line == {"start": 0, "text": sound, "is_sound": True}

    @pytest.mark.parametrize(
        "words", ["It is 5: no more", "and then: stop", "[laughs] I know", "-"]
    )
    def test_what_only_looks_like_a_name_or_a_sound_is_words(self, words):
        assert paragraphs([Cue(0, 1, words)]) == [[{"start": 0, "text": words}]]


class TestChapters:
    """The paragraphs under the chapters' headings."""

    SAID = paragraphs(
        [Cue(0, 5, "One"), Cue(29, 33, "two"), Cue(33, 40, "three"), Cue(41, 42, "four")]
    )

    def shown(self, *chapters: Chapter) -> list[tuple[str, list[list[str]]]]:
        return [
            (part.title, [[line.text for line in lines] for lines in part.paragraphs])
            for part in parts(self.SAID, list(chapters))
        ]

    def test_a_chapter_parts_a_paragraph_where_it_begins(self):
        assert self.shown(Chapter(0, "A"), Chapter(33, "B"), Chapter(99, "C")) == [
            ("A", [["One", "two"]]),
            ("B", [["three", "four"]]),
            ("C", []),
        ]

    def test_without_chapters_it_is_one_part(self):
        assert self.shown() == [("", [["One", "two", "three", "four"]])]

    def test_every_second_is_the_address_of_one_thing(self):
        said = paragraphs([Cue(0, 0.5, "One."), Cue(0.6, 1, "Two.")])
        [part] = parts(said, [Chapter(0, "A")])
        assert part.anchor == "t=0"
        assert [line.anchor for line in part.paragraphs[0]] == ["", ""]


@pytest.mark.django_db
class TestPage:
    """The transcript under a video."""

    def several(self, target: Post) -> str:
        video = on_the_shelf(target).video
        spanish = "WEBVTT\n\n00:02.000 --> 00:03.000\n¿Qué tal, niño?\n"
        Caption.objects.create(
            video=video, language="es", label="Español", is_default=False, text=spanish
        )
        Caption.objects.create(
            video=video, language="fr", label="Français", is_default=False, is_draft=True,
            text=spanish.replace("niño", "brouillon"),
        )  # fmt: skip
        return target.get_absolute_url()

    def test_chapters_are_headings_and_every_line_an_address(self, client):
        page = client.get(on_the_shelf(post()).get_absolute_url()).text
        words = page.partition("data-transcript")[2]
        assert re.search(
            r'<h3 id="t=0">.*Hello.*id="t=1" href="#t=1">everybody.*Later', words, re.S
        )
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))

    def test_another_language_is_a_link_away(self, client):
        address = self.several(post())
        page = client.get(address).text
        assert 'href="?transcript=es#transcript"' in page
        assert "niño" not in page
        other = client.get(address, {"transcript": "es"}).text
        assert "¿Qué tal, niño?" in other
        assert '<div class="transcript-text" lang="es" dir="auto">' in other

    @pytest.mark.parametrize("wanted", ["fr", "xx", "", "en", "../en", "\0"])
    def test_drafts_and_nonsense_are_the_main_language(self, client, wanted):
        page = client.get(self.several(post()), {"transcript": wanted}).text
        assert "everybodymayhearthis" in page
        assert "brouillon" not in page

    def test_a_members_transcript_is_for_members_in_every_language(self, client):
        address = self.several(members_post())
        for language in ("en", "es"):
            page = client.get(address, {"transcript": language}).text
            assert not re.search("everybodymayhear|niño|data-transcript", page)

    def test_words_cannot_become_markup(self, client):
        video = on_the_shelf(post()).video
        evil = "WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;img src=x onerror=alert(1)&gt;\n"
        caption = video.captions.get()
        caption.text = evil
        caption.save()
        page = client.get(video.post.get_absolute_url()).text
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
