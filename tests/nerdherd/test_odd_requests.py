"""What no browser sends: it is answered, and never by an error page of ours."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from billing.models import Purchase
from nerdherd.lib.requests import local_path

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "origin",
    ["http://[", "null", "", "//", "https://127.0.0.1:8000.example", "http://testserver@x"],
)
def test_an_origin_that_is_none_of_ours_is_refused(client, origin):
    answer = client.post("/join/", headers={"Origin": origin})

    assert answer.status_code == 403
    assert not Purchase.objects.exists()


@pytest.mark.parametrize("path", ["/\x00", "/a\nb", "/\t/example.com", "/\r\nSet-Cookie: a=b"])
def test_a_way_back_holds_no_control_characters(path):
    assert local_path(path) == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/join/thanks/?session_id=%00",
        "/join/thanks/?session_id=%ff",
        "/join/?next=/%00",
        "/search/?q=%00",
        "/posts/?topic=%00&page=%00",
        f"/media/pictures/{'a' * 400}-1.webp",
        f"/media/pictures/a-{'1' * 400}.webp",
    ],
)
def test_odd_addresses_are_answered(address):
    default_storage.save("pictures/one-640.webp", ContentFile(b""))

    assert Client().get(address).status_code in (200, 404)


@pytest.mark.parametrize("key", ["aaaaaaaaaa\\000", "aaaaaaaaaa\\377", "' or 1=1 --", ""])
def test_a_cookie_that_we_never_made_is_nobody(key):
    answer = Client().generic("GET", "/account/", HTTP_COOKIE=f'session="{key}"')

    assert answer.status_code == 302
