"""How the stand-in says no: errors in the shape in which Stripe words them."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer other than 2xx; `status` is the HTTP status, `error` what stands in the body."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        **more: str | None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: Json = {"type": kind, "message": message}
        self.error.update({key: value for key, value in more.items() if value is not None})

    @property
    def body(self) -> Json:
        return {"error": self.error}


def missing(noun: str, identifier: str, *, param: str = "id", status: int = 404) -> Refusal:
    """No such thing; 404 when the address named it, 400 when a parameter did."""
    return Refusal(
        f"No such {noun}: '{identifier}'", status=status, code="resource_missing", param=param
    )


def card_error(message: str, code: str, decline_code: str | None = None) -> Refusal:
    """The buyer's card said no."""
    return Refusal(message, status=402, kind="card_error", code=code, decline_code=decline_code)
