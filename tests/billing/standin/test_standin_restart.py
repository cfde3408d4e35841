"""State that survives a restart and a kill; and what the stand-in says when it cannot start."""

import socket
import subprocess
import sys
import threading
import time

import pytest
import stripe

from tests.billing.standin.shop import ORDER, connect
from tests.standin import ROOT, running_standin, start


def test_state_survives_a_restart(state_dir, site):
    with running_standin(state_dir) as first:
        client = connect(first.base_url)
        options = {"idempotency_key": "checkout-1"}
        session = client.checkout.sessions.create(ORDER, options)
        first.pay(session.id)
    with running_standin(state_dir, site.url) as second:
        assert second.await_deliveries()
        assert site.types[-1] == "checkout.session.completed"
        client = connect(second.base_url)
        assert client.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert client.checkout.sessions.create(ORDER, options).id == session.id


def test_what_was_done_and_its_answer_survive_a_kill_together(state_dir):
    options = {"idempotency_key": "checkout-1"}
    process, first = start(state_dir)
    first.fault("POST /v1/checkout/sessions", delay=30)
    client = connect(first.base_url)

    def ask():
        with pytest.raises(stripe.APIConnectionError):
            client.checkout.sessions.create(ORDER, options)

    asking = threading.Thread(target=ask)
    asking.start()
    while not client.checkout.sessions.list().data:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=10)
    asking.join(10)
    with running_standin(state_dir) as second:
        client = connect(second.base_url)
        again = client.checkout.sessions.create(ORDER, options)
        assert [session.id for session in client.checkout.sessions.list().data] == [again.id]


def test_it_is_there_for_this_machine_only(standin):
    port = int(standin.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):
        pass


def test_open_sessions_move_to_the_new_port(state_dir):
    with running_standin(state_dir) as first:
        session = connect(first.base_url).checkout.sessions.create(ORDER)
    with running_standin(state_dir) as second:
        found = connect(second.base_url).checkout.sessions.retrieve(session.id)
        assert found.url.startswith(second.base_url)


def start_and_fail(*options, **environment):
    return subprocess.run(
        [sys.executable, "-m", "billing.standin", "--port", "0", *options],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '{"about": {}}', '{"about": {"edition": 99}}'])
def test_an_unreadable_state_file_is_named_and_left_alone(state_dir, content):
    state = state_dir / "standin.json"
    state.write_text(content)
    ended = start_and_fail("--state", str(state), STANDIN_WEBHOOK_SECRET="whsec_x")
    assert ended.returncode == 1
    assert str(state) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert state.read_text() == content


def test_it_does_not_start_without_a_secret():
    assert "secret" in start_and_fail().stderr


def test_it_does_not_start_for_a_foreign_webhook():
    ended = start_and_fail("--webhook-url", "http://example.com/", STANDIN_WEBHOOK_SECRET="whsec_x")
    assert "127.0.0.1" in ended.stderr


def test_a_taken_port_is_said_plainly(standin):
    port = standin.base_url.rpartition(":")[2]
    ended = start_and_fail("--port", port, STANDIN_WEBHOOK_SECRET="whsec_x")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
