"""The house rules: who may know whom, held by reading the imports and the templates."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["courses", "billing", "nerdherd"]
FILES = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# The only places where one half of the house may name the other in a template.
MEETING_POINTS = {
    ("courses/_paywall.html", "billing/_join.html"),
}


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether it does so inside a function."""
    tree = ast.parse(path.read_text())
    inner = {
        node
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node in inner) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node in inner
            yield from ((f"{node.module}.{name.name}", node in inner) for name in node.names)


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def who_imports(prefix: str) -> set[str]:
    return {
        place(path)
        for path in FILES
        for module, _ in imports(path)
        if module == prefix or module.startswith(f"{prefix}.")
    }


def test_courses_and_billing_do_not_know_each_other():
    assert not [file for file in who_imports("billing") if file.startswith("courses/")]
    assert not [file for file in who_imports("courses") if file.startswith("billing/")]


def test_the_shelf_and_the_people_know_neither():
    below = ("nerdherd/lib/", "nerdherd/accounts/")
    knowing = who_imports("courses") | who_imports("billing")
    assert not [file for file in knowing if file.startswith(below)]
    people = who_imports("nerdherd.accounts")
    assert not [file for file in people if file.startswith("nerdherd/lib/")]


def test_only_the_doors_of_the_house_name_the_shop():
    """What deleting billing/ would break: the settings (by name), the addresses, two templates."""
    inside = {file for file in who_imports("billing") if not file.startswith("billing/")}
    assert inside == {"nerdherd/urls.py"}


def test_stripe_is_known_to_the_gateway_only():
    assert who_imports("stripe") == {"billing/gateway.py"}


def test_processes_are_started_in_four_places_only():
    known = {"courses/video/ffmpeg.py", "nerdherd/run.py", "nerdherd/keeping/databases.py"}
    known.add("nerdherd/lib/apart.py")
    assert who_imports("subprocess") <= known
    assert "courses/video/ffmpeg.py" in who_imports("subprocess")


def test_the_stand_in_knows_nothing_of_the_site():
    for path in FILES:
        if place(path).startswith("billing/standin/"):
            named = {module for module, _ in imports(path)}
            outside = {name for name in named if name.split(".")[0] in {"django", *APPS}}
            assert all(name.startswith("billing.standin") for name in outside), place(path)


def test_views_never_touch_ffmpeg_and_models_know_neither_views_nor_tasks():
    assert not [file for file in who_imports("courses.video.ffmpeg") if "/views/" in file]
    for path in FILES:
        if "models" in place(path):
            for module, _ in imports(path):
                assert not re.search(r"\.(views|timetable|admin)\b", module), place(path)


def test_no_import_hides_in_a_function():
    """What an app's own apps.py needs can be imported only when the apps are there."""
    hidden = {place(path) for path in FILES for _, is_inner in imports(path) if is_inner}
    assert hidden <= {
        "nerdherd/apps.py",
        "nerdherd/accounts/apps.py",
        "courses/apps.py",
        "billing/apps.py",
    }


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_meet_at_the_known_places_only(path):
    here = str(path.relative_to(ROOT / "templates"))
    for other in re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", path.read_text()):
        room, other_room = here.split("/")[0], other.split("/")[0]
        if other_room == "billing" != room:
            assert (here, other) in MEETING_POINTS
        if room == "billing":
            assert other_room != "courses"


def test_every_module_opens_with_what_lives_there():
    silent = [place(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert [file for file in silent if Path(ROOT, file).read_text().strip()] == []


def test_without_the_shop_the_library_stands(tmp_path):
    """A copy without billing/, less the lines that name it, still serves its pages."""
    for folder in ("courses", "nerdherd", "templates", "static"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    settings, urls = tmp_path / "nerdherd/settings.py", tmp_path / "nerdherd/urls.py"
    settings.write_text(without_lines(settings.read_text(), r'"billing'))
    rooms = "gift|giving|join|owner|partner|proof|thanks"
    urls.write_text(without_lines(urls.read_text(), rf"from billing|\b({rooms})\.|\bwebhook\b"))
    for name, line in (("courses/_paywall.html", "billing/"), ("site/_header.html", "'join'")):
        template = tmp_path / "templates" / name
        template.write_text(without_lines(template.read_text(), line))
    program = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from django.utils import timezone
from courses.models import Post
for access in ("free", "members"):
    Post.objects.create(title=access, slug=access, access=access, published_at=timezone.now())
for address in ("/", "/posts/", "/posts/free/", "/posts/members/", "/accounts/login/", "/health/"):
    answer = Client(SERVER_NAME="127.0.0.1").get(address)
    assert answer.status_code == 200, address
"""
    (tmp_path / "data/static").mkdir(parents=True)
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "CACHE_URL": "locmemcache://"}
    environment.pop("DATABASE_URL", None)
    settings.write_text(settings.read_text() + PLAIN_STATIC_FILES)
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)


PLAIN_STATIC_FILES = """
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
"""


def without_lines(text: str, pattern: str) -> str:
    return "".join(line for line in text.splitlines(True) if not re.search(pattern, line))
