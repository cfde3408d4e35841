"""The WSGI application that the web server loads."""

import os
from io import StringIO

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nerdherd.settings")

site = get_wsgi_application()

from nerdherd.kept import KeptPages  # noqa: E402 - it reads models, so the apps come first
from nerdherd.lib import metrics  # noqa: E402

application = KeptPages(site)

# A web server does not run Django's checks by itself, and a site that is not safe must not start.
call_command("check", stdout=StringIO())
# The worker has more time to add up what all have counted.
metrics.serve(after=metrics.AGAIN)
