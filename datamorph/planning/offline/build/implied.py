"""Measures that the prompt asks for by the name of a column alone: ``avg_age``, ``flights``, ``late_share``."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.build.inorder import settle_names
from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.meaning import measure_meant
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.spread import drop_groups, drop_source, spread_all, spread_listed
from datamorph.planning.offline.build.sums import sum_amounts, summed
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.grammar.expressions import nouns_of
from datamorph.planning.offline.model import Aggregate, Noun
from datamorph.planning.offline.names import OWN, Link
from datamorph.planning.offline.tokens import singular


def add_implied(work: Work) -> None:
    """Add the measures that outputs, orders and rankings name without saying how they are computed."""
    _infer_grain(work)
    _group_by_subject(work)
    _keep_rows(work)
    if not (work.draft.groups or work.draft.measures):
        return
    _count_rows(work)
    _share_words(work)
    draft = work.draft
    if draft.pivot_columns:
        spread_listed(work)
    elif draft.pivot is not None:
        spread_all(work)
    _name_like_siblings(work)
    _name_lists(work)
    _imply_outputs(work)
    if draft.is_pivot:
        drop_source(work)
        drop_groups(work)
    sum_amounts(work)
    for noun in _ordering_nouns(work):
        if (item := summed(work, noun)) is not None:
            work.draft.measures.append(item)


def _imply_outputs(work: Work) -> None:
    names = settle_names(work)
    for place, output in enumerate(work.draft.outputs):
        if place not in names:
            _imply(work, output)


def _name_like_siblings(work: Work) -> None:
    """``number of parcels, lost_parcels``: beside such a name the count of all is called ``parcels``."""
    names = {(output.name or output.noun.text).lower() for output in work.draft.outputs}
    for item in work.draft.measures:
        found = item.expression
        if isinstance(found, Aggregate) and found.function == "count" and found.counted and not item.name:
            thing = found.counted.text.lower()
            is_plain = found.condition is None and not found.is_distinct and thing != singular(thing)
            if is_plain and thing not in names and any(name.endswith(f"_{thing}") for name in names):
                item.name = thing


def _name_lists(work: Work) -> None:
    """``order_id, items``: a text of several values is called as the one column of the list that is no key."""
    lists = [m for m in work.draft.measures if isinstance(m.expression, Aggregate) and m.expression.separator]
    keys = {(link.table, link.column) for g in work.draft.groups if isinstance(g.expression, Noun)
            for link in g.expression.links}  # fmt: skip
    tables = [table for g in work.draft.groups if isinstance(g.expression, Noun) and work.scope.is_table(g.expression)
              and (table := work.scope.entity(g.expression))]  # fmt: skip
    keys |= {(table, column.name) for table in tables for column in work.scope.tables[table].schema}
    free = [o for o in work.draft.outputs if o.definition is None and not o.is_added
            and not any((link.table, link.column) in keys for link in o.noun.links[:1])]  # fmt: skip
    if len(lists) != 1 or lists[0].name or len(free) != 1 or len(work.draft.measures) > 1:
        return
    lists[0].name = free[0].name or free[0].noun.text.replace(" ", "_")
    free[0].definition, free[0].name = lists[0].expression, lists[0].name


def _imply(work: Work, output: Output) -> None:
    """Give an output that nothing explains yet the measure that its name stands for."""
    is_open = output.definition is None and not _is_known(work, output.noun)
    item = measure_meant(work, output) if is_open else None
    same = _same_count(work, item) if item is not None else None
    if same is not None and item is not None:
        same.name, same.words = same.name or item.name, same.words | item.words
        output.definition = same.expression
    elif item is not None:
        work.draft.measures.append(item)
        output.definition = item.expression


def _keep_rows(work: Work) -> None:
    """``for every booking the end of its month``: what is computed of a row's own dates is not added up."""
    draft = work.draft
    keys = [g.expression for g in draft.groups if isinstance(g.expression, Noun)]
    tables = {work.scope.entity(key) for key in keys if work.scope.is_table(key)}
    if draft.measures or len(keys) != 1 or len(draft.groups) != 1 or len(tables) != 1 or not draft.computed:
        return
    nouns = [noun for item in draft.computed for noun in nouns_of(item.expression)]
    links = [link for noun in nouns if noun.links and (link := work.scope.column(noun)) is not None]
    is_dated = any(link.column in work.scope.names.dates.get(link.table, ()) for link in links)
    if is_dated and {link.table for link in links} == tables:
        draft.tables.insert(0, keys[0])
        draft.groups = []


def _count_rows(work: Work) -> None:
    """``sales per month: month, n``: nothing else is measured, so the rows are counted."""
    draft = work.draft
    tables = {work.scope.entity(noun): noun for noun in draft.tables}
    named = [o for o in draft.outputs if o.definition is None and o.noun.text.lower() in _ROW_COUNTS]
    if draft.measures or len(named) != 1 or len(tables) != 1 or draft.unpivot or draft.dedupe:
        return
    noun = next(iter(tables.values()))
    name = named[0].name or named[0].noun.text
    item = Item(Aggregate("count", counted=noun), frozenset({"number", "count", *noun.words}), name, name)
    draft.measures.append(item)
    named[0].definition = item.expression


_ROW_COUNTS = frozenset({"n", "cnt", "count", "num", "row_count", "n_rows", "num_rows", "how_many"})


