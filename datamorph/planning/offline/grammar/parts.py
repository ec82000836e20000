"""Which rows one measure is of: ``total amount (only where paid is true)``, ``number of sales with a discount``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Aggregate, Both, Condition, Conditional, Constant, Missing, Negation, Noun
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_ONLY = phrase_set((
    "only rows where", "only those where", "only where", "only for rows where", "counting only rows where",
    "of rows where", "where", "only rows with", "only those with", "only rows that are", "only if", "if"))  # fmt: skip
_THERE = ("with", "with a", "with an", "with any", "that have", "that have a", "that have an", "which have", "having",
          "having a", "having an", "that has", "that has a", "who have", "who have a", "who have an")  # fmt: skip
_NOT_THERE = ("without", "without a", "without an", "without any", "with no", "that have no", "which have no",
              "having no", "lacking", "lacking a", "lacking an", "lacking any", "who have no", "that lack",
              "that lack a", "that lack an")  # fmt: skip
_WITH = Phrases({phrase: True for phrase in _THERE} | {phrase: False for phrase in _NOT_THERE})


def read_only(reader: Reader) -> Condition | None:
    """The parenthesis that says which rows one measure is of, and nothing else."""
    start = reader.position
    if reader.word("(") and reader.take(_ONLY) is not None:
        condition = read_condition(reader)
        if condition is not None and reader.word(")"):
            return condition
    reader.position = start
    return None


_THE_ONES = phrase_set(
    tuple(
        f"{lead} {rows}"
        for lead in ("for", "counting", "being", "as", "of", "counts", "with")
        for rows in ("the ones", "those", "those rows", "the rows", "only those", "rows")
    )
)
_WHOSE = frozenset({"whose", "where", "with", "without", "that", "which", "who", "lacking", "having"})


def read_part(reader: Reader, draft: Draft) -> Item | None:
    """``high_up for the ones whose elevation is known``: the rows that a column of the result counts."""
    start = reader.position
    last = draft.outputs[-1] if draft.outputs else None
    is_behind = start > 0 and last is not None and reader.tokens[start - 1].text == last.noun.text
    condition = None
    if is_behind and reader.take(_THE_ONES) is not None and reader.lower() in _WHOSE:
        condition = read_having_value(reader, None) or read_condition(reader)
    if last is None or last.definition is not None or condition is None:
        reader.position = start
        return None
    name = last.name or last.noun.text
    item = Item(Aggregate("count", condition=condition), frozenset({"count", *words_of(name)}), name, name)
    last.definition = item.expression
    return item


def read_having_value(reader: Reader, counted: Noun | None) -> Condition | None:
    """``sales with a discount``, ``sales without discount``: the column of what is counted has a value, or none."""
    start = reader.position
    tables = {link.table for link in (counted.links if counted is not None else ()) if not link.column}
    is_there = reader.take(_WITH)
    reader.skip(ARTICLES)
    noun = reader.noun() if is_there is not None and (tables or counted is None) else None
    links = tuple(link for link in noun.links if link.column) if noun is not None else ()
    links = tuple(link for link in links if link.table in tables) if counted is not None else links
    is_column = bool(links) and noun is not None and bool(noun.links[0].column)
    if noun is None or not is_column or not _is_ended(reader):
        reader.position = start
        return None
    missing = Missing(Noun(noun.text, noun.words, links, noun.position))
    return Negation(missing) if is_there else missing


_MORE = frozenset({"in", "between", "from", "contains", "containing", "starting", "ending", "not"})


def _is_ended(reader: Reader) -> bool:
    """True where the column is not compared with anything."""
    token = reader.peek()
    if token is None or reader.match(COMPARED) is not None or reader.lower() in _MORE:
        return token is None
    if isinstance(token.value, int | float) or token.kind in ("text", "date") or reader.values.exact(token.text):
        return token.kind == "mark" or token.lower in ("and", "or", "per", "by", "as")
    return token.lower not in ("or",)


def of_rows(measure: Aggregate, condition: Condition) -> Aggregate:
    """The measure over the rows that fulfil a condition; a sum over none of them is zero."""
    if measure.function == "count" or measure.argument is None:
        known = measure.condition
        return replace(measure, condition=condition if known is None else Both("and", (known, condition)))
    if measure.condition is not None:
        return replace(measure, condition=Both("and", (measure.condition, condition)))
    default = Constant(0) if measure.function == "sum" else None
    return replace(measure, argument=Conditional(((condition, measure.argument),), default))
