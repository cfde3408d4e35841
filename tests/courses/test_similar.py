"""The similar list: what always holds in any library, and how its rows are kept up to date."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import relating
from courses.models import Caption, Post, SimilarPost, Topic, Video
from courses.relating import relate_all, relate_changed
from courses.similar import KEEP, Document, Library
from tests.library import post

WORDS = ["shame", "sleep", "anger", "repair", "toddler", "holding", "the", "crying", "é", "--", "x"]
TOPICS = ["feelings", "nights", "limits", "couples"]

sentences = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
documents = st.builds(
    lambda title, text, topics: (title, text, frozenset(topics)),
    sentences,
    sentences,
    st.sets(st.sampled_from(TOPICS), max_size=3),
)
libraries = st.lists(documents, min_size=1, max_size=30).map(
    lambda rows: [Document(100 + age, *row, age=age) for age, row in enumerate(rows)]
)


def keys(rows: list[Document], place: int = 0, keep: int = KEEP) -> list[int]:
    return [match.key for match in Library(rows).similar_to(place, keep)]


class TestRanking:
    """Pure functions over documents."""

    @settings(deadline=None, max_examples=60)
    @given(libraries)
    def test_a_list_is_full_without_itself_and_without_doubles(self, rows):
        library = Library(rows)
        for place, document in enumerate(rows):
            matches = library.similar_to(place)
            found = [match.key for match in matches]
            assert document.key not in found
            assert len(set(found)) == len(found) == min(KEEP, len(rows) - 1)
            assert set(found) <= {other.key for other in rows}
            assert all(0 <= match.score <= 1.2 + 1e-9 for match in matches)
            topics = {other.key: other.topics for other in rows}
            for match in matches:
                shared = document.topics & topics[match.key]
                assert (match.topic in shared) if shared else match.topic is None

    @settings(deadline=None, max_examples=40)
    @given(libraries)
    def test_asked_again_it_says_the_same(self, rows):
        assert [Library(rows).similar_to(n) for n in range(len(rows))] == [
            Library(list(rows)).similar_to(n) for n in range(len(rows))
        ]

    @settings(deadline=None, max_examples=40)
    @given(libraries.filter(lambda rows: len(rows) > 1))
    def test_nothing_is_more_like_a_document_than_its_own_copy(self, rows):
        first = rows[0]
        copy = Document(1, first.title, first.text, first.topics, age=len(rows))
        scores = {match.key: match.score for match in Library([*rows, copy]).similar_to(0, 99)}
        assert scores[1] >= max(scores.values()) - 1e-6

    def test_a_rare_topic_tells_more_than_a_common_one(self):
        rows = [
            Document(1, "One", "", frozenset({"feelings", "adoption"})),
            Document(2, "Two", "", frozenset({"feelings"}), age=1),
            Document(3, "Three", "", frozenset({"adoption"}), age=2),
            *(Document(n, f"Other {n}", "", frozenset({"feelings"}), age=n) for n in range(4, 12)),
        ]
        assert keys(rows)[0] == 3

    def test_a_rare_word_tells_more_than_a_common_one(self):
        rows = [
            Document(1, "", "children protest separation"),
            Document(2, "", "children nap", age=1),
            Document(3, "", "protest nap", age=2),
            *(Document(n, "", f"children {'abcdefghij'[n] * 3}", age=n) for n in range(4, 10)),
        ]
        assert keys(rows)[0] == 3

    def test_a_word_in_the_title_tells_more_than_one_in_the_text(self):
        rows = [
            Document(1, "Repair", "sleep"),
            Document(2, "", "sleep otherwise", age=1),
            Document(3, "", "repair otherwise", age=2),
        ]
        assert keys(rows) == [3, 2]

    def test_of_two_as_good_as_each_other_the_newer_stands_first(self):
        rows = [Document(n, "Repair", "", age=age) for n, age in ((1, 0), (2, 9), (3, 3), (4, 5))]
        assert keys(rows, keep=1) == [3]

    def test_a_near_copy_of_what_is_listed_makes_room_for_something_else(self):
        rows = [
            Document(1, "", "shame repair anger rain"),
            Document(2, "", "shame repair anger bedtime", age=1),
            Document(3, "", "shame repair anger bedtime", age=2),
            Document(4, "", "rain shame anger walking outside", age=3),
        ]
        assert keys(rows, keep=2) == [2, 4]

    def test_one_document_alone_has_an_empty_list(self):
        assert keys([Document(1, "Repair", "")]) == []


def rows_of(target: Post, **which) -> list[tuple[str, bool]]:
    rows = target.similar.filter(**which).select_related("other")
    return [(row.other.title, row.is_pinned) for row in rows]


@pytest.mark.django_db
class TestRows:
    """What is stored for the pages to read."""

    def test_pins_are_kept_as_they_are_and_stand_in_no_machine_row(self):
        target, near = post("Target", topics=("Shame",)), post("Near", topics=("Shame",))
        post("Far")
        pin = SimilarPost.objects.create(
            post=target, other=near, is_pinned=True, rank=7, reason="Read this one next."
        )
        for _ in range(2):
            relate_all()
            assert rows_of(target) == [("Near", True), ("Far", False)]
            kept = SimilarPost.objects.get(pk=pin.pk)
            assert (kept.rank, kept.reason) == (7, "Read this one next.")

    def test_rows_are_written_only_when_they_differ(self):
        posts = [post(f"Post {n}", topics=("Shame",)) for n in range(4)]
        assert relate_all() == 4
        before = set(SimilarPost.objects.values_list("pk", flat=True))
        assert relate_all() == 0
        assert set(SimilarPost.objects.values_list("pk", flat=True)) == before
        posts[0].topics.clear()
        assert relate_all() > 0
        assert set(SimilarPost.objects.values_list("pk", flat=True)) != before

    def test_a_pin_taken_away_comes_back_as_what_the_machine_found(self):
        target, near = post("Target"), post("Near")
        SimilarPost.objects.create(post=target, other=near, is_pinned=True)
        relate_all()
        target.similar.all().delete()
        relate_all()
        assert rows_of(target) == [("Near", False)]

    def test_drafts_take_no_part_and_scheduled_posts_do(self):
        target = post("Target")
        post("Draft", published_at=None)
        post("Soon", published_at=timezone.now() + timedelta(days=1))
        relate_all()
        assert rows_of(target) == [("Soon", False)]

    def test_a_post_withdrawn_to_a_draft_leaves_the_others_lists(self):
        target, other = post("Target"), post("Other")
        relate_changed()
        other.refresh_from_db()
        other.published_at = None
        other.save()
        relate_changed()
        assert rows_of(target) == []

    def test_what_is_said_in_the_video_counts(self):
        target = post("Target", body="<p>Xylophones.</p>")
        post("Newer", body="<p>Nothing.</p>")
        film = post("Film", body="", published_at=timezone.now() - timedelta(days=9))
        video = Video.objects.create(post=film, original="originals/x")
        Caption.objects.create(video=video, text="00:01.000 --> 00:02.000\nMy xylophones!\n")
        relate_all()
        assert rows_of(target)[0] == ("Film", False)


@pytest.mark.django_db
class TestWorker:
    """The job that looks every second whether a post has changed."""

    def test_it_works_once_after_a_change_and_then_rests(self):
        target = post("Target", topics=("Shame",))
        post("Other")
        assert relate_changed() is True
        assert relate_changed() is False
        assert rows_of(target) == [("Other", False)]

    def test_a_post_that_is_edited_later_is_looked_at_again(self):
        target, other = post("Target", body="<p>Xylophones.</p>"), post("Other", body="<p>No.</p>")
        post("Newest", body="<p>Nothing.</p>", published_at=timezone.now())
        relate_changed()
        assert rows_of(target)[0] == ("Newest", False)
        other.refresh_from_db()
        other.body = "<p>Xylophones everywhere.</p>"
        other.save()
        assert relate_changed() is True
        assert rows_of(target)[0] == ("Other", False)

    def test_a_post_saved_meanwhile_is_left_for_the_next_round(self, monkeypatch):
        one, other = post("One"), post("Other")

        def saved_meanwhile() -> int:
            Post.objects.get(pk=one.pk).save()
            return relate_all()

        monkeypatch.setattr(relating, "relate_all", saved_meanwhile)
        assert relate_changed() is True
        monkeypatch.undo()
        assert list(Post.objects.filter(related_at=None)) == [one]
        assert Post.objects.get(pk=other.pk).related_at
        assert relate_changed() is True
        assert relate_changed() is False

    def test_new_words_in_the_captions_are_a_change(self):
        target = post("Film")
        video = Video.objects.create(post=target, original="originals/x")
        relate_changed()
        Caption.objects.create(video=video, text="00:01.000 --> 00:02.000\nHello.\n")
        assert relate_changed() is True

    def test_the_topic_is_named_as_the_reason(self):
        target = post("Target", topics=("Shame",))
        post("Other", topics=("Shame",))
        relate_all()
        assert [row.reason for row in target.similar.all()] == ["Also about shame"]
        Topic.objects.update(name="Guilt")
        relate_all()
        assert [row.reason for row in target.similar.all()] == ["Also about guilt"]
