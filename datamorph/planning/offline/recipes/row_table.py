"""One row per row of a table, with the columns that a prompt lists: as they are, or made out of others of the row."""

from __future__ import annotations

import re
from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.clocks import clock
from datamorph.planning.offline.recipes.defaults import defaults
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.formulas import formula, in_units
from datamorph.planning.offline.recipes.keep_rows import says_all_columns
from datamorph.planning.offline.recipes.lateness import days_over, late
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.looked_up import is_elsewhere, looked_up
from datamorph.planning.offline.recipes.mentions import Mention, clauses, columns_behind
from datamorph.planning.offline.recipes.nested import WORDS, amount, entry_count, place_of_element, product
from datamorph.planning.offline.recipes.numbering import gap, sequence
from datamorph.planning.offline.recipes.passing import explain_plain
from datamorph.planning.offline.recipes.people import explain_staying, full_name, superior
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.repeats import explain_once, is_of_one, stands_once
from datamorph.planning.offline.recipes.row_filters import filter_rows
from datamorph.planning.offline.recipes.sheet import Kind, Output, Sheet
from datamorph.planning.offline.recipes.texts import cleaned

_KINDS: tuple[Kind, ...] = (
    clock, late, days_over, superior, full_name, formula, product, amount, place_of_element, entry_count, gap, sequence,
    in_units, looked_up,
)  # fmt: skip
_CALLED = frozenset("that's that is i.e called named as from the column comes rename renamed".split())
_INSIDE = frozenset(
    """
    sits sit inside nested within under in from of lives live part member belongs object struct attribute field stored
    found comes below key
    """.split()
)
_PER = frozenset({"per", "each", "every"})
_OF_PER = frozenset("distinct unique different combination of pair the single".split())
_ANY = frozenset({"whatever", "regardless", "irrespective", "whichever", "no matter"})
_FAR = 6
_AGGREGATED = frozenset(
    "average mean total sum count number maximum minimum share percent rate ratio median cumulative".split()
)
_READERS = frozenset(
    """
    team department dept desk crew office people folks guys colleagues group meeting review audit board mailing campaign
    dashboard committee unit chain firm business school hospital agency
    """.split()
)


def _fits(brief: Brief) -> bool:
    is_in_order = any(brief.words[start] == "by" for start, _ in clauses(brief) if start)
    return bool(brief.listed) and not (says_all_columns(brief) or brief.picks_best or is_in_order)


def _cook(brief: Brief) -> Flow | None:
    table = _table_of(brief)
    if table is None:
        return None
    flow = Flow(brief.work)
    flow.start(table)
    sheet = Sheet(brief, table, flow)
    if any(_is_condition(sheet, one) or _names_more(brief, one) for one in brief.listed):
        return None
    explain_staying(sheet)
    filter_rows(sheet, [sheet.own(one.name) for one in brief.listed if sheet.own(one.name)])
    columns = _columns(sheet)
    if columns is None:
        return None
    is_once = stands_once(brief)
    is_numbered = any(step.step.kind == "window" for step in flow.frames.steps)
    if (is_once and (is_of_one(sheet) or is_numbered)) or not (is_once or is_numbered or _has_rows(sheet)):
        return None
    _show(sheet, columns, is_once=is_once)
    _explain_marks(brief)
    if _forgets(sheet):
        return None
    return flow


def _names_more(brief: Brief, listed: Listed) -> bool:
    """True for *trade and the name of the boss*: the list goes on with what has no name of its own."""
    words = brief.words[listed.start : listed.end]
    return words[:2] in (("and", "the"), ("and", "their"), ("and", "a"), ("plus", "the"), ("and", "its"))


def _has_rows(sheet: Sheet) -> bool:
    """False for *one row per name* where the name does not tell the rows of the table apart."""
    brief = sheet.brief
    key = set(brief.said.relations.key(sheet.table))
    for place in brief.places(_PER):
        start = place + 1
        while start < len(brief) and brief.words[start] in _OF_PER:
            start += 1
        said = columns_behind(brief, sheet.table, start)
        if said and not (key and key <= set(said)) and not _names_rows(sheet, start):
            return False
    return True


def _names_rows(sheet: Sheet, place: int) -> bool:
    """True for *per animal* in the table of animals."""
    found = sheet.brief.said.table(place)
    return found is not None


def _is_condition(sheet: Sheet, listed: Listed) -> bool:
    """True for *svc EXP*: a column with one of its values."""
    length, links = sheet.brief.said.value(listed.start) if listed.start < listed.end else (0, ())
    return bool(length) and any((link.table, link.column) == (sheet.table, sheet.own(listed.name)) for link in links)


def _table_of(brief: Brief) -> TableRef | None:
    """The one table that has most of the listed columns and of those that the prompt spells out."""
    spelled = {token.text for token in brief.said.tokens if token.is_word}
    ranks: dict[TableRef, tuple[int, int]] = {}
    for table in brief.mentioned:
        names = brief.said.tables[table].schema.names
        owner = brief.work.frames.owner_of(table)
        folded = {name.casefold() for name in (*names, *(brief.said.tables[owner].schema.names if owner else ()))}
        owned = sum(one.name.casefold() in folded for one in brief.listed)
        ranks[table] = (owned, len(spelled & set(names)))
    best = [table for table, rank in ranks.items() if rank == max(ranks.values())]
    if len(best) != 1:
        named = [table for _, table in brief.tables_at()]
        best = [table for table in best if table in named[:1]]
    return best[0] if len(best) == 1 else None


