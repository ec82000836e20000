"""Which rows count before they are grouped, and what stands for a number that is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from datamorph.core.datatype import is_time
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.gaps import (
    Gap,
    Named,
    explain_gaps,
    explain_leaving,
    gaps,
    means_none,
    says_gone,
    segment,
)
from datamorph.planning.offline.recipes.grouped.comparisons import comparisons
from datamorph.planning.offline.recipes.grouped.partnerless import partnerless
from datamorph.planning.offline.recipes.grouped.row_test import OUT, RowTest, unassigned, undone
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, column_term, only
from datamorph.planning.offline.recipes.slots import NEGATIVE, Condition, flag_conditions, value_conditions
from datamorph.planning.offline.recipes.spans import find_spans

_CHOOSING = frozenset("only where whose that which with just".split())
_ABSENT = frozenset("missing empty blank null nulls lacking lacks lack without unfilled unknown".split())
_PRESENT = frozenset("filled present known given set available exists with have has having".split())
_LEADING_OUT = OUT - {"out", "considered", "don't", "doesn't", "not", "aside", "away"} | {"leave", "leaving"}
_INDIFFERENT = frozenset("any whatever regardless irrespective".split())
_TOGETHER = frozenset("together combined alike".split())
_OPERATORS = frozenset({"plus", "minus", "net", "total"})
_ONLY = frozenset("only just solely that which whose where who were was are using take for is left".split())


def row_tests(scene: Scene, quoted: Collection[str], flagged: Collection[tuple[int, int]] = ()) -> list[RowTest] | None:
    """All tests of rows; None where one is said that is not clear.

    Args:
        quoted: texts that stand for missing values and are no values to look for.
        flagged: where values are named that only one measure counts.
    """
    values = _value_tests(scene, quoted, flagged)
    in_time = _span_tests(scene)
    nulls = _null_tests(scene)
    if values is None or nulls is None or in_time is None:
        return None
    explain_unmatched(scene)
    return [*values, *in_time, *_flag_tests(scene), *nulls, *undone(scene), *unassigned(scene), *_compared(scene)]


def _compared(scene: Scene) -> list[RowTest]:
    """``only parcels whose weight is over 5``: rows by a number of theirs, where no listed column is about it."""
    found: list[RowTest] = []
    for one in scene.remember("comparisons", comparisons):
        start, end = scene.chunk(one.span[0])
        said = set(scene.brief.words[max(start, one.span[0] - 5) : one.span[0]])
        own = {word for output in scene.outputs for word in words_of(output.name)}
        if one.is_constant and said & _CHOOSING and not own & one.words and end > start:
            found.append(RowTest(one.term, "{}", one.span))
            scene.brief.explain(*one.span, "filter")
    return found


def _value_tests(scene: Scene, quoted: Collection[str], flagged: Collection[tuple[int, int]]) -> list[RowTest] | None:
    found: list[RowTest] = []
    told = [range(*run) for run in flagged]
    beside = {spot.choices[0][0] for spot in scene.spots if len(spot.choices) == 1}
    for said in value_conditions(scene.brief, {*scene.tables, *beside}):
        if said.table not in scene.tables and not _is_beside(scene, said):
            continue
        one = _glossed(scene, said)
        if _is_name_of_output(scene, one) or _is_default(scene, one, quoted):
            continue
        if any(i in scene.masked for i in range(one.start, one.end)) or any(one.start in run for run in told):
            continue
        if is_deed(scene, one) or scene.brief.said.tokens[one.start].text in _OPERATORS:
            continue
        if scene.brief.words[one.end : one.end + 2] == ("or", "not"):
            scene.brief.explain(one.start, one.end + 2, "does not matter")
            continue
        if not is_condition(scene, one):
            return None
        found.append(_value_test(scene, one))
        _explain_gloss(scene, one)
        _explain_column(scene, one)
    return found


def _is_beside(scene: Scene, one: Condition) -> bool:
    """``the North region``: a value next to the name of its column, of a table that nothing else names."""
    spots = scene.spots_in(one.start - 1, one.end + 1)
    return any(s.choices == ((one.table, one.column),) and {s.end, s.start} & {one.start, one.end} for s in spots)


def _glossed(scene: Scene, one: Condition) -> Condition:
    """``Skip the cancelled ones (CANC)``: what a parenthesis alone holds is what is said in front of it."""
    start, end = segment(scene.brief, one.start)
    gone = says_gone(scene.brief.words[start:end])
    leads = scene.brief.words[start] in _LEADING_OUT and gone
    if not leads and not _is_gloss(scene, one):
        return one
    if gone:
        explain_leaving(scene.brief, start, end)
    for place in range(max(start, one.start - 3), one.start):
        if scene.brief.words[place].endswith("ed"):
            scene.brief.explain(place, place + 1, f"{one.column} is {one.values[0]}")
    return replace(one, is_negative=gone)


def _explain_gloss(scene: Scene, one: Condition) -> None:
    """``unfinished`` in *unfinished jobs (state open or held)*: what the parenthesis says by values."""
    start, _ = segment(scene.brief, one.start)
    opened = [i for i in range(start, one.start) if scene.brief.said.tokens[i].text == "("]
    closed = opened and ")" in scene.brief.words[opened[-1] : one.start]
    for place in range(max(start, opened[-1] - 4), opened[-1]) if opened and not closed else ():
        if scene.brief.words[place].endswith("ed"):
            scene.brief.explain(place, place + 1, f"{one.column} is {' or '.join(one.values)}")


def _is_gloss(scene: Scene, one: Condition) -> bool:
    tokens = scene.brief.said.tokens
    behind = tokens[one.end].text if one.end < len(tokens) else ""
    first = one.start - (scene.brief.words[one.start - 1] == one.column.casefold())
    return first > 0 and tokens[first - 1].text == "(" and behind == ")"


def _flag_tests(scene: Scene) -> list[RowTest]:
    """``leave out refunded purchases``, where ``refunded`` is true or false."""
    found: list[RowTest] = []
    for one in flag_conditions(scene.brief, scene.tables):
        if one.start not in scene.masked and not scene.is_output(one.start):
            found.append(RowTest(column_term((one.table, one.column)), one.sql("{}"), (one.start, one.end)))
            _explain_column(scene, one)
    return found


def _is_default(scene: Scene, one: Condition, quoted: Collection[str]) -> bool:
    token = scene.brief.said.tokens[one.start]
    return token.kind == "text" and token.lower in quoted


def _is_name_of_output(scene: Scene, one: Condition) -> bool:
    word = scene.brief.words[one.start]
    return one.end == one.start + 1 and word in scene.names


def is_condition(scene: Scene, one: Condition) -> bool:
    """True for a value beside its column, beside what it is a kind of, or with words that choose rows."""
    brief = scene.brief
    start, end = scene.chunk(one.start)
    near = brief.words[max(start, one.start - 4) : min(end, one.end + 3)]
    if (
        _is_gloss(scene, one)
        or brief.said.tokens[one.start].kind == "text"
        or one.column.casefold() in brief.words[start:end]
    ):
        return True
    if any((one.table, one.column) in spot.choices for spot in scene.spots_in(*scene.sentence(one.start))):
        return True
    nouns = [ref for place, ref in brief.tables_at() if one.end <= place <= one.end + 1]
    return bool(nouns) or bool(set(near) & _ONLY) or one.is_negative


def is_deed(scene: Scene, one: Condition) -> bool:
    """``how many they booked``: a verb, or a word of a listed column's own name."""
    before = scene.brief.words[one.start - 1] if one.start else ""
    return before in ("they", "we", "who", "have", "has", "been", "it") and one.end == one.start + 1


