"""Groups without a measure: ``orders per month`` asks how many there are."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.rows import condition_tables
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Aggregate, Noun, SortKey
from datamorph.planning.offline.names import EXACT, Link
from datamorph.planning.offline.tokens import singular

_RATE = "per"


def count_subjects(work: Work) -> None:
    """Count the rows that stand before ``per``; where something else may be asked of each group, a person says.

    Raises:
        Refused: it is not said what of each group is asked for.
    """
    draft = work.draft
    is_bare = bool(draft.groups) and not any(item.is_subject for item in draft.groups)
    keyed = {key.text.lower() for item in draft.groups if isinstance(key := item.expression, Noun)}
    keyed |= {
        link.column.lower() for i in draft.groups if isinstance(i.expression, Noun) for link in i.expression.links
    }
    computed = [item for item in draft.computed if item.name.lower() not in keyed]
    is_more = draft.measures or draft.windows or computed or draft.top or draft.dedupe
    if not is_bare or is_more or draft.is_distinct or draft.is_pivot or draft.union or not draft.grouped_by:
        return
    keys = [key for item in draft.groups if isinstance(key := item.expression, Noun)]
    grouped = {work.scope.entity(key) for key in keys if work.scope.is_table(key)}
    is_entity = len(keys) == len(draft.groups) == len(grouped)
    if draft.outputs and not all(output.noun.text.lower() in keyed for output in draft.outputs):
        _settle_listed(work, grouped)
        return
    said = [*draft.tables, *draft.subjects, *(_noun(work, table) for table in condition_tables(work))]
    found = [noun for noun in said if work.scope.is_table(noun) and work.scope.entity(noun) not in grouped]
    what = " and ".join(item.text for item in draft.groups)
    if draft.grouped_by != _RATE:
        subject = found[0] if found else None
        _ask(work, subject, what, f"the {subject.text} themselves" if is_entity and subject else f"every {what} once")
        return
    if not found and is_entity:
        return
    if not found:
        raise Refused("impossible", f"it is not said what of each {what} is asked for", hint="name a measure")
    _count(work, found[0])


def _noun(work: Work, table: TableRef) -> Noun:
    return Noun(table.name, work.scope.names.table_words[table], (Link(table, "", EXACT),))


def settle_totals(work: Work) -> None:
    """``customers and their total amount`` without ``per``: of each customer, or of all; a person says which."""
    draft = work.draft
    if draft.groups or not draft.measures or draft.joins or draft.union or draft.top or draft.is_pivot:
        return
    facts = {link.table for item in draft.measures for a in aggregates_in(item.expression)
             for noun in (a.counted, a.argument) if isinstance(noun, Noun) for link in noun.links[:1]}  # fmt: skip
    for noun in list(draft.tables):
        table = work.scope.entity(noun)
        is_owner = table is not None and any(work.scope.relations.between(fact, table) for fact in facts)
        if table is None or table in facts or not is_owner or noun.text.lower() == singular(noun.text.lower()):
            continue
        choices = [("each", f"for each of the {noun.text}"), ("all", "over all of them")]
        if work.dialog.choose(f"total_{noun.text}", f"Is that for each of the {noun.text}?", choices) == "each":
            draft.groups.append(Item(noun, frozenset(noun.words), noun.text))
            draft.keeps_all = draft.keeps_all or draft.unmatched_zero
            if not draft.keeps_all:
                work.dialog.assume(f"{noun.text} without any are left out")
            return
        draft.tables.remove(noun)


def _count(work: Work, subject: Noun) -> None:
    work.dialog.assume(f"{subject.text} are counted")
    words = frozenset({"number", "count", *subject.words})
    work.draft.measures.append(Item(Aggregate("count", counted=subject), words, f"number of {subject.text}"))


def _ask(work: Work, subject: Noun | None, what: str, other: str) -> bool:
    """True where the rows are to be counted."""
    if subject is None:
        return False
    choices = [("count", f"how many {subject.text} there are"), ("rows", other)]
    picked = work.dialog.choose(f"each_{what}", f"What is asked of {subject.text} for each {what}?", choices)
    if picked == "count":
        _count(work, subject)
    return picked == "count"


def _settle_listed(work: Work, grouped: set[TableRef | None]) -> None:
    """``list customers by country`` may be their number or the customers in that order."""
    draft = work.draft
    listed = [output.noun for output in draft.outputs if output.definition is None and not output.name]
    is_table = len(listed) == 1 == len(draft.outputs) and bool(listed[0].links) and work.scope.is_table(listed[0])
    if not is_table or work.scope.entity(listed[0]) in grouped:
        return
    what = " and ".join(item.text for item in draft.groups)
    draft.outputs = []
    if not _ask(work, listed[0], what, f"the {listed[0].text} themselves, in the order of {what}"):
        draft.sorts = [
            *(SortKey(key) for item in draft.groups if isinstance(key := item.expression, Noun)),
            *draft.sorts,
        ]
        draft.groups, draft.tables = [], [*draft.tables, listed[0]]
