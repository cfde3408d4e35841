"""A real nginx in front of the tests' own server, with the file that the project ships."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.whole_site import ROOT, free_ports

SECRET = "the-secret-of-the-tests-0123456789"


class Nginx:
    """`deploy/nginx.conf`, less https, on a free port; end it with `stop`."""

    def __init__(self, folder: Path, site: str, gated: Path) -> None:
        self.port = free_ports(1)
        self.address = f"http://127.0.0.1:{self.port}"
        shipped = (ROOT / "deploy/nginx.conf").read_text()
        conf = re.sub(r" *(ssl_certificate\w*|server_name) .*\n", "", shipped)
        for theirs, ours in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port}"),
            ("127.0.0.1:8000", site.removeprefix("http://")),
            ("/srv/nerdherd/data/gated/", f"{gated}/"),
            ("/var/cache/nginx/nerdherd", f"{folder}/kept"),
            ("SECRET", SECRET),
        ):
            assert theirs in conf, theirs
            conf = conf.replace(theirs, ours)
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf = conf.replace("http {", f"http {{ access_log off; {temporary}", 1)
        (folder / "nginx.conf").write_text(f"user root; daemon off; pid {folder}/pid;\n{conf}")
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
        self.process = subprocess.Popen(
            [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors.log")]
        )
        self._wait()

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of what is at `path`; a redirect is followed."""
        asked = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)

    def _wait(self) -> None:
        deadline = time.monotonic() + 10
        while True:
            try:
                self.get("/gate/")
                return
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                assert self.process.poll() is None, "nginx did not start"
                time.sleep(0.05)
