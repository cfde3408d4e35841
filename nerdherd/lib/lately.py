"""What took long to find out, remembered for a while by this process."""

from time import monotonic
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Lately(Generic[Answer]):
    """One answer, good for so many seconds; nothing that could be away is needed to keep it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._known: tuple[float, Answer] | None = None

    def __call__(self) -> Answer | None:
        """The answer, or None when there is none so new."""
        known = self._known
        return known[1] if known and monotonic() - known[0] < self.seconds else None

    def keep(self, answer: Answer) -> None:
        """Remember it from now on."""
        self._known = (monotonic(), answer)
