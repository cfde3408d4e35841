"""The demo library reads well, leads nowhere it should not, and its clips are real films."""

import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from pymediainfo import MediaInfo

from courses.demo.clips import captions, duration, make_clip
from courses.demo.library import HERE, TINTS, DemoPost, LibraryError, load_library
from courses.scenery import PALETTES, PAPER, flattened, scene, title_card
from courses.video import captions as webvtt
from courses.video import chapters

LIBRARY = load_library()
POSTS = {post.slug: post for post in LIBRARY.posts}
FILMS = [post for post in LIBRARY.posts if post.video]
ALLOWED = {"p", "h2", "h3", "blockquote", "ul", "ol", "li", "strong", "em", "a"}
COMPANIONS = (
    "Why a Protective Parenting Stance is Less Protective than a Connection Focused Parenting Stance",
    "How to Help Someone Navigate Shame Effectively",
    "What is Attachment Protest and Why is it Unhelpful as a Grownup?",
)

every_post = pytest.mark.parametrize("post", LIBRARY.posts, ids=lambda post: post.slug)
every_film = pytest.mark.parametrize("post", FILMS, ids=lambda post: post.slug)


class Markup(HTMLParser):
    """What a body is made of, and whether every tag that opens also closes."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [(tag, name) for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def words(post: DemoPost) -> int:
    return len(re.sub(r"<[^>]+>", " ", post.body).split())


def is_scheduled(post: DemoPost) -> bool:
    return post.published_days_ago is not None and post.published_days_ago < 0


def test_there_is_enough_to_read_and_to_watch() -> None:
    assert len(LIBRARY.posts) >= 26
    assert len(FILMS) >= 14
    assert len(LIBRARY.posts) - len(FILMS) >= 12
    assert len(POSTS) == len(LIBRARY.posts)
    assert len({post.title for post in LIBRARY.posts}) == len(LIBRARY.posts)


def test_the_first_step_to_developing_empathy_is_a_free_article_with_its_three_companions() -> None:
    first = POSTS["the-first-step-to-developing-empathy"]
    assert first.title == "The First Step To Developing Empathy"
    assert (first.video, first.access) == (None, "free")
    companions = [POSTS[slug] for slug in first.similar]
    assert tuple(post.title for post in companions) == COMPANIONS
    assert all(post.video for post in companions)
    assert sorted(post.access for post in companions) == ["free", "members", "members"]
    assert "won’t that teach them that the world revolves around them?" in first.body


def test_access_and_dates_are_mixed() -> None:
    access = Counter(post.access for post in LIBRARY.posts)
    assert access["free_until"] == 1
    assert 8 <= access["free"] <= 12
    assert sum(post.is_draft for post in LIBRARY.posts) == 1
    assert sum(is_scheduled(post) for post in LIBRARY.posts) == 1
    assert {post.age for post in LIBRARY.posts} == {
        "all", "baby", "toddler", "child", "teen", "grownup"
    }  # fmt: skip


def test_every_topic_has_something_under_it() -> None:
    counts = Counter(slug for post in LIBRARY.posts for slug in post.topics)
    assert len(LIBRARY.topics) >= 7
    assert all(counts[topic.slug] >= 3 for topic in LIBRARY.topics)


def test_series_run_from_one_without_a_gap() -> None:
    assert len(LIBRARY.series) == 2
    for series in LIBRARY.series:
        episodes = sorted(
            post.episode for post in LIBRARY.posts if post.series == series.slug and post.episode
        )
        assert episodes == list(range(1, len(episodes) + 1))
        assert 3 <= len(episodes) <= 5


@every_post
def test_a_post_is_complete(post: DemoPost) -> None:
    assert 90 <= len(post.summary) <= 200
    assert 1 <= len(post.topics) <= 3
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", post.slug)
    low, high = (120, 300) if post.video else (350, 700)
    assert low <= words(post) <= high


@every_post
def test_a_body_holds_plain_markup_only(post: DemoPost) -> None:
    markup = Markup(post.body)
    assert set(markup.tags) <= ALLOWED
    assert set(markup.attributes) <= {("a", "href")}
    assert not markup.open


@every_post
def test_what_anybody_may_see_never_leads_to_a_draft_or_a_scheduled_post(post: DemoPost) -> None:
    hidden = {other.slug for other in LIBRARY.posts if other.is_draft or is_scheduled(other)}
    linked = set(re.findall(r'href="/posts/([^/]+)/"', post.body))
    assert not hidden & (linked | set(post.similar))


@every_film
def test_a_script_makes_captions_that_fit_the_film(post: DemoPost) -> None:
    assert post.video
    script = post.video.script
    assert all(2 <= len(line.split()) <= 9 for line in script)
    assert 12 <= duration(script) <= 30
    cues = webvtt.parse(captions(script))
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == " ".join(script)
    assert all(len(line) <= 40 for cue in cues for line in cue.text.split("\n"))
    assert all(cue.text.count("\n") <= 1 for cue in cues)
    assert all(cue.end - cue.start >= 0.7 for cue in cues)
    assert all(a.end <= b.start for a, b in pairwise(cues))
    assert cues[-1].end < duration(script)


def test_some_films_have_chapters_and_a_members_one_has_a_free_opening() -> None:
    with_chapters = [post for post in FILMS if post.video and post.video.chapters]
    openings = [post for post in FILMS if post.video and post.video.opening_seconds]
    assert with_chapters
    assert [post.access for post in openings] == ["members"]
    for post in with_chapters:
        assert post.video
        parts = chapters.parse("\n".join(post.video.chapters))
        assert len(parts) >= 2
        assert parts[-1].start < duration(post.video.script)


def test_a_sentence_over_two_lines_is_one_caption() -> None:
    text = captions(["You can’t stand between your child", "and everything that hurts."])
    assert "You can’t stand between your child\nand everything that hurts.\n" in text
    assert text.count("-->") == 1


def test_a_clip_is_a_film_that_starts_before_it_is_all_there(tmp_path: Path) -> None:
    script = ["Come a little closer,", "and stay for a while."]
    clip = make_clip(script, "A very “odd” title: 100 % [a];b'c", "teal", 3, tmp_path / "a.mp4")
    tracks = {track.track_type: track for track in MediaInfo.parse(str(clip.film)).tracks}
    film, sound = tracks["Video"], tracks["Audio"]
    assert clip.seconds == pytest.approx(duration(script))
    assert float(tracks["General"].duration) / 1000 == pytest.approx(clip.seconds, abs=0.3)
    assert (film.format, film.width, film.height) == ("AVC", 640, 360)
    assert (film.chroma_subsampling, float(film.frame_rate)) == ("4:2:0", 25)
    assert sound.format == "AAC"
    packed = clip.film.read_bytes()
    assert 0 < packed.index(b"moov") < packed.index(b"mdat")
    assert clip.captions == captions(script)
    with Image.open(clip.poster) as poster:
        assert (poster.format, poster.size) == ("JPEG", (1280, 720))


def luminance(colour: bytes) -> float:
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tint", TINTS)
def test_a_title_can_be_read_on_its_sky(tint: str) -> None:
    sky = scene((640, 360), tint, 2)[0].picture.convert("RGB")
    paper = luminance(bytes.fromhex(PAPER[1:]))
    for x, y in ((40, 48), (200, 150), (340, 250)):
        assert (paper + 0.05) / (luminance(sky.crop((x, y, x + 1, y + 1)).tobytes()) + 0.05) >= 4.5


def test_every_tint_has_its_colours() -> None:
    assert set(PALETTES) == set(TINTS)


@pytest.mark.parametrize("seed", range(40))
def test_the_circles_stay_in_the_picture_and_off_the_title(seed: int) -> None:
    _, _, big, small, _ = scene((640, 360), "teal", seed)
    middle = big.at[0] + big.picture.width / 2
    outer = small.reach[0] + small.picture.width / 2
    assert middle - outer > 346
    assert big.at[1] >= 0
    assert big.at[0] + big.picture.width <= 640


def test_a_picture_covers_all_of_its_ground() -> None:
    opacity = flattened(scene((320, 180), "dusk", 1)).getchannel("A")
    assert opacity.getextrema() == (255, 255)


@pytest.mark.parametrize("title", ["", "No", "Donaudampfschifffahrtsgesellschaft", "long " * 60])
def test_any_title_makes_a_card(title: str) -> None:
    assert title_card(title.strip(), (306, 212)).size == (306, 212)


SPOILED = {
    "topics": ('topics = ["empathy", "connection"]', 'topics = ["empathie"]', "unknown topic"),
    "age": ('age = "all"', 'age = "old"', "unknown age 'old'"),
    "access": ('access = "free"', 'access = "paid"', "unknown access 'paid'"),
    "pin": ('"how-to-help-someone', '"how-to-help-nobody', "unknown pin 'how-to-help-nobody"),
    "key": ("age =", "agee =", "does not know agee"),
    "video": (
        'age = "all"',
        'age = "all"\nvideo = { script = [], tint = "teal", chapter = [] }',
        "know chapter",
    ),
    "chapters": (
        'age = "all"',
        'age = "all"\nvideo = { script = [], tint = "teal", chapters = ["0:05 Late"] }',
        "must begin at 0:00",
    ),
    "toml": ("title =", "title", "Expected '='"),
    "missing": ('age = "all"\n', "", "lacks 'age'"),
    "fence": ("+++\ntitle", "---\ntitle", "between two +++ lines"),
    "slug": ("to-developing", "to-develop", "unknown link"),
    "episode": ('age = "all"', 'age = "all"\nepisode = 2', "series and episode come together"),
    "until": ('access = "free"', 'access = "free_until"', "free_until_days come together"),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_mistake_is_told_with_the_name_of_its_file(spoiled: str, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    page = folder / "posts" / "01-the-first-step-to-developing-empathy.html"
    before, after, complaint = SPOILED[spoiled]
    page.write_text(page.read_text().replace(before, after, 1))
    with pytest.raises(LibraryError, match=re.escape(complaint)) as caught:
        load_library(folder)
    assert re.match(r"(\d\d-[a-z-]+\.html|library\.toml): ", str(caught.value))


def test_a_missing_shelf_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"library\.toml"):
        load_library(tmp_path)
