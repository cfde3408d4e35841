"""What editors write: nothing outside the lists survives, and the opening is no more than a taste."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses import richtext
from tests.library import CANARY, LONG_BODY

OURS = "/media/pictures/AAAAAAAAAAAAAAAAAAAA-1200.webp"
ALLOWED_ATTRIBUTES = {
    ("a", "href"), ("a", "title"), ("a", "rel"),
    ("img", "src"), ("img", "alt"), ("img", "width"), ("img", "height"),
}  # fmt: skip

words = st.lists(
    st.sampled_from(["shame", "hold", "a&b", "é", "&amp;", "1<2", "\u2028", "\x85", "\n"]),
    max_size=40,
)
blocks = st.tuples(
    st.sampled_from(["p", "h2", "blockquote", "ul", "p", "p"]), words.map(" ".join)
).map(lambda pair: f"<{pair[0]}>{pair[1]}<br>{pair[1]}</{pair[0]}>")
bodies = st.lists(blocks | words.map(" ".join), max_size=12).map("".join)
scraps = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<a href='javascript:alert(1)'>", "</a>", "<script>",
         "</script>", "<style>", "<!--", "-->", "<svg>", "<math>", "<![CDATA[", "<p onclick=x>", "<img src=x onerror=y>", f"<img onerror=y src={OURS} alt='\"><script>' width=3 height=x>",
         "<a href='https://example.com' style='x'>", "<noscript>", "<template>", "&lt;", "&", "<", "\"", "\n", "\r", "words"]
    ),
    max_size=15,
).map("".join)  # fmt: skip


class Outline(HTMLParser):
    """The tags, attributes and addresses that a browser would see, and the depth at the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.addresses: list[str] = []
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.depth += tag not in ("br", "img")

    def handle_endtag(self, tag):
        self.depth -= 1


def word_count(html: str) -> int:
    return len(richtext.plain(html).split())


class TestClean:
    """The short lists."""

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
            ('<p onclick="alert(1)" style="color:red" class="x" id="y">Hi</p>', "<p>Hi</p>"),
            ('<a href="javascript:alert(1)">Hi</a>', '<a rel="noopener">Hi</a>'),
            ('<a href=" java\nscript:alert(1)">Hi</a>', '<a rel="noopener">Hi</a>'),
            ('<a href="data:text/html,x">Hi</a>', '<a rel="noopener">Hi</a>'),
            ("<style>p { display: none }</style><p>Hi</p>", "<p>Hi</p>"),
            ('<img src="https://example.com/x.gif"><p>Hi</p>', "<p>Hi</p>"),
            ('<iframe src="https://example.com"></iframe><p>Hi</p>', "<p>Hi</p>"),
            ("<h1>Hi</h1>", "Hi"),
            ("<p><b>Hi</b> <i>you</i></p>", "<p>Hi you</p>"),
            ("<!-- canary --><p>Hi</p>", "<p>Hi</p>"),
        ],
    )
    def test_what_is_on_no_list_goes(self, written, kept):
        assert richtext.clean(written) == kept

    def test_a_picture_of_ours_stays_with_what_it_says_and_measures(self):
        said = f'<img src="{OURS}" alt="a &gt; b" width="1200" height="800">'
        odd = f'<img srcset="x" src="//elsewhere.example{OURS}" alt="a > b" width="1200" height="800" class="x">'
        assert richtext.clean(odd) == said
        unmeasured = f'<img src="{OURS}" alt="x">'
        assert richtext.shown(f'<img src="{OURS}" alt="x" width="-1" height="1e9">') == unmeasured
        shown = richtext.shown(said)
        assert f'srcset="{OURS.replace("1200", "480")} 480w, ' in shown
        assert 'alt="a &gt; b"' in shown

    def test_what_editors_may_use_stays(self):
        body = (
            "<h2>Why</h2><h3>And how</h3><p>It <strong>is</strong> <em>so</em>,<br>see "
            '<a href="https://example.com" title="there" rel="noopener">this</a> or '
            '<a href="mailto:hello@example.com" rel="noopener">write</a>.</p>'
            "<blockquote><p>Yes.</p></blockquote><ul><li><p>One</p></li></ul><ol><li>Two</li></ol>"
        )
        assert richtext.clean(body) == body

    def test_addresses_within_the_site_stay(self):
        assert 'href="/posts/one/"' in richtext.clean('<a href="/posts/one/">one</a>')

    @settings(deadline=None)
    @given(st.text(max_size=80) | scraps | bodies)
    @example("<p><svg></p><style><a title='</style><img src=x onerror=alert(1)>'>")
    def test_nothing_else_ever_survives_and_cleaning_twice_changes_nothing(self, written):
        once = richtext.clean(written)
        seen = Outline(once)
        assert seen.tags <= richtext.TAGS
        assert seen.attributes <= ALLOWED_ATTRIBUTES
        assert all(re.match(r"https?:|mailto:|(?![a-z]+:)", href, re.I) for href in seen.addresses)
        assert seen.depth == 0
        assert richtext.clean(once) == once


