"""Faults on order: errors, slow answers and answers that never arrive."""

import threading
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase

from billing.standin.errors import Refusal


@dataclass
class Fault:
    """What happens to the next `times` calls that match `match` (`GET /v1/charges/*`).

    With a `status` the call is refused and nothing is done; to its idempotency key a 500 is, as at
    Stripe, repeated for a day. Otherwise the work is done, and the answer (as it was then) leaves
    `delay` seconds later, or with `drop_answer` not at all.
    """

    match: str
    status: int = 0
    delay: float = 0.0
    drop_answer: bool = False
    times: int = 1

    @property
    def refusal(self) -> Refusal:
        if self.status == 429:
            return Refusal("Too many requests.", status=429, code="rate_limit")
        return Refusal("Ordered to fail.", status=self.status, kind="api_error")

    def dawdle(self) -> None:
        """Let the time pass by which the answer is late."""
        if self.delay:
            time.sleep(self.delay)


class Faults:
    """The faults on order, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._ordered.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._ordered.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this call, used up by one."""
        with self._lock:
            for fault in self._ordered:
                if fnmatchcase(f"{method} {path}", fault.match):
                    fault.times -= 1
                    if fault.times < 1:
                        self._ordered.remove(fault)
                    return fault
        return None
