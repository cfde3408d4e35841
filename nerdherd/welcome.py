"""What `make run` says once the site answers."""

import json
from typing import TypedDict

Account = TypedDict(
    "Account", {"email": str, "password": str, "recovery_codes": list[str], "is": str}
)


def read_accounts(printed: str) -> list[Account]:
    """The accounts in what `manage.py demo --json` prints; a real site has none."""
    return list(json.loads(printed).get("accounts", {}).values())


def welcome(address: str, extras: dict[str, str], accounts: list[Account]) -> str:
    """Several lines: where the site is, what stands beside it (name: address), who may sign in."""
    lines = ["", f"Nerd Herd runs at {address}"]
    doors = {"Sign in": f"{address}/accounts/login/", "Editors’ room": f"{address}/admin/"}
    lines += [f"  {name:<14} {place}" for name, place in (doors | extras).items()]
    if accounts:
        lines += ["", "Demo accounts, with passwords for this run:", *_table(accounts)]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])


def _table(accounts: list[Account]) -> list[str]:
    rows = [(account["email"], account["password"], account["is"]) for account in accounts]
    mail, password, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = []
    for account, row in zip(accounts, rows, strict=True):
        lines.append(f"  {row[0]:<{mail}}  {row[1]:<{password}}  {row[2]}")
        if codes := account["recovery_codes"]:
            lines.append(f"  {'':<{mail}}  second factor, each once: {' '.join(codes)}")
    return lines
