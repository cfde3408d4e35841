"""`python -m nerdherd.web [address]`: the web server, however the site is started.

It loads the site and divides itself then, so what its processes have in common is there once.
"""

import gc
import os
import sys
from io import StringIO

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def main(address: str = "") -> None:
    """Answer at `address`, or where LISTEN says, until told to end."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nerdherd.settings"
    django.setup()
    # The checks look at every address and form, so all that answers is loaded after them.
    try:
        call_command("check", stdout=StringIO())
    except SystemCheckError as error:
        sys.exit(f"The site is not safe to start.\n{error}")
    gc.freeze()  # what nobody looks through stays shared
    Granian(
        "nerdherd.wsgi:application",
        address=address or settings.LISTEN,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=8,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
