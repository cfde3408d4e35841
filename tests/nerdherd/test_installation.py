"""The site as an app: what a telephone is told, and that all of it is there."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from nerdherd.installation import PAPER
from tests import cast
from tests.theme import colours

pytestmark = pytest.mark.django_db


def test_the_manifest_is_whole_and_bears_the_sites_name(client, settings):
    settings.SITE_NAME = "A Site of Another Name"
    answer = client.get("/site.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert manifest["name"] == "A Site of Another Name"
    assert (manifest["display"], manifest["scope"], manifest["start_url"]) == (
        "standalone",
        "/",
        "/",
    )
    purposes = set()
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(str(path)) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            # A maskable icon is cut to a circle and must not let the ground through.
            assert (picture.mode == "RGB") is (icon["purpose"] == "maskable")
        purposes.add((icon["sizes"], icon["purpose"]))
    assert purposes >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_pages_lead_to_all_of_it_in_the_colours_of_both_themes(client):
    html = client.get("/").text
    assert '<link rel="manifest" data-href="/site.webmanifest">' in html
    touch = re.search(r'<link rel="apple-touch-icon" href="/static/([^"]+)">', html)
    assert touch
    with Image.open(str(finders.find(touch[1]))) as picture:
        assert (picture.size, picture.mode) == ((180, 180), "RGB")
    for scheme in ("light", "dark"):
        colour = colours(scheme)["paper"]
        media = f'media="(prefers-color-scheme: {scheme})"'
        assert f'<meta name="theme-color" content="{colour}" {media}>' in html
    assert colours("light")["paper"] == PAPER


def test_the_service_worker_stands_at_the_root_and_changes_its_address(client):
    found = re.search(r'<meta name="service-worker" content="([^"]+)">', client.get("/").text)
    assert found
    client.force_login(cast.mona())
    answer = client.get(found[1])
    assert answer["Content-Type"] == "text/javascript"
    assert "immutable" in answer["Cache-Control"]
    assert re.fullmatch(r"/service-worker-en\.[0-9a-f]{12}\.js", found[1])
    assert client.get("/service-worker-en.000000000000.js").status_code == 404
    listed = re.search(r"const FILES = (\[.*\]);", answer.text)
    assert listed
    for file in json.loads(listed[1]):
        assert file == "/offline/en/" or finders.find(file.removeprefix("/static/")), file


def test_the_page_without_a_network_is_the_same_for_everybody(client):
    visitors = client.get("/offline/en/")
    client.force_login(cast.mona())
    members = client.get("/offline/en/")
    assert members.content == visitors.content
    assert "No connection" in members.text
    assert "data-member" not in members.text
    assert not members.cookies
    stored = re.findall(r'(?:href|src)="(/static/[^"]+)"', members.text)
    worker = re.search(r'service-worker" content="([^"]+)"', client.get("/").text)
    assert worker
    kept = client.get(worker[1]).text
    assert stored
    assert all(f'"{file}"' in kept for file in stored)


def test_who_speaks_another_language_keeps_the_page_in_that(client):
    spanish = client.get("/", headers={"Accept-Language": "es"}).text
    worker = re.search(r'service-worker" content="([^"]+)"', spanish)
    assert worker
    # Asked for by whatever browser, and by another process than the one that named it.
    assert '"/offline/es/"' in client.get(worker[1], headers={"Accept-Language": "en"}).text
    page = client.get("/offline/es/", headers={"Accept-Language": "en"}).text
    assert '<html lang="es"' in page
    assert "No connection" not in page
    assert client.get("/offline/de/").status_code == 404
    assert client.get(worker[1].replace("-es.", "-de.")).status_code == 404


def test_an_icon_of_the_mark_can_be_drawn_and_shows_it():
    path = finders.find("icons/apple-touch-icon.png")
    picture = Image.open(BytesIO(Path(str(path)).read_bytes()))
    red, green, _ = picture.crop((40, 80, 41, 81)).tobytes()
    assert green > red + 60  # the larger of the two is teal


def test_the_picture_for_the_tab_is_where_browsers_look_for_it_when_a_page_names_none(client):
    assert 'rel="icon"' not in client.get("/").text
    client.cookies["session"] = "somebody's"  # it is the same for who is signed in
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=86400, public"
    picture = Image.open(BytesIO(answer.getvalue()))
    assert picture.format == "ICO"
    assert picture.size == (48, 48)
