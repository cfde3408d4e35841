"""How good a ranking is, by people's grades from 0 to 3."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AT = 3
GOOD = 2  # a grade from which an entry counts as right


@dataclass(frozen=True)
class Quality:
    """Means over the queries: gain by rank against the best, and the share of right ones."""

    ndcg: float
    precision: float

    def __str__(self) -> str:
        return f"nDCG@{AT} {self.ndcg:.3f}  P@{AT} {self.precision:.3f}"


def quality(
    ranked: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]
) -> Quality:
    """Of `ranked`, best first, for each query in `grades`; what has no grade counts as 0."""
    ndcg = precision = 0.0
    for query, graded in grades.items():
        found = [graded.get(slug, 0) for slug in ranked[query][:AT]]
        best = _gain(sorted(graded.values(), reverse=True)[:AT])
        ndcg += _gain(found) / best if best else 0.0
        precision += sum(grade >= GOOD for grade in found) / AT
    count = len(grades) or 1
    return Quality(ndcg / count, precision / count)


def _gain(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
