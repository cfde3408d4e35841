"""A real nginx in front of the tests' own servers, with the files that the project ships."""

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
Changes = list[tuple[str, str]]


class Nginx:
    """`deploy/nginx.conf`, less https, on a free port; end it with `stop`."""

    def __init__(self, folder: Path, site: str, gated: Path) -> None:
        self.port = free_ports(1)
        changes = [
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port}"),
            ("listen 80", f"listen 127.0.0.1:{free_ports(1)}"),
            ("127.0.0.1:8000", site.removeprefix("http://")),
            ("/srv/nerdherd/data/gated/", f"{gated}/"),
            ('SECRET"', f'{SECRET}"'),
        ]
        self._start(folder, "nginx.conf", changes)

    def _start(self, folder: Path, name: str, changes: Changes) -> None:
        self.address = f"http://127.0.0.1:{self.port}"
        (folder / "nginx.conf").write_text(configuration(folder, name, changes))
        self.process = subprocess.Popen(
            [program(), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors.log")]
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


class NginxOfMany(Nginx):
    """`deploy/nginx-many.conf`, less https: at `port` the webs, at `films` the bucket."""

    def __init__(self, folder: Path, port: int, webs: list[int], films: int, bucket: int) -> None:
        self.port = port
        servers = [f"server 127.0.0.1:{web} max_fails=3 fail_timeout=1s;" for web in webs]
        changes = [
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{films}"),
            ("listen 80", f"listen 127.0.0.1:{free_ports(1)}"),
            ("server web:8000 resolve max_fails=3 fail_timeout=1s;", "\n".join(servers)),
            ("server bucket:8333 resolve;", f"server 127.0.0.1:{bucket};"),
            ("resolver ${NGINX_LOCAL_RESOLVERS} valid=2s;", ""),
            ("/var/cache/nginx/files", f"{folder}/files"),
        ]
        self._start(folder, "nginx-many.conf", changes)


def program() -> str:
    """Where Debian has put it."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"


def configuration(folder: Path, name: str, changes: Changes) -> str:
    """A shipped file, less https, with each change made once and everything it writes in `folder`."""
    conf = re.sub(
        r" *(ssl_certificate\w*|server_name) .*\n", "", (ROOT / "deploy" / name).read_text()
    )
    for theirs, ours in [*changes, ("/var/cache/nginx/nerdherd", f"{folder}/kept")]:
        assert theirs in conf, theirs
        conf = conf.replace(theirs, ours, 1)
    conf = conf.replace("user www-data;", "")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = conf.replace("http {", f"http {{ access_log off; {temporary}", 1)
    return f"user root; daemon off; pid {folder}/pid;\n{conf}"