def _value_test(scene: Scene, one: Condition) -> RowTest:
    column = (one.table, one.column)
    spellings = sorted(
        value for value in scene.brief.work.values.of(*column) if value.casefold().strip() == one.values[0].casefold()
    )
    if len(spellings) > 1 and len(one.values) == 1:  # the column spells it in several ways
        literal = one.values[0].strip().lower().replace("'", "''")
        pattern = f"lower(trim({{}})) {'<>' if one.is_negative else '='} '{literal}'"
    else:
        pattern = one.sql("{}")
    return RowTest(column_term(column), pattern, (one.start, one.end))


def _explain_column(scene: Scene, one: Condition) -> None:
    start, end = scene.chunk(one.start)
    for place in range(start, end) if one.is_negative else ():
        if scene.brief.words[place] in NEGATIVE | {"out", "aside", "apart", "away", "off"}:
            scene.brief.explain(place, place + 1, f"not {one.values[0]}")
    scene.brief.explain(one.start, one.end, f"{one.column} is {' or '.join(one.values)}")


def _null_tests(scene: Scene) -> list[RowTest] | None:
    """``those without a price are left out``; None where that is said of one listed column only."""
    found = [gap for gap in gaps(scene.brief, _named(scene)) if not _is_of_first(scene, gap)]
    lonely = scene.remember("partnerless", partnerless)
    found = [gap for gap in found if gap.table not in {one.other for one in lonely}]
    explain_gaps(scene.brief, found)
    tests = [
        RowTest(
            column_term((one.table, one.column)), "{} is null" if one.counts else "{} is not null", (one.start, one.end)
        )
        for one in found if not one.is_of_mean
    ]  # fmt: skip
    return None if any(_is_in_list(scene, test) for test in tests) else tests


