"""Amounts of groups: how many rows, how many different things, the mean of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import explain_turning
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.resolve import numeric, table_called
from datamorph.planning.offline.recipes.slots import digits_of

COUNTS = frozenset("count number cnt many n num often counted counting counts headcount frequency".split())
DIFFERENT = frozenset("distinct different unique separate individual".split())
_KINDS = {
    "average": "avg", "mean": "avg", "avg": "avg", "total": "sum", "sum": "sum", "summed": "sum", "median": "median",
    "maximum": "max", "max": "max", "minimum": "min", "min": "min", "averaged": "avg",
}  # fmt: skip
_REACH = 6


@dataclass(frozen=True)
class Measure:
    """One amount.

    Attributes:
        kind: ``count``, ``distinct`` or an aggregate.
        of: the column; None for a number of rows.
        digits: to how many decimals it is rounded.
    """

    name: str
    kind: str
    of: Link | None = None
    digits: int | None = None

    def sql(self, flow: Flow) -> str:
        """Over the rows of the current frame."""
        if self.of is None:
            return "count(*)"
        column = quote(flow.name(self.of.table, self.of.column))
        if self.kind == "distinct":
            return f"count(distinct {column})"
        return f"{self.kind}({column})" if self.digits is None else f"round({self.kind}({column}), {self.digits})"


def measure_of(brief: Brief, one: Listed, root: TableRef, apart: Sequence[Link] = ()) -> Measure | None:
    """What a listed column measures over rows of a table; None where that is not clear, or it measures nothing.

    Args:
        apart: columns that the rows are grouped by.
    """
    words = set(words_of(one.name)) | set(one.name.lower().split("_"))
    near = words | set(brief.lemmas[one.start : one.end]) | set(brief.words[one.start : one.end])
    kinds = {_KINDS[word] for word in (words & set(_KINDS)) or (near & set(_KINDS))}
    if len(kinds) == 1:
        return _aggregate(brief, one, root, kinds.pop(), apart)
    if kinds:
        return None
    counted = table_called(brief, one.name, brief.said.tables)
    if counted is None and not near & COUNTS:
        return None
    return _count(brief, one, root, counted)


def _count(brief: Brief, one: Listed, root: TableRef, counted: TableRef | None) -> Measure | None:
    """Rows of the table, or different things that they refer to."""
    if counted is None or counted == root:
        return None if _says_different(brief, one, root) else Measure(one.name, "count")
    relations = [r for r in brief.said.relations.between(root, counted) if len(r.columns) == 1]
    if len(relations) != 1:
        return None
    if not brief.places(DIFFERENT):
        brief.work.dialog.assume(f"each {counted.name} counts once")
    return Measure(one.name, "distinct", Link(root, relations[0].columns[0], 1.0))


def _says_different(brief: Brief, one: Listed, root: TableRef) -> bool:
    """``different titles`` of the table itself: different in what?"""
    noun = {*brief.said.names.table_words[root], one.name.casefold()}
    return any(set(brief.lemmas[place + 1 : place + 3]) & noun for place in brief.places(DIFFERENT))


def _aggregate(brief: Brief, one: Listed, root: TableRef, kind: str, apart: Sequence[Link]) -> Measure | None:
    """The aggregate of the one column that is told beside the word for it, or that the listed name holds."""
    spots = [place for place in brief.places([w for w, k in _KINDS.items() if k == kind]) if place != one.place]
    found: dict[Link, int] = {}
    for place in spots:
        last = min(place + _REACH, brief.clause(place)[1])
        links = [link for _, _, link in numeric(brief, (root,), place + 1, last) if link not in apart]
        found |= {Link(link.table, link.column, 1.0): place for link in links[:1]}
    if len(found) != 1:
        found = {link: place for link, place in found.items() if _shares(brief, link, one.name)}
        found = found or {link: one.place for link in _held(brief, one, root) if link not in apart}
    if len(found) != 1:
        return None
    ((link, place),) = found.items()
    _skips_gaps(brief)
    start, end = brief.clause(place)
    digits = digits_of(brief, start, end)
    return Measure(one.name, kind, link, digits_of(brief, one.start, one.end) if digits is None else digits)


def _shares(brief: Brief, link: Link, name: str) -> bool:
    return bool(set(words_of(name)) & set(brief.said.names.column_words[link.table, link.column]))


def _held(brief: Brief, one: Listed, root: TableRef) -> list[Link]:
    """Numbers with a word in their names that the listed name has besides."""
    words = set(words_of(one.name)) - set(_KINDS)
    named = brief.said.names.column_words
    return [Link(root, c, 1.0) for c in brief.said.numbers(root) if words and words <= set(named[root, c])]


def _skips_gaps(brief: Brief) -> None:
    """``empty weights stay out of the mean``: an aggregate never sees them."""
    gaps = {"empty", "missing", "blank", "null", "nulls", "without", "no", "unknown"}
    for place in brief.places(gaps):
        start, end = brief.clause(place)
        said = set(brief.words[start:end])
        if said & set(_KINDS) and said & {"out", "ignored", "not", "skipped", "excluded", "ignore", "ignoring", "skip",
                                          "excluding", "without", "disregarded", "don't", "never"}:  # fmt: skip
            explain_turning(brief, start, end, "aggregates skip empty values")
