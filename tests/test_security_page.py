"""What `docs/security.md` says is tested is tested: every file and test that it names is there."""

import ast
import re

import pytest

from tests.whole_site import ROOT

NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs/security.md").read_text())


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_it_is_there(file, test):
    tree = ast.parse((ROOT / file).read_text())
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert test in names if test else any(name.startswith("test_") for name in names)


def test_each_promise_names_its_tests():
    promises = (ROOT / "docs/security.md").read_text().split("| promise |")[1].split("\n\n")[0]
    rows = promises.strip().splitlines()[2:]
    assert len(rows) > 10
    assert all("`tests/" in row for row in rows)