def _is_of_first(scene: Scene, gap: Gap) -> bool:
    """``the first year of a region has null``: what a change shows that nothing comes before."""
    lemmas = set(scene.brief.lemmas[gap.start : gap.end])
    changes = any({"growth", "change", "delta", "diff"} & set(words_of(one.name)) for one in scene.outputs)
    return changes and "first" in lemmas and bool(lemmas & {"year", "quarter", "month", "week", "day", "row"})


def explain_means(scene: Scene, used: Collection[Column]) -> None:
    """``rooms without a size stay out of the mean``: an aggregate never sees them.

    Args:
        used: columns that are averaged.
    """
    for place in scene.brief.places({"mean", "average", "avg"}):
        start, end = segment(scene.brief, place)
        said = set(scene.brief.words[start:end])
        columns = {only(scene, spot) for spot in scene.spots_in(start, end)}
        if said & (_ABSENT | {"no"}) and says_gone(scene.brief.words[start:end]) and columns <= set(used):
            explain_leaving(scene.brief, start, end)


def _named(scene: Scene) -> Iterator[Named]:
    """Columns that are named, and those that refer to a thing that is: ``no owner assigned``."""
    for spot in scene.spots:
        column = only(scene, spot)
        if column is not None and not any(i in scene.masked for i in range(spot.start, spot.end)):
            yield Named(spot.start, spot.end, *column)
    for place in scene.brief.places({"it"}):
        said = [s for s in scene.spots if s.end <= place]
        column = only(scene, said[-1]) if said else None
        if column is not None and scene.brief.words[place + 1 : place + 2] in (("is",), ("was",)):
            yield Named(place, place + 1, *column)
    between = scene.brief.said.relations.between
    for place, table in scene.brief.tables_at():
        refers = [r for ref in scene.tables if ref != table for r in between(ref, table) if len(r.columns) == 1]
        is_one = scene.brief.words[place] == scene.brief.lemmas[place] and place not in scene.masked
        if is_one and len(refers) == 1:
            yield Named(place, place + 1, refers[0].table, refers[0].columns[0])


def _is_in_list(scene: Scene, test: RowTest) -> bool:
    """True for a test inside of what is said about one listed column: it is of that one only."""
    runs = [(one.start, one.end) for one in scene.outputs]
    return any(start <= test.span[0] and test.span[1] <= end for start, end in runs)


def _span_tests(scene: Scene) -> list[RowTest] | None:
    """``in 2023``, ``since May 2022``: of the date that is named beside it, or the only one; None where it is open."""
    found: list[RowTest] = []
    for one in find_spans(scene.brief):
        if not one.is_said or any(place in scene.masked for place in range(one.start, one.end)):
            continue
        column = _date_of(scene, one.start)
        if column is None:
            return None
        is_date = scene.type_of(*column) == "date"
        found.append(RowTest(column_term(column), one.sql(is_date=is_date), (one.start, one.end)))
        scene.brief.explain(one.start, one.end, f"{column[1]} in that time")
        scene.masked |= set(range(one.start, one.end))
    return found


