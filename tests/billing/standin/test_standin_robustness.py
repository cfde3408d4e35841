"""Idempotency, faults on order, and hostile input."""

import json
import threading
import time
import urllib.error
import urllib.request

import pytest
import stripe

from tests.billing.standin.shop import ORDER, connect


def test_one_key_is_one_session(client, standin):
    options = {"idempotency_key": "checkout-1"}
    first = client.checkout.sessions.create(ORDER, options)
    again = client.checkout.sessions.create(ORDER, options)
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(client.checkout.sessions.list().data) == 1


def test_one_key_is_one_body(client):
    options = {"idempotency_key": "checkout-1"}
    client.checkout.sessions.create(ORDER, options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.checkout.sessions.create({**ORDER, "client_reference_id": "other"}, options)
    assert refused.value.http_status == 400


def test_a_refused_request_does_not_use_its_key_up(client):
    options = {"idempotency_key": "checkout-1"}
    with pytest.raises(stripe.InvalidRequestError):
        client.checkout.sessions.create({**ORDER, "nonsense": "1"}, options)
    assert client.checkout.sessions.create(ORDER, options).status == "open"


def test_a_key_is_free_again_after_a_day(client, standin):
    options = {"idempotency_key": "checkout-1"}
    first = client.checkout.sessions.create(ORDER, options)
    standin.clock(24 * 3600 + 60)
    assert client.checkout.sessions.create(ORDER, options).id != first.id


def test_a_broken_answer_is_repeated_to_its_key(client, standin):
    standin.fault("POST /v1/checkout/sessions", status=500)
    options = {"idempotency_key": "checkout-1"}
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            client.checkout.sessions.create(ORDER, options)
        assert broken.value.http_status == 500
    assert client.checkout.sessions.create(ORDER, {"idempotency_key": "another"}).status == "open"
    standin.fault("POST /v1/checkout/sessions", status=503)
    with pytest.raises(stripe.APIError):
        client.checkout.sessions.create(ORDER, {"idempotency_key": "busy"})
    assert client.checkout.sessions.create(ORDER, {"idempotency_key": "busy"}).status == "open"


def test_a_running_key_is_409(client, standin):
    standin.fault("POST /v1/checkout/sessions", delay=2)
    options = {"idempotency_key": "checkout-1"}
    slow = threading.Thread(target=client.checkout.sessions.create, args=(ORDER, options))
    slow.start()
    time.sleep(1)
    with pytest.raises(stripe.APIError) as refused:
        client.checkout.sessions.create(ORDER, options)
    slow.join()
    assert refused.value.http_status == 409
    assert client.checkout.sessions.create(ORDER, options).status == "open"


def test_ten_at_once_with_one_key_make_one_session(standin):
    client = connect(standin.base_url, retries=4)
    made = []

    def click():
        made.append(client.checkout.sessions.create(ORDER, {"idempotency_key": "one"}).id)

    clicks = [threading.Thread(target=click) for _ in range(10)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(made) == 10
    assert len(set(made)) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, stripe.APIError), (503, stripe.APIError), (429, stripe.RateLimitError)],
)
def test_an_ordered_error_happens_once(client, standin, status, error):
    standin.fault("POST /v1/checkout/sessions", status=status)
    with pytest.raises(error):
        client.checkout.sessions.create(ORDER)
    assert client.checkout.sessions.list().data == []
    assert client.checkout.sessions.create(ORDER).status == "open"


def test_a_dropped_answer_has_done_its_work(client, standin):
    standin.fault("POST /v1/checkout/sessions", drop_answer=True)
    options = {"idempotency_key": "checkout-1"}
    with pytest.raises(stripe.APIConnectionError):
        client.checkout.sessions.create(ORDER, options)
    made = client.checkout.sessions.list().data
    assert len(made) == 1
    assert client.checkout.sessions.create(ORDER, options).id == made[0].id


def test_the_library_retries_over_a_dropped_answer(standin):
    standin.fault("POST /v1/checkout/sessions", drop_answer=True)
    client = connect(standin.base_url, retries=2)
    session = client.checkout.sessions.create(ORDER)
    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.checkout.sessions.list().data) == 1


def test_a_delayed_answer_is_stale(client, standin, open_session):
    session = open_session()
    standin.fault("GET /v1/checkout/sessions/*", delay=2)
    seen = []
    reader = threading.Thread(
        target=lambda: seen.append(client.checkout.sessions.retrieve(session.id).status)
    )
    reader.start()
    time.sleep(1)
    standin.expire(session.id)
    reader.join()
    assert seen == ["open"]


def test_faults_can_be_cleared(client, standin):
    standin.fault("*", status=500, times=99)
    standin.clear_faults()
    assert client.balance.retrieve().object == "balance"


def test_calls_are_remembered(client, standin, open_session):
    session = open_session()
    client.checkout.sessions.retrieve(session.id)
    calls = standin.calls(f"GET /v1/checkout/sessions/{session.id}")
    assert [call["status"] for call in calls] == [200]


def post(url, body, headers=None):
    request = urllib.request.Request(url, body, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


BEARER = {"Authorization": "Bearer sk_test_0123456789"}


@pytest.mark.parametrize(
    "body",
    [
        b"a[b=1",
        b"mode=payment&mode[x]=1",
        b"metadata=1",
        b"line_items=1",
        b"line_items[x]=1",
        b"line_items[0]=1",
        b"expand=1",
        b"\xff\xfe=1",
        b"=1",
        b"[]=1",
        b"a" * 5000,
        b"x[" + b"y][" * 50_000 + b"z]=1",
    ],
)
def test_nonsense_is_refused_in_stripes_shape(standin, body):
    for headers in (BEARER, {**BEARER, "Idempotency-Key": "nonsense"}):
        status, answer = post(f"{standin.base_url}/v1/checkout/sessions", body, headers)
        assert status == 400
    assert json.loads(answer)["error"]["type"] == "invalid_request_error"


def test_without_a_key_nothing_is_told(standin):
    assert post(f"{standin.base_url}/v1/refunds", b"")[0] == 401


def test_an_unknown_address_is_404(standin):
    status, answer = post(f"{standin.base_url}/v1/customers", b"", BEARER)
    assert status == 404
    assert "Unrecognized request URL" in answer


def test_too_large_a_body_is_413(standin):
    status, _answer = post(
        standin.base_url + "/v1/refunds", b"", {**BEARER, "Content-Length": "9" * 9}
    )
    assert status == 413


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
def test_other_sites_cannot_drive_it(standin, headers):
    status, _answer = post(f"{standin.base_url}/_standin/reset", b"{}", headers)
    assert status == 403


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("pay", b"not json", 400),
        ("pay", b"[]", 400),
        ("pay", b"{}", 400),
        ("pay", b'{"session": "cs_1", "nonsense": 1}', 400),
        ("pay", b'{"session": "cs_1"}', 404),
        ("faults", b'{"nonsense": 1}', 400),
        ("_charge", b"{}", 404),
        ("__init__", b"{}", 404),
        ("nonsense", b"{}", 404),
    ],
)
def test_nonsense_verbs_are_refused(standin, verb, body, status):
    json_kind = {"Content-Type": "application/json"}
    assert post(f"{standin.base_url}/_standin/{verb}", body, json_kind)[0] == status
