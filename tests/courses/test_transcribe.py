"""Drafts of captions by a machine: off by default, clear about what is missing, reviewed by people.

The library and a model are no part of the tests; what is tried is everything up to them.
"""

from dataclasses import dataclass
from importlib.util import find_spec

import pytest
from django.core.management import CommandError, call_command

from courses.models import Video
from courses.video.captions import Cue
from courses.video.transcribe import CannotTranscribe, cues_of, draft_next, load_model, take
from tests import cast
from tests.courses.shelf import on_the_shelf
from tests.library import post

needs_no_library = pytest.mark.skipif(
    find_spec("faster_whisper") is not None, reason="the library is there"
)


@dataclass
class Word:
    start: float
    end: float
    word: str


def spoken(text: str, *, start: float = 0.0, each: float = 0.3) -> list[Word]:
    return [
        Word(start + n * each, start + (n + 1) * each, f" {word}")
        for n, word in enumerate(text.split())
    ]


class TestCues:
    """Words become captions that can be read."""

    def test_a_sentence_is_a_caption(self):
        words = spoken("Hello my dear little child. Stay close and breathe slowly.")
        assert cues_of(words) == [
            Cue(0.0, 1.5, "Hello my dear little child."),
            Cue(1.5, 3.0, "Stay close and breathe slowly."),
        ]

    def test_a_short_sentence_waits_for_the_next(self):
        assert [cue.text for cue in cues_of(spoken("No. Stay close to me."))] == [
            "No. Stay close to me."
        ]

    def test_a_breath_ends_a_caption(self):
        cues = cues_of([*spoken("and then"), *spoken("we wait", start=2.0)])
        assert [(cue.start, cue.text) for cue in cues] == [(0.0, "and then"), (2.0, "we wait")]

    def test_none_is_more_than_two_lines_or_seven_seconds(self):
        cues = cues_of(spoken("word " * 200)) + cues_of(spoken("so " * 30, each=0.7))
        for cue in cues:
            rows = cue.text.split("\n")
            assert len(rows) <= 2
            assert all(len(row) <= 42 for row in rows)
            assert cue.end - cue.start <= 7.01

    def test_times_that_go_back_or_stand_still_are_put_in_order(self):
        cues = cues_of([Word(5, 5, " One."), Word(9, 9, " Two."), Word(3, 3, " three")])
        assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
        assert all(cue.end > cue.start for cue in cues)

    def test_silence_is_nothing(self):
        assert cues_of([]) == []


class TestModel:
    """What is missing is named."""

    def test_it_is_off_by_default(self, settings):
        assert settings.TRANSCRIBE_MODEL_DIR == ""
        with pytest.raises(CannotTranscribe, match="names no folder"):
            load_model()

    @needs_no_library
    def test_the_missing_library_is_named(self, settings, tmp_path):
        settings.TRANSCRIBE_MODEL_DIR = str(tmp_path)
        with pytest.raises(CannotTranscribe, match=r"pip install nerdherd\[transcribe\]"):
            load_model()

    def test_a_folder_without_a_model_is_named(self, settings, tmp_path, monkeypatch):
        monkeypatch.setattr("courses.video.transcribe.LIBRARY", "json")
        settings.TRANSCRIBE_MODEL_DIR = str(tmp_path)
        with pytest.raises(CannotTranscribe, match="is missing"):
            load_model()


@pytest.mark.django_db
class TestAsking:
    """An editor asks, a worker takes it once, and nothing is tried for ever."""

    @pytest.fixture
    def video(self, client) -> Video:
        client.force_login(cast.ed())
        video: Video = on_the_shelf(post("Talk")).video
        return video

    def ask(self, client, video: Video):
        return client.post(f"/admin/courses/video/{video.pk}/draft/")

    def test_while_it_is_off_there_is_no_button_and_no_way(self, client, video):
        assert "by machine" not in client.get(f"/admin/courses/video/{video.pk}/change/").text
        assert self.ask(client, video).status_code == 404
        Video.objects.update(draft_wanted=True)
        assert draft_next() is False

    def test_a_press_is_a_wish_that_one_worker_takes(self, client, video, settings, tmp_path):
        settings.TRANSCRIBE_MODEL_DIR = str(tmp_path)
        page = f"/admin/courses/video/{video.pk}/change/"
        assert "Draft captions by machine" in client.get(page).text
        assert self.ask(client, video).status_code == 302
        assert "is writing a draft" in client.get(page).text

        video.refresh_from_db()
        twin = Video.objects.get(pk=video.pk)
        assert take(video) is True
        assert take(twin) is False
        assert "is writing a draft" in client.get(page).text

    def test_it_is_a_press_and_not_a_link(self, client, video, settings, tmp_path):
        settings.TRANSCRIBE_MODEL_DIR = str(tmp_path)
        assert client.get(f"/admin/courses/video/{video.pk}/draft/").status_code == 405
        assert not Video.objects.get().draft_wanted

    def test_a_wish_that_cannot_be_met_is_not_tried_for_ever(
        self, client, video, settings, tmp_path
    ):
        settings.TRANSCRIBE_MODEL_DIR = str(tmp_path)
        self.ask(client, video)
        assert draft_next() is True
        assert draft_next() is False
        kept = Video.objects.get()
        assert (kept.draft_wanted, kept.claim, kept.lease_until) == (False, "", None)
        assert kept.captions.get().is_draft is False

    @pytest.mark.parametrize(
        "busy", [{"state": "failed"}, {"state": "encoding"}, {"lease_until": "2099-01-01T00:00Z"}]
    )
    def test_a_wish_waits_until_nobody_is_busy_with_the_video(self, video, settings, busy):
        settings.TRANSCRIBE_MODEL_DIR = "/nowhere"
        Video.objects.update(draft_wanted=True, **busy)
        assert draft_next() is False
        with pytest.raises(CommandError, match="busy with this video"):
            call_command("transcribe", "talk")
        assert Video.objects.get().draft_wanted

    def test_by_hand_it_says_why_not(self, video):
        with pytest.raises(CommandError, match="names no folder"):
            call_command("transcribe", "talk")
        with pytest.raises(CommandError, match="No post “else” has a video"):
            call_command("transcribe", "else")
        Video.objects.update(made={"has_sound": False})
        with pytest.raises(CommandError, match="no sound"):
            call_command("transcribe", "talk")
