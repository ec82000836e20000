"""Which rows count before they are grouped, and what stands for a number that is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.spots import Scene, Spot
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, column_term, only
from datamorph.planning.offline.recipes.slots import NEGATIVE, Condition, value_conditions

_ABSENT = frozenset("missing empty blank null nulls lacking lacks lack without unfilled unknown".split())
_PRESENT = frozenset("filled present known given set available exists with have has having".split())
_OUT = frozenset(
    """
    out ignore ignored ignoring skip skipped skipping exclude excluded excluding omit omitted drop dropped discard
    discarded disregard disregarded considered don't doesn't not aside away
    """.split()
)
_INDIFFERENT = frozenset("any whatever regardless irrespective".split())
_OPERATORS = frozenset({"plus", "minus", "net", "total"})
_ONLY = frozenset("only just solely that which whose where who were was are using take for is left".split())


@dataclass(frozen=True, slots=True)
class RowTest:
    """A test of rows as SQL over one column.

    Attributes:
        pattern: with ``{}`` for the column.
        span: the tokens that say it.
    """

    term: Term
    pattern: str
    span: tuple[int, int]

    @property
    def table(self) -> TableRef:
        """Where the column is from."""
        return self.term.columns[0][0]

    def sql(self, flow: Flow, how: str) -> str:
        """Over the current frame."""
        return self.pattern.replace("{}", self.term.sql(flow, how))


def row_tests(scene: Scene, quoted: Collection[str], flagged: Collection[tuple[int, int]] = ()) -> list[RowTest] | None:
    """All tests of rows; None where one is said that is not clear.

    Args:
        quoted: texts that stand for missing values and are no values to look for.
        flagged: where values are named that only one measure counts.
    """
    values = _value_tests(scene, quoted, flagged)
    if values is None:
        return None
    found = list(values)
    for spot in scene.spots:
        test = _null_test(scene, spot)
        if test is not None and _is_in_list(scene, test):
            return None
        if test is not None and test.term not in [one.term for one in found]:
            found.append(test)
    return found


def _value_tests(scene: Scene, quoted: Collection[str], flagged: Collection[tuple[int, int]]) -> list[RowTest] | None:
    found: list[RowTest] = []
    told = [range(*run) for run in flagged]
    for one in value_conditions(scene.brief, scene.tables):
        if _is_name_of_output(scene, one) or _is_default(scene, one, quoted):
            continue
        if any(i in scene.masked for i in range(one.start, one.end)) or any(one.start in run for run in told):
            continue
        if is_deed(scene, one) or scene.brief.said.tokens[one.start].text in _OPERATORS:
            continue
        if not is_condition(scene, one):
            return None
        found.append(_value_test(scene, one))
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
    if brief.said.tokens[one.start].kind == "text" or one.column.casefold() in brief.words[start:end]:
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


def _null_test(scene: Scene, spot: Spot) -> RowTest | None:
    """``with a ship date``, ``those without a price are left out``, ``only where resolved_at is empty``."""
    column = only(scene, spot)
    if column is None or spot.start in scene.masked:
        return None
    start, end = scene.chunk(spot.start)
    before = set(scene.brief.words[max(start, spot.start - 4) : spot.start])
    behind = set(scene.brief.words[spot.end : min(end, spot.end + 3)])
    said = set(scene.brief.words[start:end]) | _following(scene, end)
    is_absent = bool(_ABSENT & before) or bool(_ABSENT & behind) or ("no" in before and "where" not in before)
    is_present = bool({"with", "have", "has", "having"} & before) or bool(
        (_PRESENT - {"with", "have", "has", "having"}) & behind
    )
    if is_absent and ({"not", "n't", "isn't", "aren't"} & (before | behind)) and _ABSENT & behind:
        is_absent, is_present = False, True
    if not (is_absent or is_present) or _is_filled(scene, start, end):
        return None
    is_out = bool(said & _OUT)
    if is_absent and not is_out and not said & {"only", "just"} and "without" not in before and "no" not in before:
        return None
    keeps_nulls = is_absent != is_out
    pattern = "{} is null" if keeps_nulls else "{} is not null"
    scene.brief.explain(start, end, f"rows {'without' if keeps_nulls else 'with'} a value of {column[1]} count")
    return RowTest(column_term(column), pattern, (start, end))


def _is_in_list(scene: Scene, test: RowTest) -> bool:
    """True for a test inside of what is said about one listed column: it is of that one only."""
    runs = [run for one in scene.outputs for run in scene.zones(one)]
    return any(start <= test.span[0] and test.span[1] <= end for start, end in runs)


def _following(scene: Scene, end: int) -> set[str]:
    """What the next clause says where it goes on with the same: ``, they don't take part``."""
    tokens = scene.brief.said.tokens
    if end >= len(tokens) or tokens[end].text not in (",", "–", "-"):  # noqa: RUF001
        return set()
    stop = scene.chunk(end + 1)[1] if end + 1 < len(tokens) else end
    words = scene.brief.words[end + 1 : stop]
    return set(words) if set(words[:2]) & {"they", "those", "these", "skip", "ignore", "such", "drop"} else set()


def _is_filled(scene: Scene, start: int, end: int) -> bool:
    """True where the clause, or the next one, says what stands for the missing value."""
    last = scene.sentence(start)[1]
    near = range(start, min(last, end + 7))
    return any(
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
        if column is not None and said & _ABSENT and _is_filled(scene, start, end):
            found[column] = (start, min(scene.sentence(start)[1], end + 7))
    return found


def explain_indifferent(scene: Scene) -> None:
    """``whatever the status``, ``any state``: all rows count."""
    for place in scene.brief.places(_INDIFFERENT | {"all"}):
        stop = min(place + 4, len(scene.brief))
        for i in range(place + 1, stop):
            is_column = any(link.column for link in scene.brief.said.links(i, 1))
            if is_column and scene.brief.said.table(i) is None:
                scene.brief.explain(place, i + 1, "all rows count")
                break
