"""Which columns of a table become rows, and what the columns of the result are then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import find_lists
from datamorph.planning.offline.recipes.shape_words import (
    Mention,
    kind_of,
    mentions,
    name_words,
    reachable,
    relation_to,
)

_JOINERS = frozenset({",", "and", "or", "&", "/", "plus", "+"})
CALLS = {"avg": "avg", "average": "avg", "mean": "avg", "median": "median", "sum": "sum", "total": "sum", "max": "max",
          "maximum": "max", "highest": "max", "min": "min", "minimum": "min", "lowest": "min"}  # fmt: skip
_KEYS = frozenset(
    """
    event milestone measure metric kind type name label variable attribute stage field activity which step key part
    category component phase status source indicator series item what dimension
    """.split()
)
_VALUES = frozenset(
    "value val date dt day at on when time timestamp amount number reading minutes moment quantity happened".split()
)
_COUNTS = frozenset("count cnt n rows observations".split())
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Melt:
    """Columns of a table that become rows.

    Attributes:
        spots: where they are named, first to last.
        others: other columns of the table that the prompt spells out.
    """

    table: TableRef
    columns: tuple[str, ...]
    spots: tuple[Mention, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the result: one of the table or of one that it refers to, ``key``, ``value`` or a call."""

    name: str
    place: int
    role: str
    column: str = ""
    table: TableRef | None = None


def find_melt(brief: Brief, table: TableRef) -> Melt | None:
    """The one enumeration of two columns or more of one kind; None where there is none, or several."""
    for spelled in (True, False):
        spots = mentions(brief, table, spelled=spelled)
        runs = [run for run in _runs(brief, table, spots) if len({m.column for m in run}) >= _FEWEST]
        by_columns = {frozenset(m.column for m in run): run for run in reversed(runs)}
        if len(by_columns) == 1:
            ((columns, run),) = by_columns.items()
            ordered = tuple(dict.fromkeys(m.column for m in run))
            others = tuple(dict.fromkeys(m.column for m in spots if m.column not in columns))
            return Melt(table, ordered, tuple(run), others)
        if by_columns:
            return None
    return None


def _runs(brief: Brief, table: TableRef, spots: Sequence[Mention]) -> list[list[Mention]]:
    """Numbers or times of a table that stand in a row, with nothing but commas and *and* between them."""
    found: list[list[Mention]] = []
    keys = {
        column for ref in brief.said.tables for r in brief.said.relations.between(table, ref) for column in r.columns
    }
    keys |= set(brief.said.relations.key(table))
    for one in spots:
        kind = kind_of(brief, table, one.column)
        if kind not in ("time", "number") or one.column in keys:
            continue
        last = found[-1][-1] if found else None
        if last and kind_of(brief, table, last.column) == kind and _joins(brief, last.end, one.start):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _joins(brief: Brief, start: int, end: int) -> bool:
    tokens = brief.said.tokens[start:end]
    between = {token.lower for token in tokens if token.kind != "text"}
    labelled = {"for", "="} if any(token.kind == "text" for token in tokens) else set[str]()
    return between <= _JOINERS | {"the", "also", "then", "as", "well", "of"} | labelled and bool(between & _JOINERS)


def find_outputs(brief: Brief, melt: Melt) -> list[Output] | None:
    """The columns of the result with what they are; None where that is not clear."""
    listed = _listed(brief, melt)
    grouped = _grouped(brief, melt)
    calls = _named_calls(brief, melt)
    if 0 < len(listed) <= _FEWEST and not calls and not any(brief.links(name, [melt.table]) for name, _ in listed):
        listed = [*_kept(brief, melt), *listed]
    found = _roles(brief, melt, listed) if len(listed) > _FEWEST else None
    if calls and found is not None and not any(one.role in CALLS.values() for one in found):
        found = None
    if found is None and grouped and calls:
        found = _roles(brief, melt, [*grouped, *calls])
    if found is None and not calls:
        declared = _roles(brief, melt, _declared(brief, melt)) or []
        found = (
            sorted(declared, key=lambda one: ("column", "key").index(one.role) if one.role != "value" else 2) or None
        )
    return found


