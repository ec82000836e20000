"""Text that is cleaned in place: ``trim and lower-case the email``, ``keep only the digits of phone``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Apply, Constant, Expression, Item, Noun
from datamorph.planning.offline.phrases import Phrases

_VERBS = Phrases({
    "trim": "trim({})", "strip": "trim({})", "strip spaces from": "trim({})", "lowercase": "lower({})",
    "lower": "lower({})",
    "convert to lowercase": "lower({})", "uppercase": "upper({})", "upper": "upper({})", "make lowercase": "lower({})",
    "remove surrounding spaces from": "trim({})", "remove spaces around": "trim({})",
    "keep only the digits of": "regexp_replace({}, '[^0-9]', '')",
    "keep only digits of": "regexp_replace({}, '[^0-9]', '')",
    "keep only the digits in": "regexp_replace({}, '[^0-9]', '')",
    "remove non digits from": "regexp_replace({}, '[^0-9]', '')",
    "strip everything but digits from": "regexp_replace({}, '[^0-9]', '')",
    "remove everything but digits from": "regexp_replace({}, '[^0-9]', '')",
    "strip non digits from": "regexp_replace({}, '[^0-9]', '')",
    "keep only digits in": "regexp_replace({}, '[^0-9]', '')",
    "strip everything except digits from": "regexp_replace({}, '[^0-9]', '')",
})  # fmt: skip


def read_cleaning(reader: Reader) -> list[Item]:
    """Columns that are replaced by their cleaned values."""
    start = reader.position
    templates: list[str] = []
    while (template := reader.take(_VERBS)) is not None:
        templates.append(template)
        mark = reader.position
        if not (reader.word(",", "and") and reader.match(_VERBS)):
            reader.position = mark
            break
    if not templates:
        return _reduced(reader)
    items: list[Item] = []
    mark = reader.position
    while (noun := _column(reader)) is not None:
        items.append(_item(noun, templates))
        mark = reader.position
        if not reader.word(",", "and"):
            break
    reader.position = mark
    if not items:
        reader.position = start
        return []
    _default(reader, items[-1])
    items[-1].name = read_name(reader) or items[-1].name
    return items


def _column(reader: Reader) -> Noun | None:
    mark = reader.position
    noun = reader.noun()
    if noun is None or not noun.links[0].column:
        reader.position = mark
        return None
    return noun


def _item(noun: Noun, templates: list[str]) -> Item:
    expression: Expression = noun
    for template in templates:
        expression = Apply(template, (expression,))
    return Item(expression, frozenset(noun.words), noun.text, noun.links[0].column)


def _default(reader: Reader, item: Item) -> None:
    """``and use 'none' when it is missing``."""
    mark = reader.position
    reader.skip(frozenset({",", "and", "then"}))
    if reader.word("use", "put", "write", "default", "set"):
        reader.skip(ARTICLES | {"it", "to"})
        if reader.is_kind("text"):
            value = Constant(str(reader.next().value))
            if reader.word("when", "if", "where", "for"):
                reader.skip(frozenset({"it", "is", "values", "one", "there"}))
                if reader.lower() in MISSING and reader.next():
                    reader.word("values", "ones")
                    item.expression = Apply("coalesce({}, {})", (item.expression, value))
                    return
    reader.position = mark


def _reduced(reader: Reader) -> list[Item]:
    """``reduce phone to its last 10 digits (digits only)``."""
    start = reader.position
    noun = _column(reader) if reader.word("reduce", "cut", "shorten", "truncate") else None
    if noun is not None and reader.word("to"):
        reader.skip(ARTICLES)
        side = "right" if reader.word("last", "rightmost") else "left" if reader.word("first", "leftmost") else ""
        token = reader.peek()
        if side and token and isinstance(token.value, int) and reader.lower(1) in ("digits", "characters", "letters"):
            reader.next()
            is_digits = reader.next().lower == "digits"
            if reader.word("("):
                reader.skip(frozenset({"digits", "only", "no", "other", "characters", "numbers"}))
                reader.word(")")
            inner = "regexp_replace({}, '[^0-9]', '')" if is_digits else "{}"
            template = f"{side}({inner}, {token.value})"
            return [Item(Apply(template, (noun,)), frozenset(noun.words), noun.text, noun.links[0].column)]
    reader.position = start
    return []
