"""Finders that recipes share which change the shape of a table: mentions of columns, spelled names, values in cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import OWN, SYNONYM, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.slots import NEGATIVE, Condition, around, ordering, value_conditions
from datamorph.planning.offline.relations import Relation

SHAPING = frozenset(
    """
    into onto once whenever soon where each up down out mean means meaning called holding hold holds contain contains
    containing put placed place goes whether one two three four five six seven eight nine ten both within between
    wide long wider longer shape reshape reshaped transform transformed convert converted change changed group grouped
    grouping count counts counted counting number numbers numbered first second third last name names named original
    e.g i.e source old new stays stay kept keep keeps still per across along by every single distinct different unique
    considered treat treated regard = once
    """.split()
)
"""Words of talk about the shape of a table, besides what a recipe adds."""

_LONGEST = 3
_STEM = 5
_AROUND = 5
_ABOUT_ROWS = frozenset("altogether completely entirely count counted only just are is do of whose with status".split())
_ALL = frozenset("any all whatever whichever regardless irrespective".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A column that stands in the prompt."""

    start: int
    end: int
    column: str


def kind_of(brief: Brief, table: TableRef, column: str) -> str:
    """``time``, ``number`` or the type itself."""
    held = brief.said.tables[table].schema.get(column)
    if held is None:
        return ""
    return "time" if is_time(held.type) else "number" if is_number(held.type) else held.type


def has_nulls(brief: Brief, table: TableRef, column: str) -> bool:
    """True where a column is known to have rows without a value."""
    profile = brief.said.tables[table].profile.columns.get(column)
    return profile is None or bool(profile.nulls)


def mentions(brief: Brief, table: TableRef, *, spelled: bool = False) -> list[Mention]:
    """Columns of a table that the prompt names, in order: as they are spelled, else in words."""
    found: list[Mention] = []
    place = 0
    while place < len(brief):
        one = _spelled(brief, table, place) or (None if spelled else _worded(brief, table, place))
        found += [one] if one else []
        place = one.end if one else place + 1
    return found


def _spelled(brief: Brief, table: TableRef, place: int) -> Mention | None:
    token = brief.said.tokens[place]
    said = token.text.strip("`'\"").rpartition(".")[2].casefold()
    if not (token.is_word or token.kind == "text"):
        return None
    names = [name for name in brief.said.tables[table].schema.names if name.casefold() == said]
    return Mention(place, place + 1, names[0]) if len(names) == 1 else None


def _worded(brief: Brief, table: TableRef, place: int) -> Mention | None:
    for length in range(_LONGEST, 0, -1):
        links = [link for link in brief.said.links(place, length) if link.table == table and link.column]
        best = [link for link in links if link.score >= SYNONYM * OWN and link.score == links[0].score]
        if len({link.column for link in best}) == 1:
            return Mention(place, place + length, best[0].column)
    return None


def is_spelled(brief: Brief, place: int) -> bool:
    """True for a word that is written as names of columns are, or that stands in the list of columns."""
    return is_identifier(brief.said, place) or any(one.place == place for one in brief.listed)


def stems(words: Iterable[str]) -> set[str]:
    """Words without their endings, to compare *booked* and *booking* with ``book_dt``."""
    return {root(word) for word in words}


def times_of(brief: Brief, table: TableRef) -> list[str]:
    """Dates and moments of a table."""
    return [column.name for column in brief.said.tables[table].schema if is_time(column.type)]


def time_of(brief: Brief, table: TableRef) -> str:
    """The date of a table that the prompt speaks of; empty where several are as likely."""
    times = times_of(brief, table)
    spelled = list(dict.fromkeys(m.column for m in mentions(brief, table, spelled=True) if m.column in times))
    if spelled or len(times) < 2:  # noqa: PLR2004 (one is no choice)
        return spelled[0] if len(spelled) == 1 else "" if spelled else (times or [""])[0]
    said = stems(brief.lemmas)
    said |= {word[:_STEM] for word in said if len(word) >= _STEM}
    generic = stems(("date", "time", "at", "on", "day", "timestamp", "moment"))
    own = {name: stems(words_of(name)) - generic for name in times}
    own = {name: words | {"".join(words_of(name))[:_STEM]} for name, words in own.items()}
    scores = {name: len(words & said) for name, words in own.items()}
    best = [name for name, score in scores.items() if score and score == max(scores.values())]
    return best[0] if len(best) == 1 else ""


def relation_to(brief: Brief, table: TableRef, target: TableRef) -> Relation | None:
    """The one way in which rows of a table refer to another one by one column."""
    found = [one for one in brief.said.relations.between(table, target) if len(one.columns) == 1]
    return found[0] if len(found) == 1 else None


def takes_all(brief: Brief) -> bool:
    """True for *whatever the status*, *all states*: no condition is meant."""
    return bool(brief.places(_ALL))


def name_words(name: str) -> set[str]:
    """The words of a name of the result, as written and in full."""
    plain = {part for part in name.lower().replace("-", "_").split("_") if part}
    return plain | set(words_of(name))