def _declared(brief: Brief, melt: Melt) -> list[tuple[str, int]]:
    """Other columns that are spelled out, and the two new names, where the prompt has no list of them."""
    known = {name.casefold() for table in brief.said.tables.values() for name in table.schema.names}
    found: dict[str, tuple[str, int]] = {name: (name, place) for name, place in _kept(brief, melt)}
    for place, token in enumerate(brief.said.tokens):
        if token.kind == "text" and token.text.startswith("`") and token.lower not in known:
            found.setdefault(token.lower, (token.lower, place))
        is_new = token.is_word and token.lower not in known and brief.said.table(place) is None
        if is_new and not brief.ledger.covers(place) and _is_named(brief, place):
            found.setdefault(token.text, (token.text, place))
    return list(found.values())


def _kept(brief: Brief, melt: Melt) -> list[tuple[str, int]]:
    """Other columns of the table that are spelled out."""
    inner = {place for m in melt.spots for place in range(m.start, m.end)}
    spots = [m for m in mentions(brief, melt.table, spelled=True) if m.start not in inner]
    return list({m.column: (m.column, m.start) for m in reversed(spots) if m.column not in melt.columns}.values())[::-1]


def _is_named(brief: Brief, place: int) -> bool:
    """True for what is spelled as names are, and for ``edge`` in *name column is edge*, ``what`` in *name in what*."""
    token = brief.said.tokens[place]
    if token.kind == "name" and "." not in token.text:
        return True
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else "."
    start, _ = brief.clause(place)
    before = brief.words[max(place - 4, start) : place]
    is_told = before[-1:] in (("is",), ("called",), ("named",)) and {"column", "key", "label"} & set(before)
    is_put = before[-1:] == ("in",) and {"name", "date", "value", "header"} & set(brief.words[start:place])
    is_column = before[-1:] in (("column",), ("field",)) and {"into", "in", "one", "a", "single"} & set(before)
    is_told = is_told or (
        behind == "(" and "column" in brief.lemmas[place + 2 : place + 7] and before[-1:] == ("into",)
    )
    return bool(is_told or is_put or is_column) and behind in (".", ",", ";", ")", "and", "(")


def _listed(brief: Brief, melt: Melt) -> list[tuple[str, int]]:
    """The longest list of names besides the columns that become rows."""
    inner = {place for m in melt.spots for place in range(m.start, m.end)}
    best: list[tuple[str, int]] = []
    for names in find_lists(brief.said):
        found: list[tuple[str, int]] = []
        for one in names:
            last = one.end - 1
            if one.place not in inner and one.name not in melt.columns:
                found.append((one.name, one.place))
            elif one.end > one.start and is_identifier(brief.said, last) and last not in inner:
                found = [(brief.said.tokens[last].text, last)]  # ``due_on as rows with invoice_id, event``
        best = found if len(found) > len(best) else best
    return best


def _roles(brief: Brief, melt: Melt, listed: Sequence[tuple[str, int]]) -> list[Output] | None:
    found = [_role(brief, melt, name, place) for name, place in listed]
    new = [i for i, one in enumerate(found) if one.role == "new"]
    is_grouped = any(one.role in {*CALLS.values(), "count"} for one in found)
    if len(new) != (1 if is_grouped else 2):
        return None
    if is_grouped:
        roles = ["key"]
    else:
        first, second = (_lean(brief, melt, *listed[i]) for i in new)
        roles = ["key", "value"] if first >= second else ["value", "key"]
        if first == second and first:
            return None
    for i, role in zip(new, roles, strict=True):
        found[i] = Output(found[i].name, found[i].place, role)
    return found


def _role(brief: Brief, melt: Melt, name: str, place: int) -> Output:
    words = name_words(name)
    links = brief.links(name, [melt.table])
    exact = [link for link in links if link.column.casefold() == name.casefold()]
    owner = None if exact else _elsewhere(brief, melt, name)
    if owner is not None:
        return Output(name, place, "column", name, owner)
    call = next(
        (CALLS[word] for word in name.lower().replace("-", "_").split("_") + sorted(words) if word in CALLS), ""
    )
    if exact:
        return Output(name, place, "column", exact[0].column)
    if call:
        return Output(name, place, call)
    if len(words & _COUNTS) and words <= _COUNTS | {"of", "value", "number"} and len(words) > 1:
        return Output(name, place, "count")
    if links and links[0].column not in melt.columns and not words & (_KEYS | _VALUES):
        return Output(name, place, "column", links[0].column)
    return Output(name, place, "new")


def _elsewhere(brief: Brief, melt: Melt, name: str) -> TableRef | None:
    """The one other table that the rows refer to and that has a column of just this name, the nearest of several."""
    found = [ref for ref in reachable(brief, melt.table)[1:] if name in brief.said.tables[ref].schema.names]
    near = [ref for ref in found if relation_to(brief, melt.table, ref) is not None]
    return found[0] if len(found) == 1 else near[0] if len(near) == 1 else None


