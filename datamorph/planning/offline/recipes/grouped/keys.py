"""What tells the rows of a grouped result apart: columns, parts of the calendar, names of people and things."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.lexicon.names import KEY_WORDS, LABELS
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.names import SYNONYM, words_of
from datamorph.planning.offline.recipes.grouped.joins import is_packed, made_day
from datamorph.planning.offline.recipes.grouped.kinds import unit_in
from datamorph.planning.offline.recipes.grouped.made import made_key
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term, column_term, only
from datamorph.planning.offline.recipes.listed import Listed

_MISSING = frozenset(
    """
    blank empty missing null nothing none no unknown unset absent without not nobody n't isn't aren't unassigned
    doesn't don't can't cannot lacks
    """.split()
)
_FIRST_DAY = frozenset({"first", "1st", "begin", "start", "beginning"})
_SHORT = 3
_LOWER = frozenset("lowercase lowercased lower-cased".split())
_UPPER = frozenset("uppercase capital capitals uppercased".split())
_TRIM = frozenset("trim trimmed trimming blanks surrounding whitespace spaces stripped".split())


@dataclass(frozen=True, slots=True)
class Key:
    """One column that makes groups.

    Attributes:
        term: what it holds.
        default: what stands where nothing is found or the column is empty; None where nothing is said.
        unit: of the calendar: ``month``; empty for others.
        owner: the table whose rows it names.
        span: of the words that define it, where it is no column.
        gaps: the column without a value of which a row must not count.
        drops: that is said without its name.
    """

    name: str
    term: Term
    default: str | None = None
    unit: str = ""
    owner: TableRef | None = None
    span: tuple[int, int] = (0, 0)
    gaps: Column | None = None
    drops: bool = False


def key_of(scene: Scene, one: Listed, preferred: Collection[TableRef]) -> Key | None:
    """A key by its name as a column, or by what is said about it; None where that is not clear."""
    made = made_key(scene, one)
    if made is not None:
        return Key(one.name, made.term, gaps=made.gaps, span=made.span, drops=made.drops)
    own = _own_column(scene, one, preferred)
    default = default_of(scene, one)
    person = _person(scene, one)
    if own is None and person is not None:
        return Key(one.name, _full_name(*person), default, owner=person[0])
    column = own or _label(scene, one) or _told_column(scene, one) or _label_beside(scene, one)
    if column is None:
        return None
    unit = "day" if scene.type_of(*column) == "date" else ""
    return Key(one.name, _spelled(scene, one, column), default, unit, column[0])


def _label_beside(scene: Scene, one: Listed) -> Column | None:
    """``mcc, its name``: what names the things that another listed column is the key of."""
    if words_of(one.name)[-1:] != words_of(one.name) or one.name.casefold() not in LABELS:
        return None
    names = {other.name.casefold() for other in scene.outputs if other is not one}
    tables = [
        ref for ref in scene.tables
        if {column.casefold() for column in scene.brief.said.relations.key(ref)} <= names
        and scene.brief.said.relations.key(ref)
    ]  # fmt: skip
    return label_of(scene, tables[0]) if len(tables) == 1 else None


def _own_column(scene: Scene, one: Listed, preferred: Collection[TableRef]) -> Column | None:
    """The column of that name, of the table that is preferred where several have it."""
    owners = [
        (ref, name) for ref in scene.tables for name in scene.columns(ref) if name.casefold() == one.name.casefold()
    ]
    told = [ref for start, end in scene.zones(one) if (ref := scene.table_at(start, end)) is not None]
    for wanted in (told, list(preferred), [ref for ref, _ in owners]):
        found = [owner for owner in owners if owner[0] in wanted]
        if found:
            keys = [owner for owner in found if scene.brief.said.relations.key(owner[0]) == (owner[1],)]
            return (keys or found)[0] if len(keys or found) == 1 else None
    said = scene.said_column(one) if _label(scene, one) is None else None
    return said or _nearest(scene, one, preferred)


def _nearest(scene: Scene, one: Listed, preferred: Collection[TableRef]) -> Column | None:
    """The column of that name in the one table that is fewest joins away."""
    start = next(iter(preferred), None)
    found: list[tuple[int, Column]] = []
    for ref in scene.brief.said.tables:
        names = [name for name in scene.columns(ref) if name.casefold() == one.name.casefold()]
        path = scene.brief.said.relations.path(start, ref) if names and start is not None else ()
        found += [(len(path), (ref, names[0]))] if path else []
    best = [column for hops, column in found if hops == min(hops for hops, _ in found)]
    return best[0] if len(best) == 1 else None


def _label(scene: Scene, one: Listed) -> Column | None:
    """The name column of the table that the listed column is called like: ``depot`` is ``dpt_nm`` of depots."""
    words = words_of(one.name)
    stem = words[:-1] if words[-1] in LABELS and len(words) > 1 else words
    tables = [ref for ref in scene.brief.said.tables if ref.domain in {t.domain for t in scene.tables}]
    links = [x for x in scene.brief.said.names.links(stem) if not x.column and x.table in tables]
    owners = list(dict.fromkeys(x.table for x in links if x.score >= SYNONYM * SYNONYM))
    if len(owners) != 1:
        return None
    return label_of(scene, owners[0])


def label_of(scene: Scene, table: TableRef) -> Column | None:
    """The column that names the rows of a table for people; None where there is none, or several."""
    own = scene.brief.said.names.column_words
    for label in LABELS:
        found = [n for n in scene.columns(table) if own[table, n][-1] == label]
        if len(found) == 1 and not {"first", "last", "given", "family"} & set(own[table, found[0]]):
            return table, found[0]
    return None


def _told_column(scene: Scene, one: Listed) -> Column | None:
    """The one column that is said to be it: ``category (use cat_nm)``."""
    for start, end in scene.zones(one):
        spots = scene.spots_in(start, end)
        spots = [s for s in spots if not scene.is_kind(s, "time")] or spots
        columns = [only(scene, spot) for spot in spots]
        leads = len(columns) == 1 or (columns and scene.brief.words[start : spots[0].start] in (("is",), ("=",)))
        if leads and columns[0] is not None:
            return columns[0]
    return None


def _spelled(scene: Scene, one: Listed, column: Column) -> Term:
    """The column with blanks and case put right, where that is said about it."""
    said = _said_about(scene, one, column)
    if not scene.type_of(*column) == "string":
        return column_term(column)
    before, behind = "", ""
    if said & _LOWER or said & _UPPER:
        before, behind = ("lower(" if said & _LOWER else "upper(") + before, behind + ")"
    if said & _TRIM:
        before, behind = before + "trim(", ")" + behind
    return Term((before, column, behind)) if before else column_term(column)


def _said_about(scene: Scene, one: Listed, column: Column) -> frozenset[str]:
    """Words in what is said about a listed column, and in parentheses behind other mentions of the column."""
    runs = list(scene.zones(one))
    for spot in scene.spots:
        behind = scene.brief.said.tokens[spot.end].text if spot.end < len(scene.brief) else ""
        if column in spot.choices and behind == "(":
            end = next((i for i in range(spot.end, len(scene.brief)) if scene.brief.said.tokens[i].text == ")"), 0)
            runs.append((spot.end, end))
    places = [i for i, w in enumerate(scene.brief.words) if w == column[1].casefold() and i != one.place]
    for start, end in {scene.sentence(i) for i in places}:
        texts = {choice for spot in scene.spots_in(start, end, "text") for choice in spot.choices}
        runs += [(start, end)] if texts <= {column} and not any(scene.is_output(i) for i in range(start, end)) else []
    for place in places:
        behind = scene.brief.said.tokens[place + 1].text if place + 1 < len(scene.brief) else ""
        if behind == "(":
            end = next((i for i in range(place, len(scene.brief)) if scene.brief.said.tokens[i].text == ")"), place)
            runs.append((place, end))
    runs += _spelling_runs(scene, column, {one.name.casefold(), column[1].casefold(), *words_of(one.name)})
    return frozenset(word for start, end in runs for word in scene.said_in(start, end))


def _spelling_runs(scene: Scene, column: Column, names: Collection[str]) -> list[tuple[int, int]]:
    """Sentences about how a column is spelled: *the platform has different capitals, so fold it to lower case*."""
    found: list[tuple[int, int]] = []
    for place in scene.brief.places(_LOWER | _UPPER | _TRIM):
        start, end = scene.sentence(place)
        spots = {choice for s in scene.spots_in(start, end, "text") for choice in s.choices}
        if set(names) & scene.said_in(start, end) and spots <= {column}:
            found.append((start, end))
            scene.brief.explain(start, end, f"how {column[1]} is spelled")
    return found


def _person(scene: Scene, one: Listed) -> tuple[TableRef, str, str] | None:
    """The table whose rows are persons, with their two names, where a full name is asked for."""
    runs = [*scene.zones(one), *(scene.sentence(i) for i in range(len(scene.brief)) if _says_full(scene, i))]
    for start, end in runs:
        said = scene.said_in(start, end)
        if not said & {"full", "first", "given", "firstname", "fname"} or "name" not in said:
            continue
        for table in _owners(scene, one):
            names = first_and_last(scene, table)
            if names is not None:
                return (table, *names)
    return None


def _says_full(scene: Scene, place: int) -> bool:
    return scene.brief.words[place] == "full" and "name" in scene.brief.lemmas[place : place + 3]


def _owners(scene: Scene, one: Listed) -> list[TableRef]:
    """Tables of persons that a listed column may name: the one it is called like, else the one that is named."""
    called = scene.has_table(words_of(one.name)[0])
    found = [ref for ref in scene.tables if first_and_last(scene, ref) is not None]
    return [called] if called is not None and called in found else found if len(found) == 1 else []


def first_and_last(scene: Scene, table: TableRef) -> tuple[str, str] | None:
    """The columns of the given and of the family name."""
    own = scene.brief.said.names.column_words
    first = [n for n in scene.columns(table) if own[table, n] in (("first", "name"), ("given", "name"), ("forename",))]
    last = [n for n in scene.columns(table) if own[table, n] in (("last", "name"), ("family", "name"), ("surname",))]
    return (first[0], last[0]) if len(first) == len(last) == 1 else None


def _full_name(table: TableRef, first: str, last: str) -> Term:
    return Term(("concat(", (table, first), ", ' ', ", (table, last), ")"))


def default_of(scene: Scene, one: Listed) -> str | None:
    """The quoted text that stands where the column has no value: ``'n/a' where there is no region``."""
    for place, token in enumerate(scene.brief.said.tokens):
        if token.kind == "text" and token.lower and one in _defaulted(scene, place):
            return token.lower
    return None


def explain_default(scene: Scene, key: Key) -> None:
    """``some wards are not in the list``: what the text that stands in for them says."""
    for place, token in enumerate(scene.brief.said.tokens):
        if token.kind == "text" and token.lower == key.default:
            for i in scene.brief.places(_MISSING | {"some"}, *scene.sentence(place)):
                scene.brief.explain(i, i + 1, f"what stands in for {key.name}")


def _defaulted(scene: Scene, place: int) -> list[Listed]:
    """The listed columns for which a quoted text stands where they have no value; no keys beside what they lead to."""
    start, end = scene.sentence(place)
    is_near = bool(scene.said_in(max(start, place - 6), min(end, place + 10)) & _MISSING)
    is_aside = bool(scene.said_in(start, end) & _MISSING) and not scene.brief.said.value(place)[1]
    if not is_near and not is_aside:
        return []
    held = [one for one in scene.outputs if one.start <= place < one.end]
    held = held or [one for one in scene.outputs if any(first <= place < last for first, last in scene.zones(one))]
    if held:
        return held
    about = scene.said_in(start, end)
    named = [one for one in scene.outputs if {*words_of(one.name), one.name.casefold()} & about]
    return [one for one in named if words_of(one.name)[-1] not in KEY_WORDS] or named


def calendar_key(scene: Scene, one: Listed, others: Collection[str]) -> Key | None:
    """A part of a date: which unit its name says, of the date that is named."""
    unit = unit_in(one.name)
    unit = "day" if unit == "date" else unit
    made = next((term for table in scene.tables if (term := made_day(scene, table))), None)
    column = _date(scene, one) if made is None or (unit != "day" and not is_packed(made)) else None
    date = column_term(column) if column is not None else made
    return _period(scene, one, date, unit, {words_of(other)[-1] for other in others}) if date is not None else None


def _period(scene: Scene, one: Listed, date: Term, unit: str, siblings: Collection[str]) -> Key | None:
    if unit == "year":
        return Key(one.name, _of(date, "year({})"), unit=unit)
    if unit == "quarter" and "year" in siblings:
        return Key(one.name, _of(date, "quarter({})"), unit=unit)
    if unit == "day":
        return Key(one.name, _of(date, "cast({} as date)") if len(date.pieces) == 1 else date, unit=unit)
    if unit == "month":
        return _month(scene, one, date, siblings)
    if unit == "week":
        return Key(one.name, _of(date, "cast(date_trunc('week', {}) as date)"), unit=unit)
    return None


def _of(date: Term, pattern: str) -> Term:
    """A part of a date."""
    before, behind = pattern.split("{}")
    return Term((before, *date.pieces, behind))


def _month(scene: Scene, one: Listed, date: Term, siblings: Collection[str]) -> Key | None:
    """A month as text, as its first day, or beside a year as a number."""
    said = frozenset(scene.brief.words)
    if (
        words_of(one.name)[-1] == "ym"
        or {"yyyy", "mm"} <= said
        or re.search(r"\b(19|20)\d\d-(0[1-9]|1[0-2])\b(?!-)", scene.brief.said.prompt)
    ):
        return Key(one.name, _of(date, "date_format({}, 'yyyy-MM')"), unit="month")
    if "year" in siblings or _counts_months(scene, one):
        return Key(one.name, _of(date, "month({})"), unit="month")
    if not said & _FIRST_DAY:
        scene.brief.work.dialog.assume(f"{one.name} is the first day of the month")
    return Key(one.name, _of(date, "cast(date_trunc('month', {}) as date)"), unit="month")


def _counts_months(scene: Scene, one: Listed) -> bool:
    """``month (1-12)``."""
    runs = scene.zones(one) + [(i + 1, i + 6) for i in scene.brief.places(("month",))]
    values = [{scene.brief.said.tokens[i].value for i in scene.brief.numbers(*run)} for run in runs]
    spots = [i for run, held in zip(runs, values, strict=True) if held >= {1, 12} for i in scene.brief.numbers(*run)]
    for place in spots:
        scene.brief.explain(place, place + 1, "number of the month")
    return bool(spots)


def _date(scene: Scene, one: Listed) -> Column | None:
    """The date that a period is of: the one in what is said about it, near its unit, or the only one."""
    last = unit_in(one.name)
    unit = {"date", "day"} if last in ("date", "day") else {last}
    units = [i for i in range(len(scene.brief)) if scene.brief.lemmas[i] in unit and i != one.place]
    near = [(place, min(place + 7, scene.sentence(place)[1])) for place in units]
    prefix = [
        (ref, name) for ref in scene.tables for name in scene.columns(ref)
        if is_time(scene.type_of(ref, name)) and set(words_of(name)[:-1]) & set(words_of(one.name)[:-1])
    ]  # fmt: skip
    for start, end in [*scene.zones(one), *near, (0, len(scene.brief))]:
        spots = scene.spots_in(start, end, "time")
        columns = {only(scene, spot) for spot in spots}
        if len(columns) > 1:
            columns &= set(prefix)
        if len(columns) == 1 and None not in columns:
            return next(iter(columns))
    return _silent_date(scene, prefix)


def _silent_date(scene: Scene, prefix: Collection[Column]) -> Column | None:
    """The date that nobody names: the one that is called alike, or the only one of the tables."""
    if len(prefix) == 1:
        return next(iter(prefix))
    loose = [(ref, name) for ref in scene.tables for name in scene.columns(ref) if is_time(scene.type_of(ref, name))]
    said = {root(word) for word in scene.brief.words if len(word) > _SHORT}
    worded = [c for c in loose if {root(word) for word in set(words_of(c[1])) - OF_DATES} & said]
    found = loose if len(loose) == 1 else worded
    return found[0] if len(found) == 1 else None
