"""`manage.py prepare`, run by every machine at the moment when a new version comes to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drill.restarting import postgres
from tests.whole_site import ROOT

pytestmark = pytest.mark.site


def test_of_machines_that_come_at_once_one_migrates_and_the_others_wait(tmp_path: Path):
    command = [sys.executable, "manage.py", "prepare", "--database-only"]
    with postgres() as server:
        told = os.environ | {"DATABASE_URL": server.address, "DATA_DIR": str(tmp_path)}
        machines = [subprocess.Popen(command, cwd=ROOT, env=told) for _ in range(3)]
        assert [machine.wait(120) for machine in machines] == [0, 0, 0]
    assert not (tmp_path / "static").exists()
