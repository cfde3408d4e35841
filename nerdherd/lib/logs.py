"""The logs: numbers of people and things, never an address or what opens something."""

import logging
import re

# Names of what stands in our addresses and opens something for whoever has it.
OPENING = ("code", "key", "token", "pass_")
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]*\w")
STRIPE_SECRET = re.compile(r"\b(?:[sr]k|whsec)_[\w*]+")


class CarefulFormatter(logging.Formatter):
    """Takes out what others write into messages: Django a path, libraries what they were given."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, with its traceback."""
        said = super().format(record)
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        for name, value in (match.kwargs if match else {}).items():
            if name in OPENING:
                said = said.replace(str(value), f"<{name}>")
        return STRIPE_SECRET.sub("<secret>", ADDRESS.sub("<address>", said))
