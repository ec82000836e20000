"""Rows without a partner in the other table: groups that count none, rows that a join would lose."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.model import Aggregate, Compare, Exists, Missing, Negation, Noun
from datamorph.planning.offline.names import EXACT, Link


def settle_partners(work: Work) -> None:
    """Put what was said of rows without a partner in terms of groups and joins."""
    if work.draft.keeps_lone:
        _settle_kept(work)
    if work.draft.drops_lone:
        work.joins.drops = True
    if _means_all(work):
        work.draft.keeps_all = True
    if work.draft.keeps_all:
        _group_by_owner(work)


def imply_counts(work: Work) -> None:
    """``productions with title and performances, zeros included``: a table among the columns is how many there are."""
    draft, scope = work.draft, work.scope
    if draft.groups:
        return
    if not draft.keeps_all:
        _group_limited(work)
        _count_limited(work)
    if not draft.keeps_all or draft.measures:
        return
    counted = [o for o in draft.outputs if o.definition is None and o.noun.links and scope.is_table(o.noun)]
    links = [scope.column(o.noun) for o in draft.outputs if o not in counted and o.noun.links]
    owners = {link.table for link in links if link is not None}
    if len(owners) != 1 or len(counted) + len(links) != len(draft.outputs):
        return
    owner = owners.pop()
    tables = [scope.entity(output.noun) for output in counted]
    if not all(table is not None and scope.relations.between(table, owner) for table in tables):
        return
    _count_per(work, owner, counted)


def _group_limited(work: Work) -> None:
    """``room types with an average rate above 100: room_type, avg_rate``: what is limited is one row each."""
    draft, scope = work.draft, work.scope
    limits = [c.left for c in draft.conditions if isinstance(c, Compare) and isinstance(c.left, Aggregate)]
    values = [one for one in limits if isinstance(one.argument, Noun) and one.argument.links]
    if (
        len(values) != 1
        or len(limits) != 1
        or len(draft.subjects) != 1
        or draft.measures
        or not draft.subjects[0].links
    ):
        return
    subject, argument = draft.subjects[0], values[0].argument
    link = scope.column(argument) if isinstance(argument, Noun) else None
    owner = scope.entity(subject) if scope.is_table(subject) else None
    unknown = [o for o in draft.outputs if o.definition is None and not o.noun.links]
    is_tied = owner is None or bool(link and scope.relations.between(link.table, owner))
    if link is None or not is_tied or unknown[1:]:
        return
    draft.groups.append(Item(subject, frozenset(subject.words), subject.text))
    if owner is not None and not _is_whole(work, link.table, owner):
        draft.conditions.append(Exists(_table(work, owner)))
    if owner is None and (key := scope.column(subject)) is not None:
        profile = scope.tables[key.table].profile.columns.get(key.column)
        draft.conditions += [Negation(Missing(subject))] if profile is not None and profile.nulls else []
    name = (unknown[0].name or unknown[0].noun.text) if unknown else ""
    words = frozenset({values[0].function, *(argument.words if isinstance(argument, Noun) else ())})
    draft.measures.append(Item(values[0], words, name or f"{values[0].function} {link.column}", name))
    if unknown:
        unknown[0].name, unknown[0].definition = name, values[0]


def _count_limited(work: Work) -> None:
    """``courses with more than 30 enrolments: course_code, enrolments``: how many is asked for, besides the limit."""
    draft, scope = work.draft, work.scope
    limits = [c for c in draft.conditions if isinstance(c, Compare) and isinstance(c.left, Aggregate)]
    nouns = [c.left.counted for c in limits if isinstance(c.left, Aggregate)]
    tables = {scope.entity(noun) for noun in nouns if noun is not None and scope.is_table(noun)}
    owners = {scope.entity(noun) for noun in draft.subjects if noun.links and scope.is_table(noun)}
    owner = owners.pop() if len(owners) == 1 else None
    if owner is None or not tables or not all(table and scope.relations.between(table, owner) for table in tables):
        return
    counted = [o for o in draft.outputs if o.definition is None and o.noun.links and scope.is_table(o.noun)
               and scope.entity(o.noun) in tables]  # fmt: skip
    measured = [a.counted for item in draft.measures for a in aggregates_in(item.expression) if a.function == "count"]
    is_measured = any(noun is not None and scope.is_table(noun) and scope.entity(noun) in tables for noun in measured)
    if counted or (is_measured and len(measured) == len(draft.measures)):
        _count_per(work, owner, counted)
        if any("<" in c.operator for c in limits):
            draft.keeps_all = True  # none is fewer, too
        elif not all(_is_whole(work, table, owner) for table in tables if table is not None):
            draft.conditions.append(Exists(_table(work, owner)))


def _is_whole(work: Work, table: TableRef, owner: TableRef) -> bool:
    """True where each row belongs to one of the owner's."""
    relation = work.scope.relations.between(table, owner)[0]
    profiles = [work.scope.tables[table].profile.columns.get(name) for name in relation.columns]
    return relation.coverage >= 1 and all(profile is not None and not profile.nulls for profile in profiles)


def _count_per(work: Work, owner: TableRef, counted: list[Output]) -> None:
    """One row for each row of the owner, with how many rows there are of what the outputs name."""
    draft = work.draft
    draft.groups.append(Item(_table(work, owner), frozenset(work.scope.names.table_words[owner]), owner.name))
    for output in counted:
        name = output.name or output.noun.text.replace(" ", "_")
        measure = Aggregate("count", counted=output.noun)
        draft.measures.append(Item(measure, frozenset({"count", *output.noun.words}), output.noun.text, name))
        output.name, output.definition = name, measure


