"""kill -9 of the web server while it hears from Stripe, and while a film arrives."""

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.courses.sender import MB, Sender, long_film
from tests.drill.browser import Browser
from tests.drill.running import CSRF, RunningSite, until
from tests.drill.shopping import memberships, pay, ring

pytestmark = [pytest.mark.site, pytest.mark.slow]


def kill(site: RunningSite) -> None:
    """All of the web server, without a word."""
    os.killpg(site.web.pid, signal.SIGKILL)
    site.web.wait()


@pytest.mark.drill("kill -9 in the webhook, before the commit and after it")
def test_killed_while_it_hears_of_a_payment_it_hears_of_it_again(start, standin):
    site = start(STRIPE_API_BASE=standin.base_url)
    pay(site, standin)
    standin.fault("GET /v1/checkout/sessions/*", delay=3)
    with ThreadPoolExecutor(1) as pool:
        cut_off = pool.submit(ring, site, standin)
        until(lambda: bool(site.select("SELECT 1 FROM billing_stripeevent")))
        kill(site)
        assert isinstance(cut_off.exception(), OSError)
    assert memberships(site) == 0
    standin.clear_faults()

    site.start()
    assert (ring(site, standin).status, memberships(site)) == (200, 1)
    kill(site)  # after the commit; Stripe may not have heard the answer
    site.start()
    assert (ring(site, standin).status, memberships(site)) == (200, 1)
    assert len(site.select("SELECT 1 FROM lib_outboxmail WHERE key LIKE 'welcome:%'")) == 1


@pytest.mark.drill("kill -9 during an upload")
def test_killed_while_a_film_arrives_it_takes_the_rest_afterwards(start):
    site = start()
    sender = Sender(Browser(site, "ed"), long_film())  # type: ignore[arg-type]
    assert sender.begin().status_code == 200
    assert sender.send(1) == 204
    part = sender.bytes_of(2)
    cookies = "; ".join(f"{name}={value}" for name, value in sender.client.cookies.items())
    head = (
        f"PUT {sender.address}parts/2/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
        f"Cookie: {cookies}\r\nX-CSRFToken: {CSRF}\r\nContent-Length: {len(part)}\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(head.encode() + part[: 4 * MB])
        time.sleep(0.5)
        kill(site)

    site.start()
    assert sender.here() == [1]
    assert [sender.send(2), sender.send(3)] == [204, 204]
    assert sender.complete().status_code == 200
    [original] = (site.data_dir / "gated/originals").iterdir()
    assert original.read_bytes() == long_film()
