"""What the tests of the library share."""

import pytest

from tests import cast
from tests.s3 import bucket, s3_server

__all__ = ["bucket", "s3_server"]

PEOPLE = {
    "visitor": (None, False),
    "rui": (cast.rui, False),
    "rex": (cast.rex, False),
    "mona": (cast.mona, True),
    "ed": (cast.ed, True),
    "olga": (cast.olga, True),
}


@pytest.fixture(params=PEOPLE)
def reader(request, client):
    """Each of the cast in turn: a client, and whether members' things are theirs."""
    make, may = PEOPLE[request.param]
    if make:
        client.force_login(make())
    return client, may
