"""Migrations touch the database that they are run on, no other, and keep nobody waiting."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from nerdherd.lib.indices import AddIndexBeside
from nerdherd.lib.models import AuditLine
from tests.whole_site import ROOT

OURS = [
    path
    for app in ("billing", "courses", "nerdherd")
    for path in (ROOT / app).rglob("migrations/0*.py")
]
WITH_CODE = [path for path in OURS if "RunPython" in path.read_text()]


@pytest.mark.parametrize("path", WITH_CODE, ids=lambda path: path.stem)
def test_they_name_the_database_whenever_they_ask_a_model(path: Path):
    """`move_database` migrates a second database while the first one holds everything."""
    nodes = [
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
    ]
    asked = [node for node in nodes if node.attr == "objects"]
    named = [node.value for node in nodes if node.attr == "using"]
    assert set(asked) <= set(named), path


# Up to these every site was made by them; whatever comes later meets tables in use.
FIRST = {"accounts": 3, "billing": 3, "courses": 18, "lib": 4, "moving": 1}
LATER = [path for path in OURS if int(path.stem[:4]) > FIRST[path.parent.parent.name]]


@pytest.mark.parametrize("path", LATER, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_indices_come_to_tables_in_use_without_a_lock(path: Path):
    """On PostgreSQL a plain CREATE INDEX lets nobody write until it is done."""
    text = path.read_text()
    made_here = set(re.findall(r"CreateModel\(\s*name='(\w+)'", text))
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func).rpartition(".")[2] for call in calls]
    for call, name in zip(calls, names, strict=True):
        if name == "AddIndex":
            model = next(word.value for word in call.keywords if word.arg == "model_name")
            assert str(ast.literal_eval(model)).lower() in {one.lower() for one in made_here}
    assert "AddIndexBeside" not in names or "atomic = False" in text


@pytest.fixture
def without_its_index():
    """The index of the audit log by kind is not there."""
    index = next(one for one in AuditLine._meta.indexes if one.name == "audit_by_kind")
    drop = f"DROP INDEX {index.name}"
    with connection.cursor() as cursor:
        cursor.execute(drop)
    yield index
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {index.name}")
    with connection.schema_editor() as editor:
        editor.add_index(AuditLine, index)


def indices() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "lib_auditline"))


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_broken_off_is_made_again(without_its_index):
    """Building one beside a running site takes long, and what is left of half of it is useless."""
    index = without_its_index
    operation = AddIndexBeside("auditline", index)
    state = ProjectState.from_apps(apps)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX {index.name} ON lib_auditline (kind)")
            cursor.execute("SET statement_timeout = 0")  # as `prepare` has it
    editing = connection.schema_editor(atomic=False)
    with CaptureQueriesContext(connection) as said, editing as editor:
        operation.database_forwards("lib", editor, state, state)
    assert index.name in indices()
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "lib_auditline")
    assert found[index.name]["columns"] == ["kind", "id"]
    if connection.vendor == "postgresql":
        assert any("CREATE INDEX CONCURRENTLY" in query["sql"] for query in said)
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)
            cursor.execute("RESET statement_timeout")
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("lib", editor, state, state)
    assert index.name not in indices()
