"""The measure that the name of a column stands for: a function, a count, a share, a value that is spread."""

from __future__ import annotations

from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.spread import restricted
from datamorph.planning.offline.build.sums import summed
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import Aggregate, Condition, Conditional, Constant, Noun, OneOf
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


_TALLIES = frozenset({"n", "count", "cnt", "number", "num", "row", "tally", "of", "nr", "counts"})


def measure_meant(work: Work, output: Output) -> Item | None:
    """The measure, by the name that the list gives it; None where the name says none."""
    words = tuple(output.noun.words) or words_of(output.noun.text)
    name = output.name or output.noun.text.replace(" ", "_")
    found = (
        _pivoted(work, words)
        or summed(work, output.noun)
        or _flagged(work, words)
        or _extreme(work, words)
        or _function(work, words)
        or _counted(work, output.noun, words)
        or _tallied(work, output.noun, words)
    )
    if found is None:
        return None
    found.name, found.digits = name, output.digits
    found.words = found.words | frozenset(words)
    return found


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


def _tallied(work: Work, noun: Noun, words: tuple[str, ...]) -> Item | None:
    """``n`` beside groups of which nothing else is counted: how many rows each has."""
    draft = work.draft
    is_tally = bool(set(words) & _COUNTS | {"cnt", "num"} & set(words)) and set(words) <= _TALLIES
    if not is_tally or not draft.groups or any(link.column for link in noun.links):
        return None
    said = [item for item in draft.measures if not item.is_hidden]
    if any(found.function == "count" for item in said for found in aggregates_in(item.expression)):
        return None
    return Item(Aggregate("count"), frozenset(words), "number of rows")


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
    if argument is None or (_FUNCTIONS[said[0]] in ("avg", "sum", "median") and _is_key(work, argument)):
        return None
    return Item(Aggregate(_FUNCTIONS[said[0]], argument), frozenset(words), " ".join(words))


def _is_key(work: Work, noun: Noun) -> bool:
    """``avg_calls`` is no average of ``call_id``."""
    words = work.scope.names.column_words
    links = [link for link in noun.links if link.column]
    return bool(links) and all(words[link.table, link.column][-1] in KEY_WORDS for link in links)


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