def keep_rows(
    brief: Brief,
    flow: Flow,
    table: TableRef,
    besides: Collection[str] = (),
    *,
    others: Collection[TableRef] = (),
    texts: bool = True,
) -> None:
    """Keep the rows of a table that has just been started with the values that the prompt names.

    Args:
        besides: columns whose values are named for another reason.
        others: tables that its rows refer to, whose values count too.
        texts: values in quotes count.
    """
    for condition in value_conditions(brief, [table, *others]):
        if condition.column in besides or (not texts and brief.said.tokens[condition.start].kind == "text"):
            continue
        if brief.said.tokens[condition.start].kind != "text" and brief.said.table(condition.start) is not None:
            continue  # a trainer, and not a job of that name
        if not condition.is_negative and _is_deed(brief, table, condition):
            raise Refused("unreadable", f"{condition.values[0]} may be a value or a deed", hint="name the column")
        is_own = condition.table == table
        flow.filter(
            condition.sql(quote(condition.column) if is_own else flow.column(condition.table, condition.column))
        )
        start, end = around(brief, condition.start)
        brief.explain(condition.start, condition.end, "filter")
        for place in range(max(start, condition.start - _AROUND), min(end, condition.end + 2 * _AROUND)):
            if brief.words[place] in NEGATIVE | _ABOUT_ROWS:
                brief.explain(place, place + 1, "filter")


def _is_deed(brief: Brief, table: TableRef, condition: Condition) -> bool:
    """True for ``booked in that year``, which speaks of a date of the table and not of a status."""
    if brief.said.tokens[condition.start].kind == "text" or condition.column.casefold() in brief.words:
        return False
    behind = brief.words[condition.end : condition.end + 1]
    is_noun = brief.said.table(condition.end) is not None if condition.end < len(brief) else False
    dates = {word for name in times_of(brief, table) for word in words_of(name)} - {"date", "time", "on", "at"}
    is_dated = bool(stems(condition.values[0].lower().split()) & stems(dates))
    return not is_noun and (is_dated or behind in (("in",), ("on",), ("at",), ("by",), ("during",), ("that",)))


def explain_words(brief: Brief, words: Collection[str], meaning: str) -> None:
    """Give every mention of some words, whatever their endings, a meaning."""
    wanted = stems(words)
    for place, token in enumerate(brief.said.tokens):
        if token.is_word and (token.lemma in words or stems((token.lower, token.lemma)) & wanted):
            brief.explain(place, place + 1, meaning)


_SORTS = ("sort", "sorted", "sorting", "ordering", "alphabetically", "alphabetical", "chronologically")


def said_order(brief: Brief, numeric: Collection[str] = ()) -> list[str]:
    """The order of the result where the prompt speaks of sorting: ``name desc`` and ``name``."""
    sorts = brief.has(*_SORTS) or any(brief.phrase(word, "by") is not None for word in ("order", "ordered"))
    return ordering(brief, brief.listed, numeric) if sorts else []


def sort_as_said(brief: Brief, flow: Flow, numeric: Collection[str] = ()) -> None:
    """Order the result where the prompt says so."""
    order = said_order(brief, numeric)
    if order:
        flow.sort(order)


def sql_text(value: str) -> str:
    """As a constant of SQL."""
    return "'" + value.replace("'", "''") + "'"


def reachable(brief: Brief, root: TableRef) -> list[TableRef]:
    """The table and those that its rows refer to."""
    others = [t for t in brief.said.tables if t != root and t.domain == root.domain]
    return [root, *(t for t in others if brief.said.relations.paths(root, t))]


def owner_of(brief: Brief, name: str, tables: Collection[TableRef]) -> tuple[TableRef, str] | None:
    """The one column of some tables that a name means; the first of them wins over the others."""
    for table in tables:
        links = brief.links(name, [table])
        if links and (len(links) == 1 or links[0].score > links[1].score):
            return table, links[0].column
    return None


def aliases(brief: Brief, column: str) -> set[str]:
    """What a prompt calls a column by the way: ``town`` in *per town (twn of the customer)*."""
    tokens = brief.said.tokens
    spots = [i for i in range(2, len(tokens)) if tokens[i].text == column and tokens[i - 1].text == "("]
    return {brief.lemmas[i - 2] for i in spots if tokens[i - 2].kind == "word"}


def explain_used(brief: Brief, columns: Iterable[str], meaning: str) -> None:
    """Close words that begin like those of columns that the plan uses: ``ordered`` for ``qty_ord``, and aliases."""
    names = list(columns)
    begun = {word for name in names for word in words_of(name) if len(word) >= _LONGEST}
    called = {word for name in names for word in aliases(brief, name)}
    for place, token in enumerate(brief.said.tokens):
        is_begun = any(token.lower.startswith(word) for word in begun) and not brief.said.value(place)[0]
        if token.kind == "word" and (is_begun or token.lemma in called) and token.lower not in NEVER_GLUE:
            brief.explain(place, place + 1, meaning)
