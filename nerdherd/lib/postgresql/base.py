"""The database engine of the settings: a server that is being started again is waited for."""

from time import monotonic, sleep
from typing import Any

from django.db.backends.postgresql import base

PATIENCE = 5.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own gives up at the first refusal, and a restart takes a second or two."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Try for a while; raises what the last try raised."""
        deadline = monotonic() + PATIENCE
        while True:
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError:
                if monotonic() > deadline:
                    raise
                sleep(0.1)
