"""What the site refuses to start with, each in one line."""

import pytest

from nerdherd.checks import money_is_safe, site_is_reachable


def findings(check) -> str:
    return " ".join(str(found.msg) for found in check(None))


@pytest.mark.parametrize(
    "secrets", [[], [""], ["whsec_"], ["whsec_…"], ["whsec_example"], ["whsec_changeme"], ["short"]]
)
def test_a_webhook_that_anybody_could_forge(settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    assert "STRIPE_WEBHOOK_SECRETS" in findings(money_is_safe)


@pytest.mark.parametrize("secret", ["whsec_3f9a0c7be15d42", "whsec_test_secret_of_somebody"])
def test_a_secret_of_ones_own_is_taken_whatever_words_it_holds(settings, secret):
    settings.STRIPE_WEBHOOK_SECRETS = [secret]
    assert "STRIPE_WEBHOOK_SECRETS" not in findings(money_is_safe)


@pytest.mark.parametrize("key", ["", "short", "changeme" * 5, "django-insecure-" + "x" * 40])
def test_a_key_that_others_know(settings, key):
    settings.SECRET_KEY = key
    assert "SECRET_KEY" in findings(site_is_reachable)


def test_a_live_key_beside_anything_that_is_a_test(settings):
    settings.STRIPE_SECRET_KEY = "sk_live_" + "x" * 20
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    settings.DEBUG = True
    said = findings(money_is_safe)
    assert "STRIPE_API_BASE" in said
    assert "DEBUG" in said
