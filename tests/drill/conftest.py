"""What the faults are injected into."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from billing.standin.control import StandIn
from tests.drill.running import RunningSite, seed
from tests.s3 import bucket
from tests.standin import running_standin

__all__ = ["bucket"]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a small site, made once; others get copies."""
    return seed(tmp_path_factory.mktemp("seeded"))


@pytest.fixture
def start(seeded: Path, tmp_path: Path) -> Iterator[Callable[..., RunningSite]]:
    """Starts a site of one's own."""
    running: list[RunningSite] = []

    def start(data_dir: Path = tmp_path / "site", **environment: str) -> RunningSite:
        running.append(RunningSite(seeded, data_dir, **environment))
        return running[-1].start()

    yield start
    for site in running:
        site.stop()


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[StandIn]:
    """A Stripe of one's own, whose deliveries wait until they are asked for."""
    with running_standin(tmp_path) as standin:
        standin.hold()
        yield standin


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets this process's clock so many minutes ahead."""
    now, seconds = timezone.now, time.time

    def set_clock(minutes: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(minutes=minutes))
        monkeypatch.setattr(time, "time", lambda: seconds() + minutes * 60)

    return set_clock
