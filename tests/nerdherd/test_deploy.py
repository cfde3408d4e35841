"""What `deploy/` says is true of this site: settings, commands and paths that it names are there."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from nerdherd.lib.management.commands import worker
from nerdherd.management.commands import backup, prepare
from tests.nginx import program
from tests.whole_site import ROOT, free_ports

DEPLOY = ROOT / "deploy"
ALL = sorted((DEPLOY / "systemd").iterdir())
UNITS = [path for path in ALL if path.suffix == ".service"]
# What belongs to others: the bucket's keys, and what Python itself reads.
OTHERS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "DJANGO_SETTINGS_MODULE",
    "PROMETHEUS_MULTIPROC_DIR",
}
SETTINGS = set(re.findall(r"(?m)^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text())) | OTHERS
COMMANDS = {"backup": backup.Command, "prepare": prepare.Command, "worker": worker.Command}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if "build" in service}


def check_command(words: list[str]) -> None:
    """`… manage.py COMMAND OPTIONS` or `… -m MODULE`, as far as it can be seen without running it."""
    if "-m" in words:
        [module] = words[words.index("-m") + 1 :]
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
        return
    name, *options = words[words.index("manage.py") + 1 :]
    COMMANDS[name]().create_parser("manage.py", name).parse_args(options)


def test_compose_sets_only_what_the_settings_read(services):
    for name, service in ours(services).items():
        assert service["environment"].keys() <= SETTINGS, name


def test_compose_starts_what_is_there(services):
    assert ours(services).keys() == {"prepare", "web", "worker"}
    for service in ours(services).values():
        if "command" in service:
            check_command(service["command"])
        for needed in service.get("depends_on", {}):
            assert needed in services
    assert services["web"]["build"]["dockerfile"] == "deploy/Containerfile"


def test_nginx_is_told_all_that_its_file_asks_for(services):
    told = services["nginx"]["environment"]
    asked = set(re.findall(r"(?m)^(?!#).*?\$\{(\w+)\}", (DEPLOY / "nginx-many.conf").read_text()))
    assert asked == {"SITE_HOST", "NGINX_LOCAL_RESOLVERS"}  # the second its image finds by itself
    assert all(re.search(told["NGINX_ENVSUBST_FILTER"], name) for name in asked)


def test_no_secret_stands_in_the_files(services):
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|SECRET|PASSWORD", name):
                assert re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value), name


def test_what_runs_our_code_has_no_rights_to_spare(services):
    for name, service in ours(services).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_the_image_copies_what_is_there():
    text = (DEPLOY / "Containerfile").read_text()
    for line in re.findall(r"(?m)^COPY (?!--)(.+)$", text):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "**/.env", "data", ".venv"} <= set(left_out)
    assert re.search(r"(?m)^USER \d+$", text)
    told = re.findall(r"(?m)^CMD \[(.+)\]$", text)
    check_command(re.findall(r'"([^"]+)"', told[-1]))
    assert (
        set(re.findall(r"([A-Z_]+)=", text.rpartition("ENV ")[2].partition("\nUSER")[0])) - {"PATH"}
        <= SETTINGS
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_what_is_there(unit):
    [line] = re.findall(r"(?m)^ExecStart=(.+)$", unit.read_text())
    if "nerdherd/.venv/bin/python" in line:
        check_command(line.split())
    for told in re.findall(r"(?m)^Environment=(.+)$", unit.read_text()):
        assert {pair.partition("=")[0] for pair in told.split()} <= SETTINGS


@pytest.mark.parametrize("unit", ["nerdherd-web@.service", "nerdherd-worker.service"])
def test_a_unit_comes_back_whatever_else_is_away(unit):
    """Were prepare required, its failing would be the last that systemd does for the unit."""
    text = (DEPLOY / "systemd" / unit).read_text()
    for line in ("Wants=nerdherd-prepare.service", "Restart=always", "StartLimitIntervalSec=0"):
        assert f"\n{line}\n" in text
    assert "\nRequires=" not in text


def test_litestream_copies_the_file_that_the_units_write():
    [copied] = yaml.safe_load((DEPLOY / "litestream.yml").read_text())["dbs"]
    for unit in UNITS:
        assert f"ReadWritePaths={Path(copied['path']).parent}\n" in unit.read_text()
    for secret in ("access-key-id", "secret-access-key"):
        assert re.fullmatch(r"\$\{\w+\}", copied["replica"][secret])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("unit", ALL, ids=lambda path: path.name)
def test_systemd_understands_every_line_and_finds_little_exposed(unit, tmp_path: Path):
    for path in ALL:
        here = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", path.read_text())
        (tmp_path / path.name).write_text(here.replace("/srv/nerdherd", str(ROOT)))
    copy = str(tmp_path / unit.name)
    said = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    if unit in UNITS:
        command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", copy]
        assert subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-many.conf"])
def test_nginx_understands_every_line(name, tmp_path: Path):
    conf = (DEPLOY / name).read_text()
    for theirs, here in (
        (r"/etc/(letsencrypt/live/your\.site|nginx/certificates)/", f"{tmp_path}/"),
        (r"/var/cache/nginx/", f"{tmp_path}/"),
        (r"listen 443", f"listen 127.0.0.1:{free_ports(1)}"),
        (r"listen 80;", f"listen 127.0.0.1:{free_ports(1)};"),
        (r"web:8000 resolve", "127.0.0.1:8000"),  # a newer nginx than Debian's can ask again
        (r"bucket:8333 resolve", "127.0.0.1:8333"),
        (r"\$\{NGINX_LOCAL_RESOLVERS\}", "127.0.0.1"),
    ):
        conf = re.sub(theirs, here, conf)
    (tmp_path / name).write_text(f"pid {tmp_path}/pid;\n{conf}")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    asked = (
        "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 1 -subj /CN=site"
    )
    command = ["openssl", *asked.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    command = [program(), "-t", "-q", "-c", str(tmp_path / name), "-e", str(tmp_path / "errors")]
    said = subprocess.run(command, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")


def test_both_files_of_nginx_say_the_same_of_pages():
    """Each stands as a whole, to be read; what keeps one's page from another must not differ."""
    one, many = ((DEPLOY / name).read_text() for name in ("nginx.conf", "nginx-many.conf"))
    said = re.compile(r"(?m)^    (?:gzip|proxy_(?!cache_path /var/cache/nginx/files)|map)[^;]+;.*$")
    assert said.findall(one) == said.findall(many) != []
    pages = re.compile(r"(?s)\n        location / \{.*?\n        \}")
    assert pages.search(one)[0] == pages.search(many)[0]  # type: ignore[index]
