"""Moving in: an export of another site, as such exports are, brought in dry, wet, and again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from courses.models import Picture, Post, Redirect, Series, SimilarPost, Topic
from courses.moving.webflow import rewrite
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db

HEAD = (
    "Name,Slug,Collection ID,Locale ID,Item ID,Archived,Draft,Created On,Updated On,Published On,"
    "Post Body,Post Summary,Main Image,Main Image Alt,Topics,Related Posts,Members only,Video Link,Color\n"
)
OLD = "Tue Mar 14 2023 17:04:12 GMT+0000 (Coordinated Universal Time)"
BODY = (
    "<h1 id=''>Why it works</h1><p id='' class='w-p'>First <b>this</b>, as in "
    "<a href='https://www.example.org/else'>a study</a> and <a href='/blog/repair-first'>here</a>.</p>"
    "<p>\u200d</p><figure class='w-richtext-figure-type-image'><div><img src='https://cdn.example/a.jpg' "
    "alt=''></div><figcaption>A caption</figcaption></figure>"
    "<figure class='w-richtext-figure-type-video'><div><iframe src='https://player.example/9'></iframe>"
    "</div></figure><div class='w-dyn-empty'><div>No items found.</div></div><h4>Then</h4>"
    "<ul role='list'><li>one</li><li>two</li></ul><script>alert(1)</script><blockquote>Said.</blockquote>"
)


def row(name="Repair first", slug="repair-first", **cells: str) -> str:
    cells = {
        "archived": "false", "draft": "false", "published": OLD, "body": BODY, "summary": "How to.",
        "image": "", "alt": "", "topics": "", "related": "", "members": "", "video": "", **cells,
    }  # fmt: skip
    ordered = [
        name, slug, "c1", "", "i1", cells["archived"], cells["draft"], OLD, OLD, cells["published"],
        cells["body"], cells["summary"], cells["image"], cells["alt"], cells["topics"],
        cells["related"], cells["members"], cells["video"], "#fff",
    ]  # fmt: skip
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in ordered) + "\n"


@pytest.fixture
def bring(tmp_path, capsys):
    def bring(*rows: str, **options) -> list[str]:
        """The lines that the command prints."""
        file = tmp_path / "export.csv"
        file.write_text("\ufeff" + HEAD + "".join(rows), encoding="utf-8")
        call_command("import_posts", file, **options)
        return capsys.readouterr().out.splitlines()

    return bring


def last(lines: list[str]) -> str:
    return lines[-1]


def test_dry_then_wet_then_again(bring):
    rows = [row(), row("Two", "two", draft="true"), row("", "no-title"), row("Again", "two")]

    dry = bring(*rows, dry_run=True)
    assert last(dry) == "created 2  updated 0  unchanged 0  skipped 2"
    assert "row 4 (no-title): skipped: it has no title" in dry
    assert "row 5 (two): skipped: row 3 has the same address" in dry
    assert not (Post.objects.exists() or Topic.objects.exists() or Redirect.objects.exists())

    assert bring(*rows) == dry
    assert last(bring(*rows)) == "created 0  updated 0  unchanged 2  skipped 2"
    assert last(bring(row(summary="New."))) == "created 0  updated 1  unchanged 0  skipped 0"
    assert Post.objects.get(slug="repair-first").summary == "New."


def test_what_an_editor_changed_since_is_theirs(bring):
    bring(row())
    mine = Post.objects.get()
    mine.summary = "Better words."
    mine.save()
    assert last(bring(row())) == "created 0  updated 0  unchanged 1  skipped 0"
    assert Post.objects.get().summary == "Better words."


def test_the_text_comes_clean_and_what_cannot_come_is_told(bring):
    lines = bring(row())
    text = Post.objects.get().body
    assert text == (
        '<h2>Why it works</h2><p>First <strong>this</strong>, as in <a href="https://www.example.org/else" '
        'rel="noopener">a study</a> and <a href="/posts/repair-first/" rel="noopener">here</a>.</p>'
        "<p>A caption</p><h3>Then</h3><ul><li>one</li><li>two</li></ul><blockquote>Said.</blockquote>"
    )
    assert (
        "row 2 (repair-first): a picture in its text is left out: https://cdn.example/a.jpg"
        in lines
    )
    assert (
        "row 2 (repair-first): a player in its text is left out: https://player.example/9" in lines
    )
    assert lines[0] == "Columns not used: Color"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (OLD, "2023-03-14T17:04:12+00:00"),
        ("2023-03-14T17:04:12.000Z", "2023-03-14T17:04:12+00:00"),
        ("Tue Mar 14 2023 17:04:12 GMT+0100 (CET)", "2023-03-14T16:04:12+00:00"),
        ("2023-03-14", "2023-03-14T00:00:00+00:00"),
        ("Mar 14, 2023", "2023-03-14T00:00:00+00:00"),
        ("Tue, 14 Mar 2023 17:04:12 GMT", "2023-03-14T17:04:12+00:00"),
    ],
)
def test_dates_as_exports_write_them(bring, said, expected):
    bring(row(published=said))
    assert str(Post.objects.get().published_at) == expected.replace("T", " ")


def test_a_date_that_may_be_two_makes_a_draft_and_says_so(bring):
    lines = bring(row(published="3/4/2023"))
    assert Post.objects.get().published_at is None
    said = "row 2 (repair-first): “3/4/2023” is no date that we can read: it comes as a draft"
    assert said in lines


def test_drafts_and_the_archived_are_shown_to_nobody(bring, client):
    bring(
        row(draft="TRUE"), row("Old", "old", archived="true"), row("Never", "never", published="")
    )
    assert Post.objects.count() == 3
    for slug in ("repair-first", "old", "never"):
        assert client.get(f"/posts/{slug}/").status_code == 404
        assert client.get(f"/post/{slug}").status_code == 404  # and its old address does not tell


def test_who_may_have_it(bring, client):
    bring(row("Open", "open", members="false"), row("Shut", "shut", members="true"), row())
    assert [*Post.objects.order_by("slug").values_list("slug", "access")] == [
        ("open", "free"), ("repair-first", "members"), ("shut", "members"),
    ]  # fmt: skip


def test_topics_and_related_posts_come_by_reference(bring):
    Topic.objects.create(name="Big feelings", slug="big-feelings")
    lines = bring(
        row(topics="big-feelings; sleep", related="two; three; gone"),
        row("Two", "two", topics="No items found."),
        row("Three", "three"),
    )
    one = Post.objects.get(slug="repair-first")
    assert {*one.topics.values_list("name", flat=True)} == {"Big feelings", "Sleep"}
    pins = SimilarPost.objects.filter(post=one, is_pinned=True).order_by("rank")
    assert [*pins.values_list("other__slug", flat=True)] == ["two", "three"]
    assert "row 2 (repair-first): there is no related post “gone”" in lines
    assert Topic.objects.count() == 2


def test_old_addresses_lead_to_the_posts(bring, client):
    bring(row(members="false"))
    for old in ("/post/repair-first", "/blog/Repair-First/"):
        answer = client.get(f"{old}?from=mail")
        assert (answer.status_code, answer["Location"]) == (301, "/posts/repair-first/?from=mail")


def test_pictures_come_from_the_folder_and_never_from_an_address(bring, tmp_path):
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    Image.new("RGB", (900, 600), "teal").save(folder / "deep" / "My Photo.jpg")
    (folder / "broken.jpg").write_bytes(b"GIF89a<script>")
    host = "https://cdn.prod.website-files.com/640f/"
    rows = [
        row(image=f"{host}640f1c2b3a4d5e6f7a8b9c0d_My%20Photo.jpg", alt="Two hands"),
        row("Two", "two", image=f"{host}broken.jpg"),
        row("Three", "three", image=f"{host}../../etc/passwd"),
    ]
    lines = bring(*rows, media_dir=folder)
    found = Post.objects.get(slug="repair-first")
    assert found.cover
    assert found.cover.width == 900
    assert found.picture_alt == "Two hands"
    assert any("row 3 (two): broken.jpg: This file is not a picture" in line for line in lines)
    assert any("row 4 (three): its picture is not in the folder" in line for line in lines)
    assert last(bring(*rows, media_dir=folder)) == "created 0  updated 0  unchanged 3  skipped 0"


def test_pictures_in_a_text_come_along_where_they_stood(bring, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (900, 600), "teal").save(folder / "hands.jpg")
    html = (
        '<p>Look:</p><figure><div><img src="https://cdn.example/0/hands.jpg" alt="Two &quot;hands&quot;"></div>'
        '<figcaption>So.</figcaption></figure><p>And <img src="https://cdn.example/gone.jpg"></p>'
    )
    lines = bring(row(body=html), media_dir=folder)
    found, shown = Post.objects.get(), Picture.objects.get()
    image = f'<img src="/media/{shown.name}-900.webp" alt="Two &quot;hands&quot;" width="900" height="600">'
    assert found.body.startswith(f"<p>Look:</p>{image}<p>So.</p>")
    assert list(found.text_pictures.all()) == [shown]
    assert shown.alt == 'Two "hands"'
    assert any(
        "a picture in its text is left out: https://cdn.example/gone.jpg" in s for s in lines
    )
    assert last(bring(row(body=html), media_dir=folder)).startswith("created 0  updated 0")
    # What was exported here comes back without any folder.
    assert last(bring(row(body=found.body))).startswith("created 0  updated 1")
    assert image in Post.objects.get().body


def test_a_post_that_was_there_is_brought_up_to_date_and_keeps_the_rest(bring):
    post("Here before", slug="repair-first", age="baby")
    assert last(bring(row(body="", summary=""))) == "created 0  updated 1  unchanged 0  skipped 0"
    mine = Post.objects.get()
    assert (mine.title, mine.age) == ("Repair first", "baby")
    assert mine.summary == "What Here before is about."
    assert "canaryinthebody" in mine.body


def test_without_a_summary_only_what_everybody_may_read_is_told(bring):
    secret = "<p>Secret words of members only.</p>"
    lines = bring(row(summary="No items found.", body=secret))
    assert Post.objects.get().summary == "Repair first"
    assert any("it has no summary" in line for line in lines)


def test_a_series_is_made_and_its_episodes_take_their_places(tmp_path, capsys):
    file = tmp_path / "series.csv"
    file.write_text(
        "Title;Slug;Series;Episode;Summary\nA;a;begin-here;2;S\nB;b;begin-here;;S\nC;c;begin-here;2;S\n"
    )
    call_command("import_posts", file)
    assert [*Post.objects.order_by("slug").values_list("episode", flat=True)] == [2, 3, 4]
    assert Series.objects.get().title == "Begin here"
    assert "row 4 (c): place 2 of its series is taken: it is number 4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty"),
        (b"Colour,Size\nred,1\n", "No column is called Name or Title"),
        (b"Name,Slug\na,b,c\n", "Row 2 has 3 cells, but there are 2 columns"),
        (b'Name,Slug\n"a,b\n', "cannot be read"),
        (b"PK\x03\x04\x00\x00", "This is no CSV file"),
    ],
)
def test_a_file_that_is_none_says_what_to_do(tmp_path: Path, content, said):
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("import_posts", file)


def test_what_windows_writes_is_read(tmp_path, capsys):
    file = tmp_path / "x.csv"
    file.write_bytes("Name;Slug;Summary\nÀ table;a-table;“Déjà”\n".encode("cp1252"))
    call_command("import_posts", file)
    assert Post.objects.get().title == "À table"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("One\nline.\n\nTwo & three", "<p>One line.</p><p>Two &amp; three</p>"),
        ("<div>Loose <em>text</em><br>on</div>", "<p>Loose <em>text</em><br>on</p>"),
        ("<div><p>In</p>out</div>", "<p>In</p><p>out</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<table><tr><td>x</td><td>y</td></tr></table>", "<p>x</p><p>y</p>"),
        ("<p onclick='x()'>a<img src=x onerror=y></p>", "<p>a</p>"),
        ("<p><a href='javascript:x()'>a</a></p>", '<p><a rel="noopener">a</a></p>'),
    ],
)
def test_whatever_the_markup_the_words_stay(html, expected):
    assert rewrite(html).html == expected


def test_an_address_that_changes_leaves_the_old_one_behind(client):
    mine = post("Old name")
    mine.slug = "new-name"
    mine.save()
    assert client.get("/posts/old-name/")["Location"] == "/posts/new-name/"
    mine.slug = "old-name"
    mine.save()
    assert client.get("/posts/old-name/").status_code == 200
    assert client.get("/posts/new-name/")["Location"] == "/posts/old-name/"


def test_a_hidden_post_answers_at_its_old_address_as_if_it_never_was(client):
    mine = post("Old name")
    mine.slug, mine.published_at = "new-name", None
    mine.save()
    never = client.get("/posts/never-was/")
    assert (client.get("/posts/old-name/").status_code, never.status_code) == (404, 404)
    client.force_login(cast.ed())
    assert client.get("/posts/old-name/").status_code == 301


def test_editors_keep_old_addresses_and_circles_are_refused(client):
    client.force_login(cast.olga())
    add = "/admin/courses/redirect/add/"
    client.post(add, {"path": "/Talks/?x=1", "to_path": "/posts/"})
    assert client.get("/talks")["Location"] == "/posts/"
    Redirect.objects.create(path="/a", to_path="/b")
    page = client.post(add, {"path": "/b/", "to_path": "/a/"}).text
    assert "This leads back to the old address, in a circle." in page
    page = client.post(add, {"path": "/c/", "to_path": "//evil.example/"}).text
    assert "Write an address of this site" in page
    client.post(add, {"path": "/gone/", "to_path": ""})
    assert client.get("/gone/").status_code == 410
    assert client.get("/gone%00/").status_code == 404