class TestPlain:
    """The words alone."""

    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<h2>One</h2><p>two<br>three</p><p>four</p>", "One\ntwo three\nfour"),
            ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
            ("<ul><li><p>one</p></li><li><p>two</p></li></ul>", "one\ntwo"),
            ("<p>one <strong>t</strong>wo &amp; &lt;three&gt;</p>", "one two & <three>"),
            ("<p>one&nbsp;two\n\n three</p>", "one two\nthree"),
            ("<blockquote><p>one</p></blockquote>two", "one\ntwo"),
            ("", ""),
        ],
    )
    def test_words_stay_apart_and_marks_become_letters(self, html, text):
        assert richtext.plain(html) == text

    @pytest.mark.parametrize(("count", "minutes"), [(0, 1), (1, 1), (220, 1), (440, 2), (1100, 5)])
    def test_reading_takes_a_minute_at_least(self, count, minutes):
        assert richtext.read_minutes("<p>" + "word " * count + "</p>") == minutes


class TestOpening:
    """What everybody may read of a post for members."""

    def test_it_is_the_first_blocks_and_never_what_comes_later(self):
        assert richtext.opening(LONG_BODY) == LONG_BODY[: LONG_BODY.index("</p>") + 4]
        assert CANARY not in richtext.opening(LONG_BODY)

    def test_it_ends_after_enough_words(self):
        body = ("<p>" + "word " * 40 + "</p>") * 20
        assert word_count(richtext.opening(body)) == 80
        assert word_count(richtext.opening(body, words=40)) == 40

    def test_one_long_block_is_not_given_away(self):
        assert richtext.opening("<p>" + "word " * 500 + "</p>") == ""
        assert richtext.opening("<ul>" + "<li>word</li>" * 500 + "</ul>") == ""

    @pytest.mark.parametrize("end", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\n", "\r\n"])
    def test_line_ends_that_came_with_pasted_text_do_not_shift_the_cut(self, end):
        first = f"<p>One{end}two\nthree.</p>"
        body = richtext.clean(f"{first}\n<p>{'more ' * 20}{CANARY}</p>")
        assert richtext.opening(body) == richtext.clean(first)

    @settings(deadline=None)
    @given(bodies.map(richtext.clean))
    def test_it_is_whole_blocks_from_the_top_and_never_more_than_a_third(self, body):
        taste = richtext.opening(body)
        assert word_count(taste) * 3 <= word_count(body)
        assert Outline(taste).depth == 0
        assert richtext.clean(taste) == taste
        without_loose_text = "".join(richtext._top_level_blocks(body))
        assert without_loose_text.startswith(taste)
        assert all(block in body for block in richtext._top_level_blocks(body))
