"""Values that become one, and what is counted behind each: *lost and returned both become 'failed'*."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, keep
from datamorph.planning.offline.recipes.loose import listed
from datamorph.planning.offline.recipes.measured import DIFFERENT, measure_of
from datamorph.planning.offline.recipes.recipe import Recipe

_BECOMES = frozenset(
    """
    become becomes becoming as into to called call treat treated merge merged combine combined lump lumped collapse
    collapsed fold folded map mapped maps count counts counted group grouped same replace replaced recode recoded = >
    """.split()
)
_REST = frozenset("other others rest else everything otherwise remaining any all".split())
_KEEPS = frozenset(
    "keep keeps kept unchanged own stay stays remain remains is untouched themselves itself original theirs".split()
)


@dataclass
class Mapped:
    """Values of a column, what they become, and what becomes of the others (empty: they stay)."""

    column: Link
    labels: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    rest: str = ""

    def sql(self, column: str) -> str:
        """Over the column as it is called."""
        parts = [
            f"when {column} in ({', '.join(map(_text, held))}) then {_text(to)}" for to, held in self.labels.items()
        ]
        return f"case {' '.join(parts)} else {_text(self.rest) if self.rest else column} end"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _fits(brief: Brief) -> bool:
    return len(listed(brief)) > 1 and bool(brief.places(_BECOMES))


def _cook(brief: Brief) -> Flow | None:
    mapped, shown = _mapped(brief), listed(brief)
    if mapped is None:
        return None
    root = mapped.column.table
    measures = {one.name: found for one in shown if (found := measure_of(brief, one, root, [mapped.column]))}
    names = [one for one in shown if one.name not in measures]
    if len(names) != 1 or not measures or brief.numbers():
        return None
    flow = Flow(brief.work)
    flow.start(root)
    kept = [c for c in conditions(brief, (root,)) if c.column != mapped.column.column]
    keep(brief, flow, kept)
    flow.derive({names[0].name: mapped.sql(quote(mapped.column.column))})
    flow.aggregate([names[0].name], {name: found.sql(flow) for name, found in measures.items()})
    flow.show([one.name for one in shown])
    return flow


def _mapped(brief: Brief) -> Mapped | None:
    """The one column of which values become others."""
    for column in _columns(brief):
        marks = list(_marks(brief, column))
        found = _read(brief, marks, column) if marks else None
        if found is not None:
            return found
    return None


def _columns(brief: Brief) -> list[Link]:
    """Columns of which the prompt names values; those of the tables that it names first."""
    found: dict[tuple[TableRef, str], int] = {}
    for place in range(len(brief)):
        for link in brief.said.value(place)[1]:
            spot = (link.table, link.column)
            found[spot] = found.get(spot, 0) + 1
    named = [spot for spot in found if spot[0] in brief.mentioned]
    best = named or list(found)
    most = max((found[spot] for spot in best), default=0)
    return [Link(*spot, 1.0) for spot in best if found[spot] == most] if len(best) == 1 or most > 1 else []


def _marks(brief: Brief, column: Link) -> Iterator[tuple[str, str, int]]:
    """Values of the column (``v``) and new ones (``n``), in order."""
    names = {one.place for one in listed(brief)}
    place = 0
    while place < len(brief):
        length, links = brief.said.value(place)
        here = [link for link in links if (link.table, link.column) == (column.table, column.column)]
        token = brief.said.tokens[place]
        if here and place not in names:
            yield "v", here[0].value, place
        elif token.kind == "text":
            yield "n", token.lower, place
        place += max(length, 1)


def _read(brief: Brief, marks: list[tuple[str, str, int]], column: Link) -> Mapped | None:
    """Which values become which, by their order."""
    rest, marks = _rest(brief, marks)
    kinds = "".join(kind for kind, _, _ in marks)
    if "n" not in kinds:
        marks = _onto_last(brief, marks)
        kinds = "".join(kind for kind, _, _ in marks)
    if "n" not in kinds or "v" not in kinds:
        return None
    is_before = kinds[0] == "v"
    if (kinds[-1] == "v") == is_before:
        return None
    found, held = Mapped(column, rest=rest), list[str]()
    for kind, value, _ in marks if is_before else reversed(marks):
        if kind == "v":
            held.append(value)
        elif held:
            found.labels.setdefault(value, []).extend(dict.fromkeys(held))
            held = []
        elif value not in found.labels:
            return None
    return found if rest or _keeps_others(brief) else _assumed(brief, found)


def _rest(brief: Brief, marks: list[tuple[str, str, int]]) -> tuple[str, list[tuple[str, str, int]]]:
    """What all other values become, where that is said, and the marks without it."""
    for one in marks:
        kind, value, place = one
        start = brief.clause(place)[0]
        said = set(brief.words[start:place])
        if kind == "n" and said & _REST and not any(m[0] == "v" and start <= m[2] < place for m in marks):
            return value, [mark for mark in marks if mark != one]
    return "", marks


def _onto_last(brief: Brief, marks: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """``treat lost the same as returned``: the last value is what the others become."""
    if len(marks) < 2 or not _BECOMES & set(brief.words[marks[-2][2] : marks[-1][2]]):  # noqa: PLR2004
        return marks
    return [*marks[:-1], ("n", *marks[-1][1:])]


def _keeps_others(brief: Brief) -> bool:
    """``any other stat keeps its own value``."""
    return any(_KEEPS & set(brief.words[slice(*brief.clause(place))]) for place in brief.places(_REST))


def _assumed(brief: Brief, found: Mapped) -> Mapped:
    brief.work.dialog.assume(f"other values of {found.column.column} stay as they are")
    return found


MAPPING = Recipe(
    "values that become one",
    _fits,
    _cook,
    words=_BECOMES
    | _REST
    | _KEEPS
    | DIFFERENT
    | frozenset(
        """
        new value values both together behind per each count number many how group bucket category status outcome
        introduce define add derived then first there are reporting used leave as-is alone way apart regroup regrouped
        """.split()
    ),
)
