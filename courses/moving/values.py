"""What stands in the cells of an export: nothing, yes and no, and names of other things."""

import re

# What a page of the old site says in place of an empty list, and what its export may still hold.
NOTHING = "no items found."
YES, NO = {"true", "yes", "y", "1", "x", "on"}, {"false", "no", "n", "0", "off", ""}


def cell(text: str) -> str:
    """A cell without what stands for nothing."""
    return "" if text.strip().lower() == NOTHING else text.strip()


def flag(text: str) -> bool:
    """Yes or no; raises ValueError."""
    said = text.strip().lower()
    if said not in YES | NO:
        raise ValueError(f"“{text}” is neither yes nor no")
    return said in YES


def references(text: str) -> list[str]:
    """The names in a field that refers to others, each once, in order."""
    names = (cell(part) for part in re.split(r"[;,]\s*", text))
    return list(dict.fromkeys(name for name in names if name))
