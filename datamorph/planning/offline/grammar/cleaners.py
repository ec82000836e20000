"""What is done to a text, said in front of its column or behind it: ``trimmed lowercase``, ``digits only``."""

from __future__ import annotations

from itertools import product

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Apply, Expression
from datamorph.planning.offline.phrases import Phrases

TRIM, LOWER, UPPER, DIGITS = "trim({})", "lower({})", "upper({})", "regexp_replace({}, '[^0-9]', '')"
_REMOVE = ("strip", "remove", "drop", "delete", "discard", "cut", "take out", "stripping", "removing", "dropping")
_ALL = ("everything", "all", "anything", "all characters", "every character", "whatever")
_BUT = (
    "but",
    "except",
    "other than",
    "apart from",
    "except for",
    "that is not",
    "that isn't",
    "that are not",
    "besides",
)
_KEEP = ("keep", "keeping", "leave", "leaving", "retain", "keep only", "keeping only", "only keep", "keep just",
         "leave only", "retain only", "just keep")  # fmt: skip
_THE_DIGITS = ("digits", "the digits", "numbers", "a digit", "digit", "numerals", "the numbers", "its digits")

REDUCING: dict[str, str] = {
    **{" ".join(words): DIGITS for words in product(_REMOVE, _ALL, _BUT, _THE_DIGITS)},
    **{" ".join(words): DIGITS for words in product(_KEEP, ("digits", "the digits", "its digits"))},
    **{f"{verb} {what}": DIGITS for verb in _REMOVE
       for what in ("non digits", "all non digits", "non digit characters", "all non digit characters")},
}  # fmt: skip
"""Orders that leave the digits of a text only."""

_FRONT = Phrases({
    "trimmed": TRIM, "stripped": TRIM, "lowercase": LOWER, "lowercased": LOWER, "lower cased": LOWER, "lower": LOWER,
    "uppercase": UPPER, "uppercased": UPPER, "upper cased": UPPER, "digits of": DIGITS, "digits of the": DIGITS,
    "the digits of": DIGITS, "cleaned lowercase": LOWER, "case insensitive": LOWER,
})  # fmt: skip
_BEHIND = Phrases({
    "trimmed": TRIM, "without surrounding spaces": TRIM, "without surrounding blanks": TRIM, "lowercased": LOWER,
    "lowercase": LOWER, "in lowercase": LOWER, "uppercased": UPPER, "in uppercase": UPPER, "uppercase": UPPER,
    "ignoring case": LOWER, "regardless of case": LOWER, "case insensitively": LOWER, "ignoring upper and lower case":
    LOWER, "irrespective of case": LOWER, "whatever the case": LOWER, "not case sensitive": LOWER,
    "ignoring spaces around it": TRIM, "ignoring surrounding spaces": TRIM, "ignoring stray spaces": TRIM,
    "ignoring blanks around it": TRIM, "ignoring case and spaces": "lower(trim({}))",
    "ignoring case and blanks": "lower(trim({}))", "ignoring case and surrounding spaces": "lower(trim({}))",
    "ignoring case and stray spaces": "lower(trim({}))", "ignoring case and surrounding blanks": "lower(trim({}))",
    "digits only": DIGITS, "only digits": DIGITS,
})  # fmt: skip
_TIES = frozenset({",", "and", "&"})


def read_front(reader: Reader) -> list[str]:
    """``trimmed, lowercase``: templates in the order in which they are applied."""
    return _read(reader, _FRONT)


def read_behind(reader: Reader) -> list[str]:
    """``(trimmed, ignoring case)``."""
    mark = reader.position
    is_open = reader.word("(")
    reader.word(",")
    found = _read(reader, _BEHIND)
    if not found or (is_open and not reader.word(")")):
        reader.position = mark
        return []
    return found


def _read(reader: Reader, phrases: Phrases[str]) -> list[str]:
    found: list[str] = []
    mark = reader.position
    while (template := reader.take(phrases)) is not None:
        found.append(template)
        mark = reader.position
        reader.skip(_TIES)
    reader.position = mark
    return found


def cleaned(operand: Expression, templates: list[str]) -> Expression:
    """The operand with everything done to it."""
    for template in templates:
        operand = Apply(template, (operand,))
    return operand
