"""What may be shown: columns and aggregates that the cues of a question allow."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.cues import Cues
from datamorph.planning.offline.candidates.features import WHOLE, Evidence, Features, bits
from datamorph.planning.offline.candidates.reading import Shape, Show
from datamorph.planning.offline.candidates.text import Question, mask

ROWS = -1
_DENIED = said.NEGATIONS | {"no", "none", "without"}
_DID = frozenset({"did", "does", "do", "has", "have", "had", "can", "will"})
_OF = frozenset({"in", "of", "for"})
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
            if is_one_row or (column.is_key and evidence.cover(place, evidence.question.all)[0] <= WHOLE):
                continue
            if column.is_number or (column.is_time and function in ("min", "max")):
                yield Show(function, place)
    if cues.count & ~taken:
        yield Show("count", ROWS)


def aggregate_features(evidence: Evidence, show: Show, taken: int, named: int, *, is_one_row: bool) -> Features:
    """What speaks for and against an aggregate; ``named`` are words that name the columns of conditions."""
    cues, function = evidence.cues, show.function or "plain"
    name = f"{function} of distinct" if show.is_distinct else function
    if show.column == ROWS:
        name = "count of rows"
    facts = {"": True, "different": bool(cues.distinct & ~taken), "one row": is_one_row}
    facts["total number"] = bool(cues.total & ~taken and cues.count & ~taken)
    fits = evidence.table.matches[show.column].mask if show.column != ROWS else 0
    present = {"count": cues.count, "high": cues.high, "low": cues.low, "average": cues.average, "total": cues.total}
    for cue, where in present.items():
        facts[cue] = bool(where & ~taken)
        facts[f"{cue} in the name"] = bool(where & ~taken & fits)
        facts[f"{cue} names a condition"] = bool(where & ~taken) and not where & ~taken & ~named
    if cues.count and show.column != ROWS:
        facts |= _counting(evidence, show, is_one_row=is_one_row)
    return {f"{name} / {fact}" if fact else name: 1.0 for fact, is_true in facts.items() if is_true}


def _counting(evidence: Evidence, show: Show, *, is_one_row: bool) -> dict[str, bool]:
    """Facts about ``how many``: it may ask for a count of rows, or for a number that a column holds."""
    column, cues, folds = evidence.table.columns[show.column], evidence.cues, evidence.question.folds
    kind = "number" if column.is_number else "numeric text" if column.looks_numeric else "text"
    if cues.opener != "how many":
        return {f"number of {kind}": True}
    behind = folds[cues.after_head] if cues.after_head < len(folds) else ""
    verb = "did" if behind in _DID else "are" if behind in _ARE else "other"
    return {
        f"how many of {kind}": True,
        f"how many {verb}": True,
        f"how many of {kind} in one row": is_one_row,
        "how many of a counted name": column.is_counted,
        "how many of the name in full": evidence.cover(show.column, cues.head)[0] > WHOLE,
    }


def cue_mask(cues: Cues, show: Show) -> int:
    """Cue words that an aggregate explains."""
    return {"count": cues.count | cues.total, "min": cues.low, "max": cues.high, "sum": cues.total | cues.count,
            "avg": cues.average}.get(show.function, 0)  # fmt: skip


def leftover_features(evidence: Evidence, explained: int) -> Features:
    """Words that a reading leaves without a meaning."""
    question, cues = evidence.question, evidence.cues
    left = question.all & ~explained & ~question.stops
    capital = sum(1 for i, word in enumerate(question.words) if left >> i & 1 and word.is_capital and i)
    capital = 0 if question.is_loud else capital
    digits = sum(1 for number in question.numbers if left & mask(number.start, number.end))
    found: Features = {"left: words": min(bits(left), 8), "left: capital words": min(capital, 4),
                       "left: numbers": min(digits, 3)}  # fmt: skip
    facts = {
        "highest": bool(cues.high & ~explained),
        "lowest": bool(cues.low & ~explained),
        "average": bool(cues.average & ~explained),
        "not": any(_denies(question, i) and not explained >> i & 1 for i in range(len(question.words))),
        "quoted": any(left & mask(quoted.start, quoted.end) for quoted in question.quoted),
    }
    return found | {f"left: {name}": 1.0 for name, is_true in facts.items() if is_true}


def _denies(question: Question, place: int) -> bool:
    """True for a word that denies; ``no. 5``, ``no 5`` and ``no in season`` are numbers."""
    word, following = question.folds[place], question.folds[place + 1 : place + 2]
    if word != "no":
        return word in _DENIED
    is_short = question.text[question.words[place].end :].startswith(".") and bool(following)
    return not (is_short or (following and (following[0][0].isdigit() or following[0] in _OF)))


def shape_of(show: Show) -> Shape:
    """The shape that shows one thing."""
    return Shape((show,))
