"""Who prepares a film: any number of workers, some of which die; and what plays meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.models import Post, Video
from courses.video import delivery
from courses.video.look import look
from courses.video.pipeline import OPENING_FAILED, cut_next_opening, prepare, prepare_next
from nerdherd.lib.stores import gated_storage
from tests.courses.films import film, prepared, uploaded

pytestmark = pytest.mark.django_db


def files_of_readers() -> list[str]:
    shelf = Path(gated_storage().path("videos"))
    return sorted(str(path.relative_to(shelf.parent)) for path in shelf.glob("*/*"))


def worker_dies(video: Video) -> None:
    """Nothing is heard of it until its lease is over."""
    Video.objects.filter(pk=video.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class TestReplacing:
    """A new file for a video that people are watching."""

    def test_the_old_film_plays_until_the_new_one_is_ready_and_stays_for_a_while(self, client):
        video = prepared(film())
        old, address = video.folder, delivery.address(video, delivery.FREE, "video.mp4")
        video.original = ContentFile(film("64x64", seconds=4), "new.mp4")
        video.save()

        assert (video.state, video.is_ready, Post.objects.get().kind) == ("uploaded", True, "video")
        assert client.get(address).status_code == 200
        assert video.take()
        assert client.get(address).status_code == 200

        prepare(video)
        video.refresh_from_db()

        assert (video.state, video.seconds, Post.objects.get().video_seconds) == ("ready", 4, 4)
        assert files_of_readers() == sorted([old, video.folder])
        newer = delivery.address(video, delivery.FREE, "video.mp4")
        assert newer != address
        # Whoever is in the middle of the old film sees it to its end.
        assert [client.get(each).status_code for each in (address, newer)] == [200, 200]

    def test_a_new_file_that_is_no_film_leaves_the_old_one_playing(self, client):
        video = prepared(film())
        video.original = ContentFile(b"oh no", "new.mp4")
        video.save()
        prepare_next()
        kept = Video.objects.get()
        assert (kept.state, kept.folder) == ("failed", video.folder)
        page = client.get(kept.post.get_absolute_url())
        assert "<video" in page.text


class TestWorkers:
    """Any number of them, some of which die."""

    @pytest.mark.drill("two workers or two schedulers by mistake")
    def test_two_never_prepare_the_same_film(self):
        uploaded(film())
        one, other = Video.objects.get(), Video.objects.get()
        assert one.take() is True
        assert other.take() is False
        assert Video.objects.get().take() is False
        assert prepare_next() is False
        assert Video.objects.get().attempts == 1

    def test_the_work_of_one_that_died_is_taken_over(self):
        dead = uploaded(film())
        assert dead.take()
        worker_dies(dead)
        assert prepare_next() is True
        video = Video.objects.get()
        assert (video.state, video.attempts) == ("ready", 2)

    def test_one_that_comes_too_late_throws_its_work_away(self):
        slow = uploaded(film())
        assert slow.take()
        worker_dies(slow)
        prepare_next()
        by_the_other = Video.objects.get()

        prepare(slow)

        assert Video.objects.get().folder == by_the_other.folder
        assert files_of_readers() == [by_the_other.folder]

    def test_one_that_lost_its_work_cannot_fail_it_for_the_other(self):
        slow = uploaded(film())
        assert slow.take()
        worker_dies(slow)
        assert Video.objects.get().take()
        slow.fail("nonsense", for_good=True)
        assert Video.objects.get().state == Video.State.PROBING

    def test_one_that_lives_says_so_and_one_that_was_overtaken_hears_of_it(self):
        slow = uploaded(film())
        assert slow.take()
        assert slow.keep(lease_until=timezone.now() + Video.LEASE) is True
        worker_dies(slow)
        assert Video.objects.get().take()
        assert slow.keep(lease_until=timezone.now() + Video.LEASE) is False

    def test_a_new_file_in_the_middle_of_the_work_is_what_counts(self):
        video = uploaded(film())
        assert video.take()
        again = Video.objects.get()
        again.original = ContentFile(film("64x64"), "new.mp4")
        again.save()

        prepare(video)
        assert (Video.objects.get().state, files_of_readers()) == ("uploaded", [])
        prepare_next()
        assert Video.objects.get().width == 64

    def test_the_one_that_waited_longest_comes_first(self):
        first = uploaded(film())
        second = uploaded(film())
        Video.objects.filter(pk=first.pk).update(uploaded_at=timezone.now() + timedelta(minutes=1))
        assert [video.pk for video in Video.objects.waiting()] == [second.pk, first.pk]


class TestGivingUp:
    """Three attempts, then a person is asked."""

    def test_what_fails_is_tried_three_times_and_then_no_more(self, settings):
        settings.FFMPEG_BIN = "false"
        video = uploaded(film())
        states = []
        for _ in range(3):
            assert prepare_next() is True
            video.refresh_from_db()
            states.append((video.state, bool(video.error)))
        assert states == [("uploaded", True), ("uploaded", True), ("failed", True)]
        assert prepare_next() is False

    @pytest.mark.drill("kill -9 of a worker in the middle of a film")
    def test_what_kills_its_worker_is_not_begun_for_ever(self):
        video = uploaded(film())
        for _ in range(3):
            assert Video.objects.get().take()
            worker_dies(video)
        prepare_next()
        video.refresh_from_db()
        assert video.state == Video.State.FAILED
        assert "never finished" in video.error

    def test_trying_again_begins_anew(self, settings):
        video = prepared(film())
        settings.FFMPEG_BIN = "/nowhere/ffmpeg"
        video.try_again()
        for _ in range(3):
            prepare_next()
        assert Video.objects.get().state == Video.State.FAILED
        settings.FFMPEG_BIN = ""
        video.try_again()
        prepare_next()
        video.refresh_from_db()
        assert (video.state, video.attempts, video.error) == ("ready", 1, "")


class TestOpenings:
    """The free beginning that an editor asks for later."""

    def wanted(self, seconds: int = 2) -> Video:
        video = prepared(film(seconds=4))
        Video.objects.update(opening_seconds=seconds)
        return video

    def test_it_is_cut_to_the_second_and_cut_again_when_another_is_asked_for(self):
        video = self.wanted()
        for seconds in (2, 3):
            Video.objects.update(opening_seconds=seconds)
            assert cut_next_opening() is True
            video.refresh_from_db()
            assert (video.opening, video.claim, video.error) == (f"opening-{seconds}.mp4", "", "")
            cut = Path(gated_storage().path(f"{video.folder}/{video.opening}"))
            assert look(cut).seconds == pytest.approx(seconds, abs=0.15)
        assert cut_next_opening() is False

    def test_two_workers_never_cut_at_once(self):
        self.wanted()
        one, other = Video.objects.get(), Video.objects.get()
        assert one.hold(Video.objects.with_another_opening(), timedelta(minutes=1)) is True
        assert other.hold(Video.objects.with_another_opening(), timedelta(minutes=1)) is False
        assert cut_next_opening() is False

    def test_what_fails_is_said_and_left_alone_for_a_while(self, settings):
        video = self.wanted()
        settings.FFMPEG_BIN = "/nowhere/ffmpeg"
        assert cut_next_opening() is True
        assert cut_next_opening() is False
        video.refresh_from_db()
        assert (video.error, video.opening, video.is_ready) == (OPENING_FAILED, "", True)
        settings.FFMPEG_BIN = ""
        worker_dies(video)  # the while is over
        assert cut_next_opening() is True
        video.refresh_from_db()
        assert (video.error, video.opening) == ("", "opening-2.mp4")

    def test_a_new_film_in_the_middle_of_the_cutting_wins(self):
        video = self.wanted()
        assert video.hold(Video.objects.with_another_opening(), timedelta(minutes=1))
        again = Video.objects.get()
        again.original = ContentFile(film("64x64"), "new.mp4")
        again.save()
        assert video.let_go(opening_made=2) is False
        assert Video.objects.get().state == Video.State.UPLOADED
