"""Styles that stand in pages: allowed by their digests, and without words that pages are known by."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from nerdherd.lib.styles import SHEETS, sheet
from tests.library import post

# What other programs look for in a page; in its styles they would find what is not there.
MARKS = r"data-(post|kind|access|body|paywall|transcript|similar|reason|card|account|member)\b"


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_all_there_and_names_no_mark(name):
    text = sheet(name)
    assert "{" in text
    assert "/*" not in text
    assert "../" not in text
    assert "</" not in text
    assert not re.search(MARKS, text)


@pytest.mark.django_db
def test_the_policy_allows_every_style_of_a_page_and_no_other(client):
    answer = client.get(post().get_absolute_url())
    styles = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    assert len(styles) == 3
    for style in styles:
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].count("sha256-") == len(styles)


def test_a_sheet_that_the_policy_does_not_know_is_refused():
    with pytest.raises(LookupError):
        sheet("admin")
