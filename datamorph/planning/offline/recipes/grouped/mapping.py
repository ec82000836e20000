"""Values that become one, and what is counted behind each: *lost and returned both become 'failed'*."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed

_BECOMES = frozenset(
    """
    become becomes becoming as into to called call treat treated merge merged combine combined lump lumped collapse
    collapsed fold folded map mapped maps count counts counted group grouped same replace replaced recode recoded
    read reads regarded seen considered understood taken = >
    """.split()
)
_READ = frozenset("read reads regarded seen treated counted considered understood taken".split())
_WORDS = frozenset(
    "both together one value values should treat what it they their is are new as-is leave alone".split()
)
_REST = frozenset("other others rest else everything otherwise remaining any all".split())
_KEEPS = frozenset(
    "keep keeps kept unchanged own stay stays remain remains is untouched themselves itself original theirs".split()
)


@dataclass
class Mapped:
    """Values of a column, what they become, and what becomes of the others (empty: they stay).

    Attributes:
        places: where the values and their new names stand.
        is_silent: it is not said that the others stay.
    """

    column: Link
    labels: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    rest: str = ""
    places: frozenset[int] = frozenset()
    is_silent: bool = False

    def explain(self, brief: Brief) -> None:
        """Give the words that say so their meaning."""
        for place in self.places:
            brief.explain(place, place + 1, "values that become one")
            start, end = brief.clause(place)
            for near in brief.places(_BECOMES | _REST | _KEEPS | _WORDS, start, end):
                brief.explain(near, near + 1, "values that become one")
        for place in brief.places(_REST):
            start, end = brief.clause(place)
            if _KEEPS & set(brief.words[start:end]):
                for near in brief.places(_REST | _KEEPS | _WORDS, start, end):
                    brief.explain(near, near + 1, "values that become one")
        if self.is_silent:
            brief.work.dialog.assume(f"other values of {self.column.column} stay as they are")

    def sql(self, column: str) -> str:
        """Over the column as it is called."""
        parts = [
            f"when {column} in ({', '.join(map(_text, held))}) then {_text(to)}" for to, held in self.labels.items()
        ]
        return f"case {' '.join(parts)} else {_text(self.rest) if self.rest else column} end"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def mapped_of(brief: Brief, shown: Sequence[Listed]) -> Mapped | None:
    """The one column of which values become others."""
    for column in _columns(brief):
        marks = list(_marks(brief, column, shown))
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


def _marks(brief: Brief, column: Link, shown: Sequence[Listed]) -> Iterator[tuple[str, str, int]]:
    """Values of the column (``v``) and new ones (``n``), in order."""
    names = {one.place for one in shown}
    place = 0
    while place < len(brief):
        length, links = brief.said.value(place)
        here = [link for link in links if (link.table, link.column) == (column.table, column.column)]
        token = brief.said.tokens[place]
        if here and place not in names:
            yield "v", here[0].value, place
        elif token.kind == "text" or _is_said_as(brief, place, names):
            yield "n", token.text if token.is_word else token.lower, place
        place += max(length, 1)


def _is_said_as(brief: Brief, place: int, names: Collection[int]) -> bool:
    """``returned`` in *refused should be read as returned*: a new value without quotes."""
    token = brief.said.tokens[place]
    ends = place + 1 == len(brief) or brief.said.tokens[place + 1].text in ",;.)"
    is_led = brief.words[place - 1 : place] == ("as",) and bool(_READ & set(brief.words[max(place - 3, 0) : place]))
    return token.is_word and ends and is_led and place not in names and token.text not in brief.said.column_names


def _is_led(brief: Brief, marks: Sequence[tuple[str, str, int]]) -> bool:
    """True where a word between the values, or in front of them, says that they become something."""
    places = [place for _, _, place in marks]
    start = brief.clause(places[0])[0]
    return bool(_BECOMES & set(brief.words[start : places[-1]]))


def _read(brief: Brief, marks: list[tuple[str, str, int]], column: Link) -> Mapped | None:
    """Which values become which, by their order."""
    places = frozenset(place for _, _, place in marks)
    rest, marks = _rest(brief, marks)
    kinds = "".join(kind for kind, _, _ in marks)
    if "n" not in kinds:
        marks = _onto_last(brief, marks)
        kinds = "".join(kind for kind, _, _ in marks)
    if "n" not in kinds or "v" not in kinds or not _is_led(brief, marks):
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
    found.places = places
    found.is_silent = not rest and not _keeps_others(brief)
    return found


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
