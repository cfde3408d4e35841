"""What is wrong with an editor's lines, several at once, each named by its number."""

SHOWN = 5


class WrongLines(ValueError):
    """A text cannot be taken. `problems` says why, line by line, and what to do; the first few."""

    def __init__(self, *problems: str) -> None:
        self.problems = list(problems[:SHOWN])
        if len(problems) > SHOWN:
            self.problems.append(f"And {len(problems) - SHOWN} more like these further down.")
        super().__init__(" ".join(self.problems))


def split(text: str) -> list[str]:
    """The lines of a text, whichever of the three ends they have, as an editor counts them."""
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def quoted(line: str) -> str:
    """The beginning of a line, to be found again."""
    line = line.strip()
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"