def _date_of(scene: Scene, place: int) -> Column | None:
    """The date that a span of time is of."""
    for start, end in (segment(scene.brief, place), scene.sentence(place)):
        columns = {only(scene, spot) for spot in scene.spots_in(start, end, "time")}
        if len(columns) == 1:
            return next(iter(columns))
        if columns:
            return None
    tables = scene.tables
    dates = [(ref, name) for ref in tables for name in scene.columns(ref) if is_time(scene.type_of(ref, name))]
    return dates[0] if len(dates) == 1 else None


_UNKNOWN = frozenset("unknown don't not no cannot can't couldn't isn't aren't never without unmatched unlisted".split())
_MATCHED = frozenset(
    "match matched matching unmatched know known unknown record master reference find found list listed exist".split()
)
_LEAVES = frozenset(
    """
    drop dropped drops out ignore ignored skip skipped exclude excluded omit omitted aside away falls fall shown appear
    """.split()
)


def explain_unmatched(scene: Scene) -> None:
    """``orders of customers we don't know drop out``, ``present in both``: an inner join does so anyway."""
    brief = scene.brief
    for place in brief.places(_MATCHED | {"both"} | {brief.words[i] for i, _ in brief.tables_at()}):
        start, end = segment(brief, place)
        said = set(brief.words[start:end])
        leaves = said & _LEAVES and said & _UNKNOWN and (said & _MATCHED or len(scene.tables) > 1)
        if leaves or (brief.words[place] == "both" and said & {"in", "match", "found", "present", "exist"}):
            for near in brief.places(_MATCHED | _UNKNOWN | _LEAVES | _ABOUT_MATCHES, start, end):
                brief.explain(near, near + 1, "rows without a match go")


_ABOUT_MATCHES = frozenset("present both only go stay left are is that which we where those do row".split())


def _is_filled(scene: Scene, start: int, end: int) -> bool:
    """True where the clause, or the next one, says what stands for the missing value."""
    last = scene.sentence(start)[1]
    near = range(start, min(last, end + 7))
    return means_none(scene.brief, start, end) or any(
        scene.brief.said.tokens[i].value == 0 or scene.brief.said.tokens[i].kind == "text" or
        scene.brief.words[i] in ("zero", "zeros", "zeroes", "nothing", "nil") for i in near
    )  # fmt: skip


def zero_filled(scene: Scene) -> dict[Column, tuple[int, int]]:
    """Columns of numbers of which a missing value counts as 0: ``an empty rebate means 0``."""
    found: dict[Column, tuple[int, int]] = {}
    for spot in scene.spots:
        if not scene.is_kind(spot, "number"):
            continue
        start, end = scene.chunk(spot.start)
        said = set(scene.brief.words[start:end])
        column = only(scene, spot)
        if column is not None and said & (_ABSENT | {"no"}) and _is_filled(scene, start, end):
            found[column] = (start, min(scene.sentence(start)[1], end + 7))
    return found or _silently_filled(scene)


def _silently_filled(scene: Scene) -> dict[Column, tuple[int, int]]:
    """``nothing recorded counts as 0``: of the only number that has gaps, where the clause names none."""
    gaps = [
        (table, name) for table in scene.tables for name in scene.brief.said.numbers(table)
        if (found := scene.brief.said.tables[table].profile.columns.get(name)) is not None and found.nulls
        and any((table, name) in spot.choices for spot in scene.spots)
    ]  # fmt: skip
    for place in scene.brief.places(_ABSENT | {"no", "nothing"}) if len(gaps) == 1 else ():
        start, end = scene.chunk(place)
        said = set(scene.brief.words[start:end])
        if said & {"means", "meaning", "counts", "as", "="} and _is_filled(scene, start, end):
            return {gaps[0]: (start, end)}
    return {}


def explain_indifferent(scene: Scene) -> None:
    """``whatever the status``, ``any state``: all rows count."""
    for place in scene.brief.places(_INDIFFERENT | {"all"}):
        stop = min(place + 4, len(scene.brief))
        together = next((i for i in range(place + 2, stop) if scene.brief.words[i] in _TOGETHER), 0)
        if together and scene.brief.words[place] == "all" and scene.brief.said.table(together - 1) is not None:
            scene.brief.explain(place, together + 1, "all rows count")
            continue
        for i in range(place + 1, stop):
            is_column = any(link.column for link in scene.brief.said.links(i, 1))
            if is_column and scene.brief.said.table(i) is None:
                scene.brief.explain(place, i + 1, "all rows count")
                break
