"""Idempotency keys: the same request twice is one act and one answer."""

from billing.standin.errors import Json, Refusal
from billing.standin.ledger import ANSWERS_KEPT, Ledger

LONGEST_KEY = 255


class Idempotency:
    """Remembers answers in the ledger for a day, and which keys are being worked on just now."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.running: dict[str, str] = {}

    def begin(self, key: str, fingerprint: str) -> Json | None:
        """The stored answer, or None when the work is the caller's (who then calls `keep` if
        anything came of it, and `end`).

        `fingerprint` says what was asked; another one under the same key raises `Refusal` 400,
        the same one while the first still runs raises 409.
        """
        if len(key) > LONGEST_KEY:
            raise Refusal(f"Idempotency keys have up to {LONGEST_KEY} characters.")
        with self.ledger.lock:
            known = self.ledger.answers.get(key)
            if known and self.ledger.now() - known["created"] > ANSWERS_KEPT:
                known = None
            before = known["fingerprint"] if known else self.running.get(key)
            if before not in (None, fingerprint):
                raise _reused(key)
            if key in self.running:
                raise _in_use(key)
            if known is None:
                self.running[key] = fingerprint
            return known

    def keep(self, key: str, body: Json, status: int = 200) -> None:
        """Stores the answer; within the change that did the work, so that both are kept or none."""
        self.ledger.answers[key] = {
            "created": self.ledger.now(),
            "fingerprint": self.running[key],
            "status": status,
            "body": body,
        }

    def end(self, key: str) -> None:
        """The answer leaves; when none was kept, the key is as if never used."""
        with self.ledger.lock:
            del self.running[key]


def _reused(key: str) -> Refusal:
    return Refusal(
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant to execute a different "
        "request.",
        kind="idempotency_error",
    )


def _in_use(key: str) -> Refusal:
    return Refusal(
        f"There is currently another in-progress request using this idempotency key: '{key}'.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )
