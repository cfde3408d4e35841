"""Bar charts as geometry: numbers for SVG attributes, and the same as text for a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# In the units of the viewBox, which are about pixels on a phone.
WIDTH, HEIGHT = 360, 150
TOP, BOTTOM = 18, 126
WIDEST_GAP = 5
# Half of a letter above a bar: no label reaches over the edge.
HALF_LETTER = 3.7


@dataclass(frozen=True)
class Column:
    """What a bar stands for; `is_partial` while its time is not over."""

    name: str
    value: int
    is_partial: bool = False


@dataclass(frozen=True)
class Bar:
    """One column: `label` stands above the bar (or nothing), `value` is the number in full."""

    name: str
    value: str
    x: float
    y: float
    width: float
    height: float
    label: str
    label_x: float
    label_y: float
    is_partial: bool


@dataclass(frozen=True)
class Chart:
    """A row of bars over (or under) the line at `zero_y`; `summary` says it in one sentence.

    `unit` is what each column is, for the head of the table; `ends` stand under the first and the
    last bar.
    """

    title: str
    tone: str
    summary: str
    unit: str
    ends: tuple[str, str]
    bars: list[Bar]
    zero_y: float

    width, height = WIDTH, HEIGHT

    @classmethod
    def of(
        cls,
        title: str,
        columns: Sequence[Column],
        *,
        summary: str,
        unit: str,
        ends: tuple[str, str],
        tone: str = "good",
        show: Callable[[int], str] = str,
    ) -> "Chart":
        """Of one column at least; `show` writes a value."""
        values = [column.value for column in columns]
        highest, lowest = max(0, *values), min(0, *values)
        if highest == lowest:
            highest = 1  # all are nought: the line lies at the bottom
        per_unit = (BOTTOM - TOP) / (highest - lowest)
        zero_y = TOP + highest * per_unit
        step = WIDTH / len(columns)
        labels = _labels(values, [show(value) for value in values], step)
        bars = [
            _bar(column, show(column.value), (at * step, step), per_unit, zero_y, labels[at])
            for at, column in enumerate(columns)
        ]
        return cls(title, tone, summary, unit, ends, bars, round(zero_y, 1))


def _bar(
    column: Column,
    value: str,
    place: tuple[float, float],
    per_unit: float,
    zero_y: float,
    label: str,
) -> Bar:
    """The bar at `place` (from where, how wide); what is below nought goes down from the line."""
    start, step = place
    rise = column.value * per_unit
    top = zero_y - max(0.0, rise)
    gap = min(WIDEST_GAP, step / 6)
    half = len(label) * HALF_LETTER
    return Bar(
        name=column.name,
        value=value,
        x=round(start + gap / 2, 1),
        y=round(top, 1),
        width=round(step - gap, 1),
        height=round(abs(rise), 1),
        label=label,
        label_x=round(min(max(start + step / 2, half), WIDTH - half), 1),
        label_y=round(top - 5, 1),
        is_partial=column.is_partial,
    )


def _labels(values: list[int], shown: list[str], step: float) -> list[str]:
    """What stands above each bar; nothing above those that are not above the line.

    Where one label would not fit over its bar, only the highest bar has one.
    """
    best = values.index(max(values))
    letters = int(step / (2 * HALF_LETTER))
    all_fit = letters > 1 and all(len(text) <= letters for text in shown)
    return [
        text if value > 0 and (all_fit or at == best) else ""
        for at, (value, text) in enumerate(zip(values, shown, strict=True))
    ]