def _lean(brief: Brief, melt: Melt, name: str, place: int) -> int:
    """Whether a new column holds the old column's name (above 0) or its value (below)."""
    words = name_words(name)
    score = 2 * bool(words & _KEYS) - 2 * bool(words & _VALUES)
    about = _definition(brief, name, place)
    score += 3 * bool(
        {"column", "label", "field", "name", "which", "header"} & about
        and about & {"name", "column", "label", "header", "which"}
    )
    score -= 2 * bool(
        {"value", "number", "date", "content", "moment", "amount", "figure", "itself"} & about and "column" not in about
    )
    tails = {words_of(column)[-1] for column in melt.columns}
    return score - bool(words & tails)


def _definition(brief: Brief, name: str, place: int) -> set[str]:
    """Lemmas of what follows the mentions of a new column, up to the next mark or joining word."""
    found: set[str] = set()
    for i, word in enumerate(brief.words):
        if word != name.casefold() and i != place:
            continue
        depth = 0
        for j in range(i + 1, min(i + 12, len(brief))):
            text = brief.said.tokens[j].text
            depth += (text == "(") - (text == ")")
            if depth < 0 or (depth == 0 and text in ",.;:)") or (depth == 0 and brief.words[j] == "and"):
                break
            found.add(brief.lemmas[j])
    return found


def _grouped(brief: Brief, melt: Melt) -> list[tuple[str, int]]:
    """``per depot_code and activity``, ``for each tech_id and measure``: the columns that make a group."""
    for place in brief.places(("per", "each", "every", "by")):
        found: list[tuple[str, int]] = []
        at = place + 1
        while at < len(brief) and len(found) < 4:  # noqa: PLR2004 (more are never grouped by)
            if brief.words[at] in ("each", "every", "the", ",", "and", "+", "/", "x", "combination", "pair", "of"):
                at += 1
                continue
            token = brief.said.tokens[at]
            if not token.is_word:
                break
            is_new = brief.words[at].casefold() in _new_names(brief, melt) or _is_unknown(brief, at)
            if not (brief.links(token.text, [melt.table]) or is_new or _elsewhere(brief, melt, token.text)):
                break
            found.append((token.text, at))
            at += 1
        free = [(name, at) for name, at in found if name not in brief.said.tables[melt.table].schema.names]
        new = [name for name, at in free if name.casefold() in _new_names(brief, melt) or _is_unknown(brief, at)]
        if len(found) >= _FEWEST and len(new) == 1:
            return found
    return []


def _is_unknown(brief: Brief, place: int) -> bool:
    """True for a word that is neither a column nor a table, and that is said in a parenthesis before."""
    token, words = brief.said.tokens[place], brief.words
    first = words.index(words[place])
    opened = [i for i in range(first) if words[i] == "("]
    is_inside = bool(opened) and ")" not in words[opened[-1] : first]
    is_free = not brief.said.links(place, 1) and brief.said.table(place) is None
    return token.kind in ("word", "name") and token.value is None and first < place and is_inside and is_free


def _new_names(brief: Brief, melt: Melt) -> set[str]:
    """Names that the prompt gives to columns: ``(measure = name of the column)``, ``columns metric and value``."""
    found: set[str] = set()
    for i, token in enumerate(brief.said.tokens):
        if not token.is_word or (
            brief.links(token.text, [melt.table]) and token.text in brief.said.tables[melt.table].schema.names
        ):
            continue
        behind = brief.words[i + 1] if i + 1 < len(brief) else ""
        before = brief.words[max(i - 3, 0) : i]
        if behind in ("=", "(", "holds", "holding", "with", "for", "contains") or set(before) & {
            "column",
            "columns",
            "called",
            "named",
            "as",
            "into",
        }:
            found.add(token.lower)
    return found | {one.name.casefold() for one in brief.listed}


def _named_calls(brief: Brief, melt: Melt) -> list[tuple[str, int]]:
    """Names such as ``mean_minutes`` that are no columns."""
    found: dict[str, int] = {}
    for i, token in enumerate(brief.said.tokens):
        parts = name_words(token.text)
        is_name = token.kind == "name" or (token.kind == "word" and not token.text[1:].islower())
        if (
            is_name
            and len(parts) > 1
            and parts & set(CALLS)
            and token.text not in brief.said.tables[melt.table].schema.names
        ):
            found.setdefault(token.text, i)
    return list(found.items())
