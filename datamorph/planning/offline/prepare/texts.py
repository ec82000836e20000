"""What a prompt says of a column's texts: ``price is text like '$1,200'``, ``city is typed in mixed case``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from datamorph.core.catalog import ColumnProfile
from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.prepare.preparation import Prepared, Step
from datamorph.planning.offline.scope import Scope

_LOWER, _UPPER, _TRIM = "lower({})", "upper({})", "trim({})"
_DIGITS = "regexp_replace({}, '[^0-9]', '')"
_PYTHON: dict[str, Callable[[str], str]] = {
    _LOWER: str.lower, _UPPER: str.upper, _TRIM: lambda text: text.strip(" "),
    _DIGITS: lambda text: re.sub("[^0-9]", "", text),
}  # fmt: skip
_SHORT, _DIGITS_KEPT = 12, 18
_MONEY = re.compile(r"[-+]?\s*[$€£¥]?\s*(\d{1,3}(,\d{3})+|\d+)(\.(\d+))?\s*([$€£¥]|[A-Z]{3})?")

_IS = frozenset({"is", "are", "was", "were", "comes", "come", "arrives", "arrive", "gets", "get", "looks", "has",
                 "holds", "contains", "a", "just", "only", "actually", "really", "still", "plain"})  # fmt: skip
_STORED = frozenset({"stored", "held", "kept", "saved", "written", "recorded", "entered", "typed", "delivered", "as",
                     "in", "free", "messy", "a"})  # fmt: skip
_TEXT = frozenset({"text", "texts", "string", "strings", "varchar"})
_VALUES = frozenset({"strings", "string", "text", "texts", "values", "value", "column", "field", "amounts"})
_LIKE = phrase_set(("like", "such as", "e.g", "e.g.", "for example", "as in", "for instance", "looking like", "i.e"))
_CONVERT = frozenset({"cast", "convert", "parse", "turn", "make", "read", "change", "transform"})
_INTO = frozenset({"to", "into", "as", "a", "an", "in", "proper", "real", "plain", "it", "them", "that", "this", "the",
                   "value", "rest"})  # fmt: skip
_TYPES = {"number": "", "numbers": "", "numeric": "", "decimal": "", "decimals": "", "amount": "", "integer": "bigint",
          "integers": "bigint", "int": "bigint", "ints": "bigint", "float": "", "double": "", "money": ""}  # fmt: skip
_STRIP = frozenset({"strip", "remove", "drop", "delete", "discard", "take", "out", "away", "off", "cut", "lose",
                    "without", "replace"})  # fmt: skip
_SIGNS = frozenset({"thousands", "thousand", "commas", "comma", "separators", "separator", "currency", "sign", "signs",
                    "symbol", "symbols", "pound", "dollar", "euro", "and", "any", "the", "all", "from", "it", "them",
                    "$", "£", "€", ",", "mark", "marks", "with", "nothing"})  # fmt: skip
_TELLING = frozenset({"commas", "comma", "separators", "separator", "signs", "sign", "symbol", "symbols"})
_EMPTY = MISSING | {"nothing"}
_IGNORE = frozenset({"ignore", "ignoring", "skip", "skipping", "exclude", "excluding", "omit", "omitting"})
_TREAT = frozenset({"turn", "treat", "make", "convert", "set", "read", "map", "count", "change", "take", "turning",
                    "treating", "with", "where"})  # fmt: skip
_MEANS = frozenset({"means", "stands", "is", "counts", "being", "meaning"})
_SLOPPY = Phrases({
    "sloppily": (), "sloppy": (), "inconsistently": (), "inconsistent": (), "messy": (), "untidy": (),
    "mixed case": (_LOWER,), "mixed upper and lower case": (_LOWER,), "upper and lower case": (_LOWER,),
    "inconsistent case": (_LOWER,), "inconsistent casing": (_LOWER,), "random case": (_LOWER,),
    "different case": (_LOWER,), "varying case": (_LOWER,), "any case": (_LOWER,), "mixed casing": (_LOWER,),
    "stray blanks": (_TRIM,), "stray spaces": (_TRIM,), "extra spaces": (_TRIM,), "extra blanks": (_TRIM,),
    "stray whitespace": (_TRIM,), "surrounding spaces": (_TRIM,), "surrounding blanks": (_TRIM,),
    "trailing spaces": (_TRIM,), "leading spaces": (_TRIM,), "leading and trailing spaces": (_TRIM,),
    "leading or trailing spaces": (_TRIM,), "trailing blanks": (_TRIM,), "padding": (_TRIM,),
    "spaces around it": (_TRIM,), "blanks around it": (_TRIM,),
})  # fmt: skip
_BETWEEN = frozenset({",", "and", "with", "in", ":", "some", "has", "have", "also", "or", "(", "plus", "-"})
_PAUSE = frozenset({",", ":", ";", ".", "and", "then", "so", "please", "-", "–", "—"})  # noqa: RUF001


@dataclass(slots=True)
class _Told:
    """What was said of one column.

    Attributes:
        empties: texts that stand for nothing.
        dropped: texts whose rows are left out.
        type: empty for a number with decimals, None for a text.
    """

    table: TableRef
    column: str
    examples: list[str] = field(default_factory=list[str])
    empties: list[str] = field(default_factory=list[str])
    dropped: list[str] = field(default_factory=list[str])
    clean: list[str] = field(default_factory=list[str])
    type: str | None = None


def read_texts(reader: Reader, scope: Scope, prepared: Prepared) -> bool:
    """Take every remark on a column's texts out of the prompt and change the column as it says.

    The last of them is what the sentences behind are about, where they name nothing: ``Sum it per country``.
    """
    is_changed = False
    place = 0
    while place < len(reader.tokens):
        reader.position = place
        told = _remark(reader, scope) if place not in reader.closed else None
        end = reader.position
        if told is not None and _apply(told, scope, prepared):
            reader.close(place, end, f"how {told.column} is read")
            words = reader.names.column_words[told.table, told.column]
            reader.topic = Noun(told.column, words, reader.column_links(told.table, told.column), place)
            is_changed = True
        place = max(end, place + 1) if told is not None else place + 1
    reader.position = 0
    return is_changed


def _remark(reader: Reader, scope: Scope) -> _Told | None:
    start = reader.position
    for construct in (_conversion, _is_text, _is_sloppy):
        reader.position = start
        told = construct(reader, scope)
        if told is not None and (told.type is not None or told.clean):
            return told
    return None


def _column(reader: Reader, scope: Scope) -> _Told | None:
    """One certain column of texts: ``SeedQty in Accessions``."""
    reader.skip(frozenset({"where", "as", "since", "because", "the", "(", "note", "that"}))
    noun = reader.noun()
    if noun is None or not noun.links[0].column:
        return None
    reader.skip(_VALUES)
    mark = reader.position
    if reader.word("in", "of", "from"):
        reader.skip(ARTICLES)
        owner = read_table(reader)
        inside = {link.table for link in owner.links} if owner else set[TableRef]()
        kept = tuple(link for link in noun.links if link.column and link.table in inside)
        if kept:
            noun = Noun(noun.text, noun.words, kept, noun.position)
            reader.skip(_VALUES)
        else:
            reader.position = mark
    links = [link for link in scope.columns(noun) if _is_string(scope, link.table, link.column)]
    return _Told(links[0].table, links[0].column) if len(links) == 1 else None


def _is_string(scope: Scope, table: TableRef, column: str) -> bool:
    found = scope.tables[table].schema.get(column)
    return found is not None and found.type == "string"


def _is_text(reader: Reader, scope: Scope) -> _Told | None:
    """``Budget in Productions is text like £12,500 or TBC. Make it a number, ignore TBC``."""
    told = _column(reader, scope)
    if told is None or reader.lower() not in _IS:
        return None
    reader.skip(_IS | _STORED)
    if not reader.word(*_TEXT):
        return None
    is_open = reader.tokens[reader.position - 1].text == "("
    _examples(reader, told)
    _steps(reader, told)
    if is_open:
        reader.word(")")
    numbers = [text for text in told.examples if _MONEY.fullmatch(text)]
    if told.type is None and numbers and not told.clean:
        told.type = ""
    return told


def _conversion(reader: Reader, scope: Scope) -> _Told | None:
    """``cast unit_price strings like '$1,234.50' to decimal``."""
    if not reader.word(*_CONVERT):
        return None
    told = _column(reader, scope)
    if told is None:
        return None
    _examples(reader, told)
    reader.skip(_INTO)
    if reader.lower() not in _TYPES:
        return None
    told.type = _TYPES[reader.next().lower]
    _steps(reader, told)
    return told


def _is_sloppy(reader: Reader, scope: Scope) -> _Told | None:
    """``channel is typed sloppily: mixed case, stray blanks``."""
    told = _column(reader, scope)
    if told is None or reader.lower() not in _IS | {"with"}:
        return None
    reader.skip(_IS | _STORED | {"with"})
    mark = reader.position
    while (found := reader.take(_SLOPPY)) is not None:
        told.clean += [template for template in found if template not in told.clean]
        mark = reader.position
        reader.skip(_BETWEEN)
    reader.position = mark
    told.clean.sort(key=lambda template: template == _LOWER)
    return told


def _examples(reader: Reader, told: _Told) -> None:
    mark = reader.position
    is_open = reader.word("(")
    reader.word(",")
    if reader.take(_LIKE) is None:
        reader.position = mark
        return
    reader.word(",")
    mark = reader.position
    while (text := _value(reader)) is not None:
        told.examples.append(text)
        mark = reader.position
        if not reader.word(",", "or", "and", "/"):
            break
        reader.skip(frozenset({"or", "and", "even"}))
    reader.position = mark
    if is_open:
        reader.word(")")


def _value(reader: Reader) -> str | None:
    """A text as it stands in the column: quoted, or the signs up to the next blank."""
    token = reader.peek()
    if token is None:
        return None
    if token.kind == "text":
        return str(reader.next().value)
    first = reader.position
    if not (token.kind in ("number", "mark") or token.is_word) or token.text in (",", ".", ";", ":", ")", "("):
        return None
    reader.next()
    while (after := reader.peek()) is not None and after.start == reader.tokens[reader.position - 1].end:
        behind = reader.tokens[reader.position + 1] if reader.position + 1 < len(reader.tokens) else None
        is_last = behind is None or behind.start > after.end
        if after.text in (",", ";", ")") or (after.kind == "mark" and is_last):
            break
        reader.next()
    return reader.ledger.text(first, reader.position)


def _steps(reader: Reader, told: _Told) -> None:
    """What is done to the text, one thing after the other."""
    mark = reader.position
    while True:
        reader.skip(_PAUSE | ({"("} if reader.position == mark else frozenset()))
        if not any(step(reader, told) for step in (_stripped, _emptied, _left_out, _typed)):
            break
        mark = reader.position
    reader.position = mark


def _stripped(reader: Reader, told: _Told) -> bool:
    """``strip the thousands commas``."""
    start = reader.position
    if reader.lower() in _STRIP:
        reader.skip(_STRIP)
        reader.skip(_SIGNS)
        said = {token.lower for token in reader.tokens[start : reader.position]}
        if said & (_TELLING | {"$", "£", "€"}):
            while reader.tokens[reader.position - 1].lower in (",", "and"):
                reader.position -= 1
            told.type = told.type or ""
            return True
    reader.position = start
    return False


def _emptied(reader: Reader, told: _Told) -> bool:
    """``turn n/a into null``, ``'-' means missing``."""
    start = reader.position
    is_told = reader.word(*_TREAT)
    value = _value(reader)
    if value is not None and (is_told or reader.lower() in _MEANS):
        reader.skip(_INTO | _MEANS | {"for", "becomes", "become", "be", "null"} - _EMPTY)
        if reader.word(*_EMPTY):
            reader.word("value", "values")
            told.empties.append(value)
            return True
    reader.position = start
    return False


def _left_out(reader: Reader, told: _Told) -> bool:
    """``ignore TBC``: a text that was given as an example, or that the column holds."""
    start = reader.position
    value = _value(reader) if reader.word(*_IGNORE) and not reader.skip(ARTICLES) else None
    if value is not None and value in told.examples and not _MONEY.fullmatch(value):
        reader.word("rows", "values", "entries")
        told.dropped.append(value)
        return True
    reader.position = start
    return False


def _typed(reader: Reader, told: _Told) -> bool:
    """``make it a number``, ``and cast to integer``."""
    start = reader.position
    if reader.word(*_CONVERT) or reader.word("use", "treat"):
        reader.skip(_INTO)
        if reader.lower() in _TYPES:
            told.type = _TYPES[reader.next().lower]
            return True
    reader.position = start
    return False


def _apply(told: _Told, scope: Scope, prepared: Prepared) -> bool:
    """Change the column, or leave the remark unexplained where it is not clear what becomes of some text."""
    profile = scope.tables[told.table].profile.columns.get(told.column, ColumnProfile())
    held = [value for value in profile.values if isinstance(value, str)]
    empties = _spelled([*told.empties, *(told.dropped if told.type is not None else ())], held)
    steps: list[Step] = []
    column: dict[str, Any] = {}
    if told.dropped:
        tests = " AND ".join(f"{_name(told.column)} <> {_text(value)}" for value in _spelled(told.dropped, held))
        steps.append(("filter", {"where": f"{_name(told.column)} IS NULL OR ({tests})"}))
    expression = _name(told.column)
    for template in told.clean:
        expression = template.format(expression)
    for value in empties:
        expression = f"nullif({expression}, {_text(value)})"
    if expression != _name(told.column):
        steps.append(("derive", {"columns": {told.column: expression}}))
    for value in held if told.type is not None else ():
        if value.strip() and value not in empties and not _MONEY.fullmatch(value.strip()):
            topic, text = f"unreadable_{told.column}", f"{told.column} also holds {value!r}, which is no number."
            choices = [("null", f"leave {told.column} empty there"), ("fail", "stop the run")]
            column["on_error"] = "null" if scope.dialog.choose(topic, text, choices) == "null" else "fail"
    type_ = "string"
    if told.type is not None:
        numbers = [m for text in [*told.examples, *held] if (m := _MONEY.fullmatch(text))]
        scale = max([2, *(len(m[4] or "") for m in numbers)])
        whole = max((len(m[1].replace(",", "")) for m in numbers), default=0)
        type_ = f"decimal({_DIGITS_KEPT if whole > _SHORT - scale - 2 else _SHORT},{scale})"
        parser = {"as": "money", "decimal": "point", "type": type_}
        steps.append(("parse", {"columns": {told.column: parser}, "on_error": column.get("on_error", "fail")}))
    if told.type:
        type_ = told.type
        steps.append(("cast", {"columns": {told.column: type_}}))
    prepared.add(told.table, *steps)
    prepared.change(told.table, told.column, type_, _profile(profile, told, type_))
    return True


def _profile(profile: ColumnProfile, told: _Told, type_: str) -> ColumnProfile:
    """What is known of the column's values then."""
    if type_ != "string":
        return ColumnProfile(profile.nulls, profile.distinct)
    values = [value for value in profile.values if isinstance(value, str)]
    for template in told.clean:
        values = [_PYTHON[template](value) for value in values]
    kept = tuple(sorted(set(values)))
    return ColumnProfile(profile.nulls, len(kept) or profile.distinct, values=kept)


def _spelled(said: list[str], held: list[str]) -> list[str]:
    """The texts in every spelling that the column holds."""
    found = [[value for value in held if value.casefold() == text.casefold()] or [text] for text in said]
    return list(dict.fromkeys(value for values in found for value in values))


def _name(column: str) -> str:
    return column if column.isidentifier() else f"`{column}`"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
