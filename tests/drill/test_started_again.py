"""Something is stopped, killed or started again while people use the site."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.drill.load import load_on
from tests.drill.restarting import postgres
from tests.drill.running import RunningSite, seed, until

pytestmark = [pytest.mark.site, pytest.mark.slow]


@pytest.mark.drill("PostgreSQL is restarted under load")
def test_no_page_fails_while_postgresql_is_started_again(tmp_path):
    with postgres() as server:
        folder = seed(tmp_path / "site", DATABASE_URL=server.address)
        site = RunningSite(folder, folder, DATABASE_URL=server.address)
        try:
            site.start()
            with load_on(site) as load:
                for _ in range(3):
                    load.serves(20)
                    server.restart()
                load.serves(20)
            assert site.note_place(7).status == 204
        finally:
            site.stop()
    assert set(load.answers) == {200}


@pytest.mark.drill("SIGTERM under load")
def test_whoever_is_being_served_when_the_site_is_told_to_end_is_served(start, standin):
    """Who knocks afterwards finds the door shut, and is never left with half an answer."""
    site = start(STRIPE_API_BASE=standin.base_url)
    standin.fault("POST /v1/checkout/sessions", delay=2)
    with load_on(site) as load, ThreadPoolExecutor(1) as pool:
        load.serves(40)
        joining = pool.submit(site.ask, "/join/", "rui", form={"next": "/"})
        until(lambda: bool(site.select("SELECT 1 FROM billing_purchase")))
        site.web.send_signal(signal.SIGTERM)
        assert joining.result().status == 303
        assert site.web.wait(timeout=15) == 0
        site.start()
        load.serves(20)
    assert set(load.answers) <= {200, ConnectionRefusedError, ConnectionResetError}
