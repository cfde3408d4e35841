"""The demo keeps away from a site that is in real use, and says so."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from nerdherd.accounts.models import User
from tests import cast

pytestmark = pytest.mark.django_db


def in_use(settings) -> None:
    cast.rui()


def with_a_live_key(settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_of_the_tests"


@pytest.mark.parametrize("make_real", [in_use, with_a_live_key])
def test_a_site_in_real_use_gets_none(settings, make_real):
    make_real(settings)
    people = User.objects.count()
    with pytest.raises(CommandError, match="real money, or has accounts of its own"):
        call_command("demo")
    said = StringIO()
    call_command("demo", "--if-wanted", "--json", stdout=said)
    assert said.getvalue().strip() == "{}"
    assert User.objects.count() == people
