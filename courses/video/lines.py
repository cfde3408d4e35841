"""What is wrong with an editor's lines, several at once, each named by its number."""

from django.utils.translation import gettext, ngettext

SHOWN = 5


class WrongLines(ValueError):
    """A text cannot be taken. `problems` says why, line by line, and what to do; the first few."""

    def __init__(self, *problems: str) -> None:
        self.problems = list(problems[:SHOWN])
        if len(problems) > SHOWN:
            more = ngettext(
                "And %(count)d more like these further down.",
                "And %(count)d more like these further down.",
                len(problems) - SHOWN,
            )
            self.problems.append(more % {"count": len(problems) - SHOWN})
        super().__init__(" ".join(self.problems))


def split(text: str) -> list[str]:
    """The lines of a text, whichever of the three ends they have, as an editor counts them."""
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def at(number: int, what: str) -> str:
    """What is the matter, with the number of the line where it is."""
    return gettext("Line %(number)s: %(what)s") % {"number": number, "what": what}


def quoted(line: str) -> str:
    """The beginning of a line, to be found again."""
    line = line.strip()
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"
