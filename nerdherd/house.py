"""Who lives on which port of this machine, read from the settings."""

import http.client
import os
from itertools import chain

from django.conf import settings


class House:
    """The site and what stands beside it when it has no Stripe or no mail server of its own."""

    def __init__(self) -> None:
        self.port: int = settings.PORT
        self.address = f"http://127.0.0.1:{self.port}"
        # The settings have read .env into the environment, so this sees both.
        own_stripe = os.environ.get("STRIPE_SECRET_KEY") or os.environ.get("STRIPE_API_BASE")
        self.has_standin: bool = settings.IS_LOCAL and not own_stripe
        self.has_mailbox = not os.environ.get("EMAIL_URL")

    def ports(self) -> dict[int, str]:
        """Every port that must be free, and for what."""
        wanted = {self.port: "the site"}
        if self.has_standin:
            wanted[self.port + 1] = "test payments"
        if self.has_mailbox:
            wanted[self.port + 2] = "the test mailbox"
        if settings.METRICS_PORT:
            wanted[settings.METRICS_PORT] = "the metrics"
        return wanted

    def extras(self) -> dict[str, str]:
        """What the welcome names beside the site."""
        return {
            purpose.removeprefix("the ").capitalize(): f"http://127.0.0.1:{port}"
            for port, purpose in self.ports().items()
            if port != self.port
        }

    def commands(self) -> dict[str, list[str]]:
        """What to give to Python to start each process of the site itself, by name."""
        return {"web": ["-m", "nerdherd.web", "127.0.0.1"], "worker": ["manage.py", "worker"]}

    def standins(self) -> dict[str, list[str]]:
        """The same for those that they ask, where there is nothing real to ask."""
        commands = {}
        if self.has_standin:
            options = {
                "--port": f"{self.port + 1}",
                "--state": f"{settings.DATA_DIR}/standin.json",
                "--webhook-url": f"{self.address}/stripe/webhook/",
            }
            commands["stripe"] = ["-m", "billing.standin", *chain(*options.items())]
        if self.has_mailbox:
            options = {"--port": f"{self.port + 2}", "--directory": settings.EMAIL_FILE_PATH}
            commands["mail"] = ["-m", "nerdherd.mailbox", *chain(*options.items())]
        return commands

    def answers(self) -> bool:
        """Whether the site says that it is well."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            web.request("GET", "/health/", headers={"Host": settings.SITE_HOST})
            return web.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()
