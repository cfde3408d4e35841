"""The translations and the sources in the tests: what there is to say, and what was said for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale/es/LC_MESSAGES"
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.*") if path.suffix not in {".svg", ".js"}
)
SOURCES = [
    path
    for app in ("billing", "courses", "nerdherd")
    for path in sorted((ROOT / app).rglob("*.py"))
    if not {"migrations", "standin"} & set(path.parts)
]
CONTEXT, PLURAL = "\x04", "\0"  # as compiled catalogues write them
_LINE = re.compile(r'(msg\w+(?:\[\d\])?)? ?(".*")')
_STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\((?:{_STRING}, )?{_STRING}")
_LAZY = re.compile(r"_(?:lazy|noop)$")


def catalogue() -> dict[str, list[str]]:
    """What the catalogue says, by what compiled catalogues call a message; fails on a fuzzy one."""
    text = (LOCALE / "django.po").read_text()
    assert ", fuzzy" not in text
    assert "\n#~" not in text, "obsolete entries"
    return dict(_entry(block) for block in text.strip().split("\n\n"))


def _entry(block: str) -> tuple[str, list[str]]:
    said: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if match := _LINE.fullmatch(line):
            name = match[1] or name
            said[name] = said.get(name, "") + ast.literal_eval(match[2])
    key = said["msgid"]
    if "msgctxt" in said:
        key = said["msgctxt"] + CONTEXT + key
    if "msgid_plural" in said:
        key += PLURAL + said["msgid_plural"]
    return key, [words for name, words in said.items() if name.startswith("msgstr")]


def wanted() -> set[str]:
    """Every message of the sources and the templates, by the same names."""
    found = set().union(*map(_in_python, SOURCES))
    return found.union(*(set(_in_template(path)) for path in TEMPLATES))


def _in_python(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        _named(function, *texts)
        for node in calls
        if isinstance(node.func, ast.Name)
        and (function := _LAZY.sub("", node.func.id)) in {"_", "gettext", "ngettext", "pgettext"}
        and (texts := list(_texts(node.args[:2])))
    }


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _in_template(path: Path) -> Iterator[str]:
    for call in _CALL.finditer(templatize(path.read_text(), origin=str(path))):
        texts = [ast.literal_eval(text) for text in call.groups()[1:] if text]
        yield _named(call[1], *texts)


def _named(function: str, *texts: str) -> str:
    if function == "ngettext":
        return PLURAL.join(texts)
    return CONTEXT.join(texts) if function == "pgettext" else texts[0]
