"""What may be shown: columns and aggregates that the cues of a question allow."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.candidates.cues import Cues
from datamorph.planning.offline.candidates.features import Evidence, Features, bits
from datamorph.planning.offline.candidates.reading import Shape, Show

ROWS = -1
_DID = frozenset({"did", "does", "do", "has", "have", "had", "can", "will"})
_ARE = frozenset({"are", "were", "is", "was", "there"})


def single_shows(evidence: Evidence, taken: int, *, is_one_row: bool) -> Iterator[Show]:
    """Every column with every aggregate that some cue speaks for."""
    cues = evidence.cues
    functions = [name for name, cue in (("min", cues.low), ("max", cues.high), ("sum", cues.total | cues.count),
                                        ("avg", cues.average)) if cue & ~taken]  # fmt: skip
    for place, column in enumerate(evidence.table.columns):
        yield Show("", place)
        if (cues.count | cues.total) & ~taken:
            yield Show("count", place)
            if not column.is_unique:
                yield Show("count", place, is_distinct=True)
        for function in functions:
            if is_one_row:
                continue
            if column.is_number or (column.is_time and function in ("min", "max")):
                yield Show(function, place)
    if cues.count & ~taken:
        yield Show("count", ROWS)


def aggregate_features(evidence: Evidence, show: Show, taken: int, *, is_one_row: bool) -> Features:
    """What speaks for and against an aggregate."""
    cues, function = evidence.cues, show.function or "plain"
    name = f"{function} of distinct" if show.is_distinct else function
    if show.column == ROWS:
        name = "count of rows"
    found: Features = {f"{name}": 1.0}
    present = {"count": cues.count, "high": cues.high, "low": cues.low, "average": cues.average, "total": cues.total}
    fits = evidence.table.matches[show.column].mask if show.column != ROWS else 0
    for cue, where in present.items():
        if where & ~taken:
            found[f"{name} / {cue}"] = 1.0
            if where & fits:
                found[f"{name} / {cue} in the name"] = 1.0
    if cues.distinct & ~taken:
        found[f"{name} / different"] = 1.0
    if cues.count & cues.total << 1 or cues.count & cues.total >> 1 or (cues.total & ~taken and cues.count & ~taken):
        found[f"{name} / total number"] = 1.0
    if cues.opener == "how many" and show.column != ROWS:
        column = evidence.table.columns[show.column]
        kind = "number" if column.is_number else "numeric text" if column.looks_numeric else "text"
        found[f"{name} / how many of {kind}"] = 1.0
        if column.is_counted:
            found[f"{name} / how many of a counted name"] = 1.0
        if evidence.cover(show.column, cues.head)[0] > 0.97:
            found[f"{name} / how many of the name in full"] = 1.0
        if is_one_row:
            found[f"{name} / how many of {kind} in one row"] = 1.0
        behind = evidence.question.folds[cues.after_head] if cues.after_head < len(evidence.question.folds) else ""
        verb = "did" if behind in _DID else "are" if behind in _ARE else "other"
        found[f"{name} / how many {verb}"] = 1.0
    elif cues.count and show.column != ROWS:
        column = evidence.table.columns[show.column]
        kind = "number" if column.is_number else "numeric text" if column.looks_numeric else "text"
        found[f"{name} / number of {kind}"] = 1.0
    if is_one_row:
        found[f"{name} / one row"] = 1.0
    return found


def cue_mask(cues: Cues, show: Show) -> int:
    """Cue words that an aggregate explains."""
    return {"count": cues.count | cues.total, "min": cues.low, "max": cues.high, "sum": cues.total | cues.count,
            "avg": cues.average}.get(show.function, 0)  # fmt: skip


def leftover_features(evidence: Evidence, explained: int) -> Features:
    """Words that a reading leaves without a meaning."""
    question, cues = evidence.question, evidence.cues
    left = question.all & ~explained & ~question.stops
    words = question.words
    capital = sum(1 for i, w in enumerate(words) if left >> i & 1 and w.is_capital and i)
    digits = sum(1 for number in question.numbers if left & ((1 << number.end) - (1 << number.start)))
    found: Features = {"left: words": min(bits(left), 8)}
    if capital:
        found["left: capital words"] = min(capital, 4)
    if digits:
        found["left: numbers"] = min(digits, 3)
    if cues.high & ~explained:
        found["left: highest"] = 1.0
    if cues.low & ~explained:
        found["left: lowest"] = 1.0
    if cues.average & ~explained:
        found["left: average"] = 1.0
    for quoted in question.quoted:
        if left & ((1 << quoted.end) - (1 << quoted.start)):
            found["left: quoted"] = 1.0
    return found


def shape_of(show: Show) -> Shape:
    """The shape that shows one thing."""
    return Shape((show,))