def _means_all(work: Work) -> bool:
    """``count sailings per vessel, 0 if it never sailed``: every group has a row, so others are meant."""
    draft = work.draft
    found = [a for item in draft.measures for a in aggregates_in(item.expression)]
    is_plain = all(a.condition is None and a.function in ("count", "sum") for a in found)
    keys = [key for item in draft.groups if isinstance(key := item.expression, Noun) and key.links]
    is_one = len(keys) == len(draft.groups) == 1 and work.scope.is_table(keys[0])
    is_other = is_one and work.scope.entity(keys[0]) not in _facts(work)
    is_filled = any(o.fill is not None and o.fill.value == 0 for o in draft.outputs)
    draft.unmatched_zero = draft.unmatched_zero or (is_filled and is_plain and is_other and not draft.is_pivot)
    return draft.unmatched_zero and not draft.is_pivot and bool(found) and is_plain and is_other


def _settle_kept(work: Work) -> None:
    """``lone plans stay``: groups of plans that count none, or rows that no join may lose."""
    draft = work.draft
    if any(isinstance(condition, Exists) and condition.where is None for condition in draft.conditions):
        message = "rows without a match are to stay, and only those with a match as well"
        raise Refused("impossible", message, hint="say which of the two")
    tables = [table for noun in draft.lone if (table := work.scope.entity(noun)) is not None]
    facts = _facts(work)
    if any(table not in facts for table in tables) and draft.measures and draft.groups:
        draft.keeps_all = True
        tables = [table for table in tables if table in facts]
    work.joins.kept = tables
    work.joins.keeps = not draft.measures or bool(tables) or not draft.keeps_all
    if draft.lone_fill is not None:
        draft.fills.append((_filled(work, facts), draft.lone_fill))
    if not tables and not draft.lone and draft.measures:
        raise Refused("impossible", "it is not said which rows without a partner are kept", hint="name their table")


def _filled(work: Work, facts: list[TableRef]) -> Noun:
    """The one column of another table that is shown.

    Raises:
        Refused: there is none, or more than one.
    """
    draft, scope = work.draft, work.scope
    own = facts or [table for noun in (*draft.lone, *draft.tables) if (table := scope.entity(noun)) is not None][:1]
    said = [g.expression for g in draft.groups] if draft.groups else [o.noun for o in draft.outputs if not o.definition]
    nouns = [noun for noun in said if isinstance(noun, Noun) and noun.links and not scope.is_table(noun)]
    found = {
        (link.table, link.column): noun for noun in nouns if (link := scope.column(noun)) and link.table not in own
    }
    if len(found) != 1:
        raise Refused("impossible", "it is open which column is filled where there is no match", hint="name the column")
    return next(iter(found.values()))


def _facts(work: Work) -> list[TableRef]:
    """Tables whose rows are counted or added up."""
    found: list[TableRef] = []
    for item in work.draft.measures:
        for aggregate in aggregates_in(item.expression):
            for noun in (aggregate.counted, aggregate.argument):
                if isinstance(noun, Noun) and noun.links:
                    table = work.scope.entity(noun) if work.scope.is_table(noun) else None
                    link = work.scope.column(noun) if table is None else None
                    found += [table] if table else [link.table] if link else []
    return found


def _group_by_owner(work: Work) -> None:
    """``number of loans per member_name, zeros included``: a group for each member, shown by the name.

    A column of the counted rows that refers to the other table stands for that table as well.
    """
    draft = work.draft
    keys = [item.expression for item in draft.groups]
    nouns = [key for key in keys if isinstance(key, Noun) and key.links and not work.scope.is_table(key)]
    facts = _facts(work)
    if not nouns or len(nouns) != len(keys) or not facts:
        return
    links = [link for noun in nouns if (link := work.scope.column(noun)) is not None]
    owners = {owner for link in links if (owner := _owner(work, link, facts)) is not None}
    if len(links) != len(nouns) or len(owners) != 1:
        return
    owner = owners.pop()
    own = [_own(work, link, owner) for link in links]
    if not any(work.scope.relations.is_unique(owner, (column,)) for column in own):
        return
    draft.groups = [Item(_table(work, owner), frozenset(work.scope.names.table_words[owner]), owner.name)]
    if draft.outputs:
        return
    shown = [Noun(n.text, n.words, (Link(owner, c, EXACT),), n.position) for n, c in zip(nouns, own, strict=True)]
    draft.outputs = [Output(noun) for noun in shown]
    draft.outputs += [
        Output(Noun(m.text, tuple(sorted(m.words)), ()), m.name, m.expression)
        for m in draft.measures
        if not m.is_hidden
    ]


def _table(work: Work, table: TableRef) -> Noun:
    return Noun(table.name, work.scope.names.table_words[table], (Link(table, "", EXACT),))


def _owner(work: Work, link: Link, facts: list[TableRef]) -> TableRef | None:
    """The table that has one row per group: that of the column, or the one that the column refers to."""
    relations = work.scope.relations
    if link.table not in facts:
        return link.table if all(relations.between(fact, link.table) for fact in facts) else None
    targets = {
        table for table in work.scope.tables if table not in facts
        and any(relation.columns == (link.column,) for relation in relations.between(link.table, table))
    }  # fmt: skip
    said = targets & set(work.scope.mentioned)
    targets = said or targets
    return targets.pop() if len(targets) == 1 else None


def _own(work: Work, link: Link, owner: TableRef) -> str:
    """The owner's column of the same values."""
    if link.table == owner:
        return link.column
    found = [r for r in work.scope.relations.between(link.table, owner) if r.columns == (link.column,)]
    return found[0].target_columns[0]
