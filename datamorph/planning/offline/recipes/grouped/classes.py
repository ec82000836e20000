"""Classes of a number: *below 100 is 'short', 100 and up is 'long'*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from datamorph.core.datatype import is_integer
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.units import ratio_of
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.lexicon.cues import UNITS as SIZES
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.bounds import Bound, find_bounds, gaps_between, is_whole, settle
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.grouped.operands import unit_of
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.resolve import UNITS, nulls, numeric, type_of

_FEWEST = 2
_TAIL = frozenset("up upwards onwards upward onward and more above over old long".split())
_SEPARATORS = frozenset({",", ";", ".", "/", "|"})
_TALK = frozenset(
    """
    is are means mean = : class classes called label labelled labeled band bands bucket buckets tier group groups falls
    fall counts count become becomes gets get makes make gives inclusive exclusive km kg page pages if when it be that
    anything everything those these them value values say said with into in as for ones long title titles and or but
    """.split()
)


@dataclass(frozen=True)
class Classes:
    """Classes of the rows of a table.

    Attributes:
        pattern: SQL with ``{}`` for the column.
        places: of the words that tell them.
        has_gap: rows without a number have a class of their own, or there are none.
        units: places of words for units of that kind.
    """

    column: Link
    pattern: str
    places: frozenset[int]
    has_gap: bool
    units: frozenset[int] = frozenset()


def classes_of(brief: Brief, shown: Sequence[Listed]) -> Classes | None:
    """The classes that a prompt tells; None where it tells none, or not clearly."""
    bounds = _bounds(brief, shown)
    labels = _labels(brief, bounds, shown) if bounds else None
    column = _column(brief, bounds) if bounds else None
    texts = [_text(brief, *label).casefold() for label in labels or ()]
    if labels is None or column is None or len(set(texts)) < len(texts) or not _is_clear(brief, column, bounds):
        return None
    places = {i for one in bounds for i in range(one.start, one.end)} | {i for label in labels for i in range(*label)}
    places |= {i for one in bounds for i in _tail(brief, one.end)}
    within = range(min(places), max(places))
    places |= {i for i in within if brief.words[i] in _TALK | GLUE or brief.said.tokens[i].text == "="}
    own = kind_of(unit_of(column.column))
    units = frozenset(i for i, lemma in enumerate(brief.lemmas) if own and lemma in SIZES and kind_of(lemma) == own)
    has_gap = not nulls(brief, column) or any(one.kind == "gap" for one in bounds)
    sized = _sized(brief, column, bounds)
    return Classes(column, _case(brief, "{}", sized, labels), frozenset(places), has_gap, units)


def _tail(brief: Brief, place: int) -> range:
    """The unit and *and up* behind a number."""
    end = place
    while end < len(brief) and (brief.lemmas[end] in SIZES or brief.words[end] in _TAIL):
        end += 1
    return range(place, end)


def _sized(brief: Brief, column: Link, bounds: Sequence[Bound]) -> list[Bound]:
    """The bounds in the unit of the column: ``20 minutes`` of seconds are 1200."""
    units = {
        brief.lemmas[i + 1] for one in bounds for i in range(one.start, one.end)
        if isinstance(brief.said.tokens[i].value, int | float) and brief.lemmas[i + 1 : i + 2] != ()
    } & set(SIZES)  # fmt: skip
    own = unit_of(column.column)
    ratio = ratio_of(units.pop(), [own]) if len(units) == 1 and own else None
    if ratio is None:
        return list(bounds)
    return [
        replace(
            one,
            low=one.low * ratio if one.low is not None else None,
            high=one.high * ratio if one.high is not None else None,
        )
        for one in bounds
    ]


def _bounds(brief: Brief, shown: Sequence[Listed]) -> list[Bound]:
    """Classes; not those among what is told of the columns."""
    apart = {i for one in shown for i in (one.place, *range(one.start, one.end))}
    found = [b for b in find_bounds(brief, apart) if not (b.kind == "gap" and _is_of_mean(brief, b))]
    ranges = [b for b in found if b.kind == "range"]
    if len(ranges) + any(b.kind == "rest" for b in found) < _FEWEST or not ranges:
        return []
    first = ranges[0].start
    found = [b for b in found if b.kind != "rest" or b.start > first]
    settled = iter(settle(ranges))
    return [next(settled) if b.kind == "range" else b for b in found]


def _is_of_mean(brief: Brief, bound: Bound) -> bool:
    start, end = brief.clause(bound.start)
    labelled = any(brief.said.tokens[i].kind == "text" for i in range(start, end))
    if bound.start and brief.words[bound.start - 1] in ("with", "to") and brief.words[bound.start] == "no":
        return not labelled
    return bool({"mean", "average", "avg", "out", "ignore", "ignored", "counted", "skip"} & set(brief.words[start:end]))


def _labels(brief: Brief, bounds: Sequence[Bound], shown: Sequence[Listed]) -> list[tuple[int, int]] | None:
    """Where the label of each class stands: of ranges all in front of their numbers, or all behind."""
    names = {one.place for one in shown} | {i for one in shown for i in range(one.start, one.end)}
    special = {one: _beside(brief, one, names) for one in bounds if one.kind != "range"}
    taken = {i for label in special.values() if label for i in range(*label)}
    ranges = _of_ranges(brief, [one for one in bounds if one.kind == "range"], names | taken | _inside(special))
    if ranges is None or not all(special.values()):
        return None
    found = iter(ranges)
    labels = [next(found) if one.kind == "range" else special[one] for one in bounds]
    return [label for label in labels if label is not None]


def _inside(bounds: Iterable[Bound]) -> set[int]:
    return {i for one in bounds for i in range(one.start, one.end)}


def _beside(brief: Brief, bound: Bound, names: set[int]) -> tuple[int, int] | None:
    """The label of the rest, or of rows without a number: in the part of the sentence that speaks of them."""
    start, end = brief.clause(bound.start)
    runs = [(bound.end, end), (start, bound.start)]
    found = next((some for run in runs if (some := _candidates(brief, *run, names))), list[tuple[int, int]]())
    return found[0] if len(found) == 1 else None


def _of_ranges(brief: Brief, bounds: Sequence[Bound], names: set[int]) -> list[tuple[int, int]] | None:
    """Labels of classes between numbers."""
    spans = list(gaps_between(bounds, len(brief)))
    runs = [_candidates(brief, start, end, names) for start, end in spans]
    inner = list(zip(spans[1:-1], runs[1:-1], strict=True))
    if any(len(found) != 1 for _, found in inner):
        return None
    sides = {_side(brief, span, found[0]) for span, found in inner} or {_lone(brief, bounds[0], runs)}
    if sides == {"behind"} and runs[-1]:
        return [found[0] for found in runs[1:]]
    if sides == {"before"} and runs[0]:
        return [found[-1] for found in runs[:-1]]
    return None


def _lone(brief: Brief, bound: Bound, runs: Sequence[list[tuple[int, int]]]) -> str:
    """On which side of the only range its label is: in the same clause."""
    start, end = brief.clause(bound.start)
    before, behind = bool(runs[0] and runs[0][-1][0] >= start), bool(runs[1] and runs[1][0][0] < end)
    return "before" if before and not behind else "behind" if behind and not before else ""


def _side(brief: Brief, span: tuple[int, int], label: tuple[int, int]) -> str:
    """``behind`` where a mark follows the label, ``before`` where it stands in front of it."""
    before = any(brief.said.tokens[i].text in _SEPARATORS for i in range(span[0], label[0]))
    behind = any(brief.said.tokens[i].text in _SEPARATORS for i in range(label[1], span[1]))
    if not before and not behind:
        joins_before = "and" in brief.words[span[0] : label[0]]
        joins_behind = "and" in brief.words[label[1] : span[1]]
        before, behind = joins_before, joins_behind
    return "behind" if behind and not before else "before" if before and not behind else ""


def _candidates(brief: Brief, start: int, end: int, names: set[int]) -> list[tuple[int, int]]:
    """Runs of words that may be a label: what is quoted, else words that are no talk and no names of columns."""
    quoted = [(i, i + 1) for i in range(start, end) if brief.said.tokens[i].kind == "text" and i not in names]
    if quoted:
        return quoted
    runs: list[tuple[int, int]] = []
    for place in range(start, end):
        if not _may_label(brief, place) or place in names:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _may_label(brief: Brief, place: int) -> bool:
    token, word = brief.said.tokens[place], brief.words[place]
    if not token.is_word or token.value is not None or word in NEVER_GLUE | {"true", "false"}:
        return False
    return (
        word not in _TALK
        and word not in GLUE
        and word not in UNITS
        and (brief.words[place - 1] == "=" or not _is_column(brief, place))
    )


def _is_column(brief: Brief, place: int) -> bool:
    links = [link for link in brief.said.links(place, 1) if link.table in brief.mentioned and link.score >= 0.8]  # noqa: PLR2004
    return bool(links)


def _column(brief: Brief, bounds: Sequence[Bound]) -> Link | None:
    """The number by which rows are classed: the one that is named last before the classes, or inside of them."""
    tables = brief.mentioned or tuple(brief.said.tables)
    first, last = bounds[0].start, bounds[-1].end
    inside = {(link.table, link.column) for _, _, link in numeric(brief, tables, first, last)}
    before = [(link.table, link.column) for _, _, link in numeric(brief, tables, 0, first)]
    after = {(link.table, link.column) for _, _, link in numeric(brief, tables, last)}
    if before:
        found = {before[-1]} if inside <= {before[-1]} else set[tuple[TableRef, str]]()
    else:
        found = inside or after
    return Link(*found.pop(), 1.0) if len(found) == 1 else None


def _is_clear(brief: Brief, column: Link, bounds: Sequence[Bound]) -> bool:
    """True where the classes leave no number out."""
    ranges = [one for one in bounds if one.kind == "range"]
    rests = [one for one in bounds if one.kind == "rest"]
    integer = is_integer(type_of(brief, column))
    if len(rests) > 1 or not is_whole(ranges, integer=integer):
        return False
    ordered = sorted(ranges, key=lambda b: b.low if b.low is not None else float("-inf"))
    return bool(rests) or (ordered[0].low in (None, 0.0) and ordered[-1].high is None)


def _case(brief: Brief, column: str, bounds: Sequence[Bound], labels: Sequence[tuple[int, int]]) -> str:
    """The class of a row as SQL; rows without a number first, the rest last."""
    pairs = list(zip(bounds, [_text(brief, *label) for label in labels], strict=True))
    rest = next((text for one, text in pairs if one.kind == "rest"), "")
    kept = [pair for pair in pairs if pair[0].kind != "rest"]
    kept.sort(key=lambda pair: pair[0].kind != "gap")
    parts = [f"when {one.sql(column)} then '{text}'" for one, text in kept]
    parts += [f"else '{rest}'"] if rest else []
    return f"case {' '.join(parts)} end"


def _text(brief: Brief, start: int, end: int) -> str:
    """A label as it is written."""
    token = brief.said.tokens[start]
    text = token.lower if token.kind == "text" else brief.said.text(start, end)
    return text.replace("'", "''")
