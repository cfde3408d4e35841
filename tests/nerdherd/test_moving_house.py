"""`manage.py move_database`: a whole site from SQLite into a real PostgreSQL, and on from there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole_site import ROOT

pytestmark = pytest.mark.site

LIVED_IN = """
from django.utils import timezone
from billing.models import Membership, Purchase
from courses.models import Post, Progress, Redirect
from nerdherd.accounts.models import User
mona = User.objects.create_user("mona@example.com", name="Mona – “ñ”")
Membership.grant(user_id=mona.pk, source="staff")
Purchase.objects.create(buyer="browser:x", amount_cents=2900, currency="usd", receipt_url="https://r")
Progress.objects.create(person=mona, post=Post.objects.first(), place=30, seen_at=timezone.now())
Redirect.objects.create(path="/old/", to_path="/new/")
"""
SEARCH = """
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from courses.library import Selection
from courses.models import Post, Topic
from courses.search.finding import search
from courses.search.indexing import index_changed
while index_changed(): pass
nobody = AnonymousUser()
found = search(Post.objects.published(), "child", nobody, Selection(QueryDict(), Topic.objects.all()))
print("found", found.keys)
"""
GOING_ON = """
from nerdherd.accounts.models import User
print("people", User.objects.create_user("zoe@example.com").pk > User.objects.get(name="Mona – “ñ”").pk)
"""
STEPS = """
new="$DATABASE_URL"; unset DATABASE_URL
manage() { "$PYTHON" manage.py "$@"; }
manage fill --posts 30 --members 4 > /dev/null
manage shell -v 0 -c "$LIVED_IN"
manage relate --all > /dev/null
manage shell -v 0 -c "$SEARCH"
manage fingerprint > "$DATA_DIR/here"
manage move_database "$new"
export DATABASE_URL="$new"
manage fingerprint > "$DATA_DIR/there"
diff "$DATA_DIR/here" "$DATA_DIR/there"
manage shell -v 0 -c "$SEARCH$GOING_ON"
unset DATABASE_URL
manage move_database "$new" 2>&1 || echo "refused"
"""


def test_all_of_it_is_there_and_the_site_goes_on(tmp_path: Path):
    environment = {
        **os.environ, "PYTHON": sys.executable, "LIVED_IN": LIVED_IN, "GOING_ON": GOING_ON, "SEARCH": SEARCH,
        "DATA_DIR": str(tmp_path), "CACHE_URL": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.postgres", "sh", "-ec", STEPS]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert "The same in both, to the last byte. Now set DATABASE_URL to it and start." in said
    assert [line.split()[-1] for line in said if line.startswith("courses.Post ")] == ["30"]
    assert "people True" in said
    found = [line for line in said if line.startswith("found")]
    assert found[0] == found[1] != "found []"
    assert said[-1] == "refused"
    assert "There is something in it already" in said[-2]
    assert "Nothing was moved." in said[-2]