def _columns(sheet: Sheet) -> dict[str, str] | None:
    """The SQL of each listed column."""
    outputs = [Output(sheet, one) for one in sheet.brief.listed]
    made = {output.name: sql for output in outputs if (sql := _made(output)) is not None}
    texts = cleaned(sheet, [output for output in outputs if output.name not in made])
    fallbacks = defaults(sheet)
    if fallbacks is None or texts is None:
        return None
    found: dict[str, str] = {}
    for output in outputs:
        column = "" if output.name in made else output.own if output.name in texts else _plain(output)
        sql = made.get(output.name) or texts.get(output.name) or (sheet.sql(column) if column else "")
        if not sql:
            return None
        found[output.name] = f"coalesce({sql}, {fallbacks.pop(column)})" if column in fallbacks else sql
        if sql != _own_sql(output):
            _explain_told(output)
    return found if not fallbacks else None


def _own_sql(output: Output) -> str:
    """The column of the table that has the very name of an output, as it is."""
    return output.sheet.sql(output.own) if output.own else ""


def _explain_told(output: Output) -> None:
    """What tells of a column that is made can only tell more of it where it is plain."""
    for start, end in output.runs:
        explain_plain(output.sheet.brief, start, end, f"what {output.name} is")


def _made(output: Output) -> str | None:
    """What the first kind that it is makes of it."""
    return next((sql for kind in _KINDS if (sql := kind(output)) is not None), None)


def _plain(output: Output) -> str:
    """The column of the table that it is; empty where that is not clear."""
    if output.own:
        output.take(_INSIDE, "which column it is")
        return output.own
    if _AGGREGATED & set(words_of(output.name)) or is_elsewhere(output):
        return ""
    sheet = output.sheet
    start, end = output.runs[0]
    described = replace(output.listed, start=start, end=end)
    told = [one.column for one in sheet.mentions if described.start <= one.start < described.end]
    named = [one for one in dict.fromkeys(told) if not sheet.type_of(one).startswith("struct")]
    if len(named) == 1 and end - start <= 6 and _is_told(sheet, start):  # noqa: PLR2004 (a few words: which it is)
        output.take(_CALLED | _INSIDE, "which column it is")
        return named[0]
    links = sheet.brief.links(output.name, [sheet.table])
    best = [one.column for one in links if one.score == links[0].score]
    return best[0] if len(best) == 1 and not named else ""


def _is_told(sheet: Sheet, start: int) -> bool:
    """False for *stay_no for done jobs*: what follows a name tells which rows there are."""
    return sheet.brief.words[start] not in ("for", "per", "where", "with", "and", "plus")


def _show(sheet: Sheet, columns: dict[str, str], *, is_once: bool) -> None:
    flow = sheet.flow
    here = {quote(name): name for name in flow.names}
    derived = {name: sql for name, sql in columns.items() if sql not in here}
    if derived:
        flow.derive(derived)
    shown = {name: here.get(sql, name) for name, sql in columns.items()}
    key = sheet.brief.said.relations.key(sheet.table)
    names = [sheet.name(one) for one in key]
    sheet.brief.work.key = tuple(names) if not is_once and not set(names) & set(derived) else ()
    flow.show([name if name == old else {name: old} for name, old in shown.items()])
    if is_once:
        explain_once(sheet.brief)
        flow.add("dedupe", "distinct_rows")


def _forgets(sheet: Sheet) -> bool:
    """True where a column is spelled out that the plan does without."""
    steps = " ".join(str(step.step.model_dump()) for step in sheet.flow.frames.steps)
    spelled = [one for one in sheet.mentions if one.is_spelled and not _is_aside(sheet, one)]
    return not all(re.search(rf"\b{re.escape(one.column)}\b", steps) for one in spelled)


def _is_aside(sheet: Sheet, one: Mention) -> bool:
    """True for the name of the table, and for *whatever their state*."""
    start = max(sheet.brief.clause(one.start)[0], one.start - _FAR)
    if _ANY & set(sheet.brief.words[start : one.start]):
        return True
    found = sheet.brief.said.table(one.start)
    return found is not None and found[1] == sheet.table


def _explain_marks(brief: Brief) -> None:
    """Marks that hold a list together, and for whom it is: *for the repair team*."""
    names = {one.name.casefold() for one in brief.listed}
    for place, token in enumerate(brief.said.tokens):
        if token.text == "=" and place and brief.words[place - 1] in names:
            brief.explain(place, place + 1, "is")
        if token.text in ("+", "&") and any(one.start - 1 <= place <= one.end for one in brief.listed):
            brief.explain(place, place + 1, "and")
        if brief.words[place] in _READERS and brief.said.table(place) is None:
            start = next((i for i in range(place, max(place - 4, 0), -1) if brief.words[i] in ("for", "from")), place)
            brief.explain(start, place + 1, "for whom it is")


ROWS = Recipe(
    "rows of a table",
    _fits,
    _cook,
    words=WORDS
    | frozenset(
        """
        export extract dump feed file version sheet take pull whatever state break broken down individual separate
        split by staff account crm erp system push pushed org organisation organization chart roster directory
        sla rolling come up turn form format readable struct could result-set
        history register log extract attached mine ours statement
        """.split()
    ),
)
