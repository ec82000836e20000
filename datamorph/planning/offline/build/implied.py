"""Measures that the prompt asks for by the name of a column alone: ``avg_age``, ``flights``, ``late_share``."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.spread import drop_groups, drop_source, restricted, spread_all, spread_listed
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.model import Aggregate, Arithmetic, Condition, Conditional, Constant, Noun, OneOf
from datamorph.planning.offline.names import Link, canonical, words_of
from datamorph.planning.offline.tokens import singular
from datamorph.planning.offline.values import ValueLink

_FUNCTIONS = {"average": "avg", "total": "sum", "sum": "sum", "minimum": "min", "maximum": "max", "median": "median",
              "mean": "avg"}  # fmt: skip
_EXTREMES = {"first": "min", "earliest": "min", "last": "max", "latest": "max", "recent": "max"}
_COUNTS = frozenset({"count", "number", "n"})
_SHARES = frozenset({"share", "rate", "ratio", "fraction", "proportion"})
_PERCENTS = frozenset({"percent", "percentage", "pct"})
_STRONG = 0.8


def add_implied(work: Work) -> None:
    """Add the measures that outputs, orders and rankings name without saying how they are computed."""
    _infer_grain(work)
    if not (work.draft.groups or work.draft.measures):
        return
    _share_words(work)
    draft = work.draft
    if draft.pivot_columns:
        spread_listed(work)
    elif draft.pivot is not None:
        spread_all(work)
    _name_like_siblings(work)
    for output in draft.outputs:
        _imply(work, output)
    if draft.is_pivot:
        drop_source(work)
        drop_groups(work)
    _sum_amounts(work)
    for noun in _ordering_nouns(work):
        if (item := _summed(work, noun)) is not None:
            work.draft.measures.append(item)


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


def _imply(work: Work, output: Output) -> None:
    """Give an output that nothing explains yet the measure that its name stands for."""
    is_open = output.definition is None and not _is_known(work, output.noun)
    item = _implied(work, output) if is_open else None
    if item is not None:
        work.draft.measures.append(item)
        output.definition = item.expression


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
        and _implied(work, o) is not None
    ]
    owners = [link.table for o in draft.outputs if o.noun.links and (link := work.scope.column(o.noun))]
    lefts = [t for join in draft.joins if join.how == "left" and (t := work.scope.entity(join.tables[0]))]
    if not fresh or len({*owners, *lefts}) != 1:
        return
    table = (lefts or owners)[0]
    words = work.scope.names.table_words[table]
    noun = Noun(table.name, words, (Link(table, "", 1.0),))
    draft.groups.append(Item(noun, frozenset(words), table.name))


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


_AMOUNTS = frozenset("amount revenue turnover income sales value total sum cost spend spending money profit".split())


def _sum_amounts(work: Work) -> None:
    """``per ward the number of visits and the amount (cents / 100)``: an amount of a group is a sum."""
    draft = work.draft
    if draft.outputs or not draft.groups:
        return
    keys = {noun.text for group in draft.groups if isinstance(noun := group.expression, Noun)}
    for item in [i for i in draft.computed if isinstance(i.expression, Arithmetic) and not is_group_item(work, i)]:
        said = {text.replace(" ", "_") for m in draft.measures for text in _arguments(m)}
        is_used = item.name in keys or item.name.lower() in said
        if set(words_of(item.name)) & _AMOUNTS and not is_used:
            work.dialog.assume(f"{item.name} is added up per group")
            item.expression, row = Aggregate("sum", item.expression), item
            draft.computed.remove(row)
            draft.measures.append(item)


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


def _pivoted(work: Work, words: tuple[str, ...]) -> Item | None:
    """``credit_card_amount``, ``EWR``: a value of a column, and what is measured where it holds."""
    draft = work.draft
    if not draft.is_pivot:
        return None
    for size in range(len(words), 0, -1):
        for first, rest in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            link = _holder(work, " ".join(first))
            if link is None:
                continue
            condition = OneOf(Noun(link.column, (), (Link(link.table, link.column, 1.0),)), (Constant(link.value),))
            main = _rest_measure(work, rest)
            if main is not None:
                return Item(restricted(main, condition), frozenset(words), " ".join(words))
    return None


def _holder(work: Work, text: str) -> ValueLink | None:
    """The column whose values these words are: the pivoted one, or the only one there is."""
    found = list(work.values.exact(text))
    if work.draft.pivot is not None and (link := work.scope.column(work.draft.pivot)):
        return next((v for v in found if (v.table, v.column) == (link.table, link.column)), None)
    near = [v for v in found if v.table in work.scope.mentioned] or found
    return near[0] if len(near) == 1 else None


def _rest_measure(work: Work, rest: tuple[str, ...]) -> Aggregate | None:
    """What is measured: the words beside the value, else the one measure that the prompt asks for."""
    if not rest:
        mains = [
            m.expression
            for m in work.draft.measures
            if isinstance(m.expression, Aggregate) and m.expression.condition is None
        ]
        return mains[0] if len(mains) == 1 else None
    item = _function(work, rest) or _counted(work, Noun(" ".join(rest) + "s", rest), rest)
    if item is not None and isinstance(item.expression, Aggregate):
        return item.expression
    argument = _argument(work, rest)
    return Aggregate("sum", argument) if argument is not None else None


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


def _implied(work: Work, output: Output) -> Item | None:
    words = tuple(output.noun.words) or words_of(output.noun.text)
    name = output.name or output.noun.text.replace(" ", "_")
    found = (
        _pivoted(work, words)
        or _summed(work, output.noun)
        or _flagged(work, words)
        or _extreme(work, words)
        or _function(work, words)
        or _counted(work, output.noun, words)
    )
    if found is None:
        return None
    found.name, found.digits = name, output.digits
    found.words = found.words | frozenset(words)
    return found


def _summed(work: Work, noun: Noun) -> Item | None:
    """A computed number that groups are asked for is added up."""
    name = noun.text.lower().replace(" ", "_")
    for item in work.draft.computed:
        if item.name.lower() == name and not is_group_item(work, item) and not isinstance(item.expression, Conditional):
            if not any(aggregates_in(m.expression) and name in _arguments(m) for m in work.draft.measures):
                work.dialog.assume(f"{item.name} is added up per group")
                return Item(Aggregate("sum", item.expression), item.words, item.text, item.name, item.digits)
    return None


def _arguments(item: Item) -> set[str]:
    return {a.argument.text.lower() for a in aggregates_in(item.expression) if isinstance(a.argument, Noun)}


def _flagged(work: Work, words: tuple[str, ...]) -> Item | None:
    """``late_flights`` counts what was flagged as late, ``late_share`` is its share."""
    for item in work.draft.computed:
        flag = set(words_of(item.name)) - {"is"}
        condition = _condition(item)
        rest = [word for word in words if word not in flag]
        if condition is None or not flag <= set(words):
            continue
        work.consumed.append(item)
        if len(rest) == 1 and rest[0] in _SHARES | _PERCENTS:
            share = Aggregate("avg", Conditional(((condition, Constant(1.0)),), Constant(0.0)))
            return Item(share, frozenset(words), "share")
        if not rest or all(word in _COUNTS or _is_table(work, word) for word in rest):
            return Item(Aggregate("count", condition=condition), frozenset(words), "count")
    return None


def _condition(item: Item) -> Condition | None:
    expression = item.expression
    is_flag = (
        isinstance(expression, Conditional)
        and isinstance(expression.default, Constant)
        and expression.default.value is False
    )
    return expression.branches[0][0] if is_flag and isinstance(expression, Conditional) else None


def _is_table(work: Work, word: str) -> bool:
    return any(words[-1] == word for words in work.scope.names.table_words.values())


def _function(work: Work, words: tuple[str, ...]) -> Item | None:
    """``avg_age``, ``total_amount``: the function and what it is applied to."""
    said = [word for word in words if word in _FUNCTIONS]
    rest = tuple(word for word in words if word not in _FUNCTIONS)
    if len(said) != 1 or not rest:
        return None
    argument = _argument(work, rest)
    if argument is None:
        return None
    return Item(Aggregate(_FUNCTIONS[said[0]], argument), frozenset(words), " ".join(words))


def _extreme(work: Work, words: tuple[str, ...]) -> Item | None:
    """``first_order``, ``most_recent_order``, ``last_order_date``: a date of rows of a table."""
    said = [word for word in words if word in _EXTREMES]
    rest = tuple(word for word in words if word not in {*_EXTREMES, "most", "date"})
    links = (
        tuple(link for link in work.scope.names.links(rest) if not link.column and link.score >= _STRONG)
        if rest
        else ()
    )
    if len(said) != 1 or not links:
        return None
    return Item(Aggregate(_EXTREMES[said[0]], Noun(" ".join(rest), rest, links)), frozenset(words), " ".join(words))


def _argument(work: Work, words: tuple[str, ...]) -> Noun | None:
    for item in work.binder.defined:
        if words == words_of(item.name):
            return Noun(item.name, words)
    for item in work.draft.computed:
        if canonical(words) == canonical(words_of(item.name)) and not is_group_item(work, item):
            return Noun(item.name, words)
    links = tuple(link for link in work.scope.names.links(words) if link.column and link.score >= _STRONG)
    known = [t for t in (work.scope.mentioned or work.scope.evident)]
    links = tuple(link for link in links if link.table in known) or links
    return Noun(" ".join(words), words, links) if links else None


def _counted(work: Work, noun: Noun, words: tuple[str, ...]) -> Item | None:
    """``flights``, ``flight_count``, ``number_of_orders``, ``open_orders``: rows of a table."""
    rest = tuple(word for word in words if word not in _COUNTS)
    is_plural = noun.text.lower().split("_")[-1].split(" ")[-1] != singular(
        noun.text.lower().split("_")[-1].split(" ")[-1]
    )
    if not rest or (rest == words and not is_plural):
        return None
    condition = _valued(work, rest)
    thing = rest[-1:] if condition is not None else rest
    links = tuple(link for link in work.scope.names.links(thing) if not link.column and link.score >= _STRONG)
    if not links or (noun.links and noun.links[0].column and noun.links[0].score > links[0].score):
        return None
    counted = Noun(" ".join(thing), thing, links)
    return Item(Aggregate("count", counted=counted, condition=condition), frozenset(words), noun.text)


def _valued(work: Work, words: tuple[str, ...]) -> Condition | None:
    """``completed_orders``: the words before the table are a value that one of its columns holds."""
    if len(words) < 2:  # noqa: PLR2004 (a value and a table)
        return None
    tables = {link.table for link in work.scope.names.links(words[-1:]) if not link.column}
    value = " ".join(words[:-1])
    for table in sorted(tables):
        for name, profile in work.scope.tables[table].profile.columns.items():
            if any(isinstance(v, str) and v.casefold().replace("_", " ") == value for v in profile.values):
                return OneOf(Noun(name, (), (Link(table, name, 1.0),)), (Constant(value),))
    return None
