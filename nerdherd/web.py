"""`python -m nerdherd.web`: a web server by itself, as units and containers start it."""

import os
import sys

from django.conf import settings

from nerdherd.house import web_command


def main() -> None:
    """Become the server, so that whoever started this one tells that one when to end."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nerdherd.settings"
    os.execv(sys.executable, [sys.executable, *web_command(settings.LISTEN)])  # noqa: S606 - itself


if __name__ == "__main__":
    main()
