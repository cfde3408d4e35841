"""Links in texts to pages of this site: which are kept, and which lead a visitor nowhere."""

import re

import pytest

from courses.models import InnerLink, Redirect, Topic
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db


class TestDeadLinks:
    def dead(self, body: str) -> list[str]:
        made = post("With links", body=f"<p>{body}</p>")
        found = InnerLink.objects.dead().filter(post=made).order_by("path")
        return [link.path for link in found]

    def test_what_is_there_or_leads_on_is_alive(self):
        here = post("Here", topics=("Shame",))
        Redirect.objects.create(path="/blog/old", post=here)
        Redirect.objects.create(path="/blog/other", to_path="/topics/shame/")
        assert self.dead(
            '<a href="/posts/here/">1</a> <a href="/posts/here">2</a> <a href="/posts/here/?a=b#c">3</a>'
            '<a href="http://127.0.0.1:8000/topics/shame/">4</a> <a href="/Blog/Old/">5</a>'
            '<a href="/blog/other/">6</a> <a href="/join/">7</a> <a href="#above">8</a> <a href="/">9</a>'
            '<a href="https://elsewhere.example/posts/gone/">10</a> <a href="mailto:a@b.c">11</a>'
        ) == []  # fmt: skip

    def test_what_is_not_there_for_a_visitor_is_dead(self):
        draft = post("Draft", published_at=None)
        Redirect.objects.create(path="/blog/draft", post=draft)
        Redirect.objects.create(path="/blog/gone")
        assert self.dead(
            '<a href="/posts/draft/">1</a> <a href="/blog/draft/">2</a> <a href="/blog/gone">3</a>'
            '<a href="/topics/never/">4</a> <a href="/series/never/">5</a> <a href="/situations/never/">6</a>'
            '<a href="/nowhere/at/all">7</a> <a href="http://127.0.0.1:8000/posts/never/">8</a>'
            '<a href="../also-never/">9</a>'
        ) == [
            "/blog/draft", "/blog/gone", "/nowhere/at/all", "/posts/also-never", "/posts/draft",
            "/posts/never", "/series/never", "/situations/never", "/topics/never",
        ]  # fmt: skip

    def test_odd_addresses_are_no_error(self):
        odd = ["http://[", "//", "/%00", "/posts/%ff/", "/" + "x" * 2000, "/posts/" + "y" * 400]
        assert len(self.dead("".join(f'<a href="{href}">x</a>' for href in odd))) <= len(odd)

    def test_a_new_address_or_a_deleted_topic_shows_at_once(self, client):
        client.force_login(cast.ed())
        aim = post("Aim", topics=("Sleep",))
        linking = post(
            "Linking", body='<p><a href="/posts/aim/">1</a><a href="/topics/sleep/">2</a></p>'
        )
        assert not InnerLink.objects.dead().exists()
        aim.slug = "moved"
        aim.save()
        assert not InnerLink.objects.dead().exists()  # the old address leads on
        Topic.objects.all().delete()
        page = client.get("/admin/").text
        assert re.search(r'>Linking</a>\s*<span class="quiet">→ /topics/sleep<', page)
        linking.body = "<p>No more.</p>"
        linking.save()
        assert not InnerLink.objects.exists()