def _same_count(work: Work, item: Item) -> Item | None:
    """The measure that counts the same rows already: ``number of tests per month: month, tests``."""
    found = item.expression
    if not isinstance(found, Aggregate) or found.function != "count" or found.is_distinct or found.condition:
        return None
    table = work.scope.entity(found.counted) if found.counted is not None else None
    for known in work.draft.measures:
        one = known.expression
        is_plain = isinstance(one, Aggregate) and one.function == "count" and not (one.is_distinct or one.condition)
        if one == Aggregate("count") and not known.name and len(work.draft.measures) == 1 and table is not None:
            return known
        if is_plain and isinstance(one, Aggregate) and one.counted is not None and table is not None:
            if work.scope.is_table(one.counted) and work.scope.entity(one.counted) == table and not known.name:
                return known
    return None


def _infer_grain(work: Work) -> None:
    """``show customer_id and number_of_orders``: rows of the table that has the other columns."""
    draft = work.draft
    if draft.groups or draft.measures or not draft.outputs:
        return
    made = {item.name.lower() for item in [*draft.computed, *draft.windows]}
    fresh = [
        o
        for o in draft.outputs
        if o.definition is None
        and not o.noun.links
        and o.noun.text.lower() not in made
        and measure_meant(work, o) is not None
    ]
    owners = [link.table for o in draft.outputs if o.noun.links and (link := work.scope.column(o.noun))]
    lefts = [t for join in draft.joins if join.how == "left" and (t := work.scope.entity(join.tables[0]))]
    if not fresh or len({*owners, *lefts}) != 1:
        return
    table = (lefts or owners)[0]
    words = work.scope.names.table_words[table]
    noun = Noun(table.name, words, (Link(table, "", 1.0),))
    draft.groups.append(Item(noun, frozenset(words), table.name))


def _group_by_subject(work: Work) -> None:
    """``for departments with 3 courses show name and all course titles``: a row for each of what is spoken of."""
    draft, scope = work.draft, work.scope
    if draft.groups or not draft.measures or draft.dedupe:
        return
    plain = [o for o in draft.outputs if o.definition is None and o.noun.links and not scope.is_table(o.noun)]
    owners = {link.table for o in plain if (link := scope.column(o.noun)) is not None and link.score >= OWN}
    subjects = {table: noun for noun in draft.subjects if scope.is_table(noun) and (table := scope.entity(noun))}
    if len(owners) != 1 or not owners <= set(subjects):
        return
    table = owners.pop()
    facts = {link.table for m in draft.measures for a in aggregates_in(m.expression) if isinstance(a.argument, Noun)
             and (link := scope.column(a.argument)) is not None}  # fmt: skip
    if facts and all(fact != table and scope.relations.between(fact, table) for fact in facts):
        noun = Noun(table.name, scope.names.table_words[table], (Link(table, "", 1.0),), subjects[table].position)
        draft.groups.append(Item(noun, frozenset(noun.words), table.name))


def _share_words(work: Work) -> None:
    """Words that an output uses for a group's column may be used for it elsewhere: ``the dest code``, then ``code``."""
    for output in work.draft.outputs:
        _mean_group(work, output)
        is_column = bool(output.noun.links) and not work.scope.is_table(output.noun)
        link = work.scope.column(output.noun) if is_column else None
        for group in work.draft.groups:
            noun = group.expression
            if (
                link
                and isinstance(noun, Noun)
                and noun.links
                and not work.scope.is_table(noun)
                and (known := work.scope.column(noun))
            ):
                if (known.table, known.column) != (link.table, link.column):
                    continue
                group.words = group.words | frozenset(output.noun.words)


def _mean_group(work: Work, output: Output) -> None:
    """``country`` beside groups by billing country is that country, not one of another table."""
    noun = output.noun
    for group in work.draft.groups:
        key = group.expression
        if not isinstance(key, Noun) or not key.links or not key.links[0].column or not noun.links:
            continue
        spot = (key.links[0].table, key.links[0].column)
        own = tuple(link for link in noun.links if (link.table, link.column) == spot)
        if own and set(noun.words) < set(key.words):
            output.noun = Noun(noun.text, noun.words, own, noun.position)
            output.name = output.name or noun.text


def _ordering_nouns(work: Work) -> Iterator[Noun]:
    keys = [*work.draft.sorts, *(work.draft.top.by if work.draft.top else [])]
    for key in keys:
        if key.noun is not None and not _is_known(work, key.noun):
            yield key.noun


def _is_known(work: Work, noun: Noun) -> bool:
    draft = work.draft
    groups = [] if _is_plural_table(noun) and not _is_grouped_by(work, noun) else draft.groups
    items = [*groups, *draft.measures, *draft.windows, *(i for i in draft.computed if is_group_item(work, i))]
    made = [Made(item.name or str(place), item.words) for place, item in enumerate(items)]
    return find(noun, made) is not None


def _is_plural_table(noun: Noun) -> bool:
    """``tests``: beside groups that are parts of something else, how many there are."""
    last = noun.text.lower().split("_")[-1].split(" ")[-1]
    return bool(noun.links) and not noun.links[0].column and last != singular(last)


def _is_grouped_by(work: Work, noun: Noun) -> bool:
    keys = [group.expression for group in work.draft.groups]
    tables = {key.links[0].table for key in keys if isinstance(key, Noun) and key.links and not key.links[0].column}
    return noun.links[0].table in tables
