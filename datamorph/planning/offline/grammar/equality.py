"""Values that a column equals: ``one of placed, shipped``, ``neither placed nor shipped``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.grammar.operators import of_age, take_postfix
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import held_values, read_number, read_value
from datamorph.planning.offline.model import Compare, Condition, Constant, Expression, Negation, Noun, OneOf


def read_equality(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    """``is one of placed, shipped``: the value, or values, that the subject has."""
    if not (reader.is_kind("word") and reader.tokens[reader.position].text == "IN" and held_values(reader, noun)):
        reader.word("in")
    reader.word("either")
    is_neither = noun is not None and reader.word("neither")
    _skip_one_of(reader)
    is_open = reader.word("(")
    value = read_value(reader, noun) if noun else read_number(reader)
    if value is None:
        return None
    if is_neither and noun is not None:
        return _neither(reader, noun, value)
    said = reader.lower(1)
    if (operator := take_postfix(reader)) is not None:
        return Compare(subject, of_age(said, operator, value), value)
    values = (value, *more_values(reader, noun)) if noun else (value,)
    reader.word(")") if is_open else None
    if noun is None:
        return Compare(subject, "=", value)
    return OneOf(_holding(reader, noun, values), values)


def _skip_one_of(reader: Reader) -> None:
    """``is one of placed, shipped``, ``is any of these: placed, shipped``."""
    if reader.lower() in ("one", "any", "either") and reader.lower(1) == "of":
        reader.position += 2
        reader.skip(("the", "these", "those", "following", "values", "two", "three", ":"))


def _neither(reader: Reader, noun: Noun, first: Constant) -> Condition | None:
    """``neither placed nor shipped``."""
    values = [first]
    while reader.word("nor") or (reader.word(",") and (reader.word("nor") or True)):
        value = read_value(reader, noun)
        if value is None:
            return None
        values.append(value)
    return Negation(OneOf(_holding(reader, noun, tuple(values)), tuple(values))) if len(values) > 1 else None


def _holding(reader: Reader, noun: Noun, values: tuple[Constant, ...]) -> Noun:
    """The noun without columns that hold none of the values, where others do."""
    held = {(link.table, link.column) for value in values for link in reader.values.exact(str(value.value))}
    kept = tuple(link for link in noun.links if (link.table, link.column) in held)
    return replace(noun, links=kept) if kept else noun


def more_values(reader: Reader, noun: Noun) -> list[Constant]:
    """Further values of the noun: ``, placed or shipped``."""
    found: list[Constant] = []
    while True:
        mark = reader.position
        is_tied = reader.word(",", "/")
        is_tied = reader.word("or", "and") or is_tied
        value = read_value(reader, noun) if is_tied else None
        if value is None:
            reader.position = mark
            return found
        found.append(value)
