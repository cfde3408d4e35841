"""Form-encoded parameters: decoding nested names, and checking them against an allow-list.

A field is a function `(name, raw) -> value` that raises `Refusal` when the raw value will not do.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from billing.standin.errors import Json, Refusal

Field = Callable[[str, Any], Any]

NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
DEEPEST = 8
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500


def decode(encoded: str) -> Json:
    """`a[b][0]=c` becomes `{"a": {"b": {"0": "c"}}}`; lists stay maps of index to value."""
    tree: Json = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        _place(tree, _segments(name), value, name)
    return tree


def _segments(name: str) -> list[str]:
    match = NAME.match(name)
    if not match or name.count("[") > DEEPEST:
        raise Refusal(f"Invalid parameter name: {name[:100]}", param=name[:100])
    return [match.group(1), *re.findall(r"\[([^\[\]]*)\]", match.group(2))]


def _place(tree: Json, segments: list[str], value: str, name: str) -> None:
    node = tree
    for segment in segments[:-1]:
        node = node.setdefault(segment or str(len(node)), {})
        if not isinstance(node, dict):
            raise Refusal(f"Invalid object: {name}", param=name)
    node[segments[-1] or str(len(node))] = value


def text(name: str, raw: Any) -> str:
    if not isinstance(raw, str):
        raise Refusal("Invalid string", param=name)
    if not raw:
        raise Refusal(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{name}' cannot be unset.",
            code="parameter_invalid_empty",
            param=name,
        )
    return raw


def integer(name: str, raw: Any) -> int:
    if not isinstance(raw, str) or not re.fullmatch(r"-?[0-9]{1,15}", raw):
        raise Refusal(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=name)
    return int(raw)


def natural(name: str, raw: Any) -> int:
    number = integer(name, raw)
    if number < 0:
        raise Refusal(
            "This value must be greater than or equal to 0.",
            code="parameter_invalid_integer",
            param=name,
        )
    return number


def percent(name: str, raw: Any) -> float:
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", raw):
        raise Refusal(f"Invalid decimal: {raw}", param=name)
    if not 0 < float(raw) <= 100:
        raise Refusal("This value must be greater than 0 and at most 100.", param=name)
    return float(raw)


def flag(name: str, raw: Any) -> bool:
    if raw not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {raw}", param=name)
    return bool(raw == "true")


def email(name: str, raw: Any) -> str:
    address = text(name, raw)
    if not EMAIL.match(address):
        raise Refusal(f"Invalid email address: {address}", code="email_invalid", param=name)
    return address


def web_address(name: str, raw: Any) -> str:
    address = text(name, raw)
    if not re.match(r"^https?://[^\s/]+", address):
        raise Refusal("Not a valid URL", code="url_invalid", param=name)
    return address


def matching(pattern: str, *, longest: int = 5000) -> Field:
    """Text that matches `pattern` in full and is at most `longest` characters long."""

    def field(name: str, raw: Any) -> str:
        value = text(name, raw)
        if len(value) > longest or not re.fullmatch(pattern, value):
            raise Refusal(f"Invalid {name}: {value[:60]}", param=name)
        return value

    return field


def choice(*allowed: str) -> Field:
    def field(name: str, raw: Any) -> str:
        if raw not in allowed:
            raise Refusal(f"Invalid {name}: must be one of {', '.join(allowed)}", param=name)
        return str(raw)

    return field


class Listed:
    """A list, sent as `name[]` or `name[0]`, `name[1]`, …"""

    def __init__(self, item: Field) -> None:
        self.item = item

    def __call__(self, name: str, raw: Any) -> list[Any]:
        if not isinstance(raw, dict) or not all(index.isdigit() for index in raw):
            raise Refusal("Invalid array", param=name)
        return [self.item(f"{name}[{index}]", raw[index]) for index in sorted(raw, key=int)]


class Nested:
    """A map with these keys and no others."""

    def __init__(self, **fields: Field) -> None:
        self.fields = fields

    def __call__(self, name: str, raw: Any) -> Json:
        if not isinstance(raw, dict):
            raise Refusal("Invalid object", param=name)
        read = {}
        for key, value in raw.items():
            whole = f"{name}[{key}]" if name else key
            if key not in self.fields:
                raise unknown(whole)
            read[key] = self.fields[key](whole, value)
        return read


def unknown(name: str) -> Refusal:
    return Refusal(
        f"Received unknown parameter: {name} (or one that the stand-in does not know)",
        code="parameter_unknown",
        param=name,
    )


def metadata(name: str, raw: Any) -> dict[str, str]:
    if raw == "":
        return {}
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise Refusal("Invalid object: metadata is a map of text to text", param=name)
    if len(raw) > MOST_KEYS:
        raise Refusal(f"Metadata can have up to {MOST_KEYS} keys", param=name)
    for key, value in raw.items():
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise Refusal(
                f"Metadata keys have up to {LONGEST_KEY} characters, values up to {LONGEST_VALUE}",
                param=f"{name}[{key}]",
            )
    return {key: value for key, value in raw.items() if value}


def moment_or_range(name: str, raw: Any) -> Json:
    """`created=…` or `created[gte]=…`, as a map of comparison to seconds."""
    if isinstance(raw, str):
        return {"gte": integer(name, raw), "lte": integer(name, raw)}
    return Nested(gt=integer, gte=integer, lt=integer, lte=integer)(name, raw)


def required(params: Json, *names: str) -> None:
    for name in names:
        if name not in params:
            raise Refusal(f"Missing required param: {name}.", code="parameter_missing", param=name)
