"""Workers that are killed in the middle of a film: nothing half-made is ever seen, nothing is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.courses.films import SMALL, made_by_ffmpeg
from tests.courses.workshop import Workshop, set_up

pytestmark = [pytest.mark.site, pytest.mark.drill("kill -9 of a worker in the middle of a film")]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site with one film to prepare, made once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("untouched")
    picture = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=16")
    film = folder / "film.mp4"
    film.write_bytes(made_by_ffmpeg(*picture, "-f", "lavfi", "-i", "sine=d=16", *SMALL))
    return set_up(folder / "data", film)


@pytest.fixture
def workshop(untouched: Path, tmp_path: Path) -> Iterator[Workshop]:
    shop = Workshop(untouched, tmp_path / "data", VIDEO_HEIGHTS="360")
    yield shop
    for worker in shop.workers:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("percent", [2, 30, 94])
def test_a_killed_worker_leaves_nothing_half_made_and_another_begins_anew(workshop, percent):
    workshop.kill(workshop.worker_until(percent))

    assert workshop.encoders() == []
    assert (workshop.row()["state"], workshop.row()["folder"]) == ("encoding", "")
    assert workshop.on_the_shelf() == []

    # Nobody takes it from a worker that may be alive.
    assert workshop.manage("transcode").wait(300) == 0
    assert workshop.row()["attempts"] == 1

    workshop.lease_runs_out()
    assert workshop.manage("transcode").wait(300) == 0
    row = workshop.row()
    assert (row["state"], row["attempts"], row["error"]) == ("ready", 2, "")
    assert workshop.on_the_shelf() == [row["folder"]]
    assert workshop.benches() == []
    playlist = (workshop.data_dir / "gated" / row["folder"] / "360.m3u8").read_text()
    assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", playlist))) == pytest.approx(16, abs=0.2)


def test_a_worker_that_is_told_to_end_hands_its_film_back_uncounted(workshop):
    """However often a new version comes, no film runs out of tries."""
    workshop.end(workshop.worker_until(30, "worker"))
    row = workshop.row()
    assert (row["state"], row["attempts"], row["error"]) == ("uploaded", 0, "")
    assert (workshop.benches(), workshop.on_the_shelf()) == ([], [])
    assert workshop.manage("transcode").wait(300) == 0  # at once: no lease has to run out
    assert (workshop.row()["state"], workshop.row()["attempts"]) == ("ready", 1)


@pytest.mark.drill("two workers or two schedulers by mistake")
def test_with_two_workers_one_may_die_twice(workshop):
    for attempt in (1, 2):
        victim = workshop.worker_until(10)
        other = workshop.manage("transcode")
        workshop.kill(victim)
        assert other.wait(300) == 0  # it does not touch what may be in good hands
        assert workshop.row()["attempts"] == attempt
        assert workshop.encoders() == []
        workshop.lease_runs_out()
    two = [workshop.manage("transcode"), workshop.manage("transcode")]
    assert [worker.wait(300) for worker in two] == [0, 0]
    row = workshop.row()
    assert (row["state"], row["attempts"]) == ("ready", 3)
    assert workshop.on_the_shelf() == [row["folder"]]
    assert workshop.benches() == []
