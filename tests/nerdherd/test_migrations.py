"""Migrations touch the database that they are run on, and no other."""

import ast
from pathlib import Path

import pytest

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
