"""`python -m nerdherd.web`: the web server by itself, as the units and the image start it."""

import http.client
import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.drill.running import until
from tests.whole_site import ROOT, free_ports

pytestmark = pytest.mark.site


def health(address: str, port: int) -> int:
    """The status of the answer; 0 when nobody is there."""
    with closing(http.client.HTTPConnection(address, port, timeout=5)) as line:
        try:
            line.request("GET", "/health/", headers={"Host": "127.0.0.1"})
            return line.getresponse().status
        except OSError:
            return 0


def test_it_listens_where_it_is_told_and_ends_in_order(tmp_path: Path):
    port = free_ports(1)
    told = os.environ | {
        "PORT": f"{port}", "LISTEN": "127.0.0.2", "WEB_PROCESSES": "1", "DATA_DIR": str(tmp_path),
    }  # fmt: skip
    prepare = [sys.executable, "manage.py", "prepare", "--database-only"]
    subprocess.run(prepare, cwd=ROOT, env=told, check=True)
    command = [sys.executable, "-m", "nerdherd.web"]
    web = subprocess.Popen(command, cwd=ROOT, env=told, start_new_session=True)
    try:
        until(lambda: health("127.0.0.2", port) == 200)
        assert health("127.0.0.1", port) == 0
        with closing(http.client.HTTPConnection("127.0.0.2", port, timeout=5)) as kept_open:
            kept_open.request("GET", "/health/", headers={"Host": "127.0.0.1"})
            kept_open.getresponse().read()
            web.send_signal(signal.SIGTERM)
            assert web.wait(15) == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(web.pid, signal.SIGKILL)


def test_one_that_would_be_unsafe_says_what_is_wrong_and_does_not_start(tmp_path: Path):
    told = os.environ | {
        "SITE_URL": "https://example.com", "SECRET_KEY": "change-me", "DATA_DIR": str(tmp_path),
    }  # fmt: skip
    command = [sys.executable, "-m", "nerdherd.web"]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "SECRET_KEY is missing, short or a placeholder." in done.stderr
    assert "Traceback" not in done.stderr
