"""What stands in the data of a site that is drilled: run in a process with a DATA_DIR of its own."""

import json
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from nerdherd.accounts.models import User
from tests import cast
from tests.library import members_post, post

PASSWORD = "a passphrase of the drill"


def signed_in(user: User) -> str:
    """The key of a session of somebody who can also come by password."""
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(cast.both_factors(user))
    session.save()
    return str(session.session_key)


def main() -> None:
    """Three people and two posts; prints the keys of their sessions as JSON."""
    call_command("prepare")
    post("Open to all")
    members_post("For members")
    keys = {who.__name__: signed_in(who()) for who in (cast.mona, cast.rui, cast.ed)}
    print(json.dumps(keys))
