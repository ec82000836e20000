"""A text that is cut into columns: ``split full_name at the comma into last_name and first_name, trimmed``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Apply, Noun
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_CUT = frozenset({"split", "cut", "break", "separate", "divide", "splitting", "cutting", "breaking"})
_WRITTEN = phrase_set(tuple(
    f"{verb}{how}" for verb in ("is written", "is stored", "is held", "is given", "is formatted", "comes", "reads",
                                "is kept", "has the form", "has the format", "holds", "contains", "looks",
                                "is recorded", "has the shape", "is spelled", "is")
    for how in ("", " as", " like", " in the form", " in the format", " in the form of", " of the form")))  # fmt: skip
_SIGNS = Phrases({
    **dict.fromkeys(("comma", "commas"), ","), **dict.fromkeys(("semicolon", "semicolons"), ";"),
    **dict.fromkeys(("dash", "hyphen", "minus", "dashes", "hyphens"), "-"), "slash": "/", "colon": ":", "pipe": "|",
    "underscore": "_", "at sign": "@", "dot": ".", "point": ".", "period": ".", "plus": "+", "hash": "#"})  # fmt: skip
_AT = frozenset({"at", "on", "by", "along"})
_TRIMMED = phrase_set((
    "trimmed", "both trimmed", "trimming both", "trim both", "trim them", "trim the parts", "trim both parts", "trim",
    "each trimmed", "all trimmed", "trimmed of spaces", "stripped of spaces", "without surrounding spaces",
    "without surrounding blanks", "without surrounding whitespace", "without leading or trailing spaces",
    "without leading and trailing spaces", "without extra spaces", "without spaces around them",
    "with surrounding spaces removed", "with spaces removed", "removing surrounding spaces", "strip the spaces",
    "strip surrounding spaces", "remove surrounding spaces", "and trim", "and trim both", "and trim them"))  # fmt: skip
_IT = frozenset({"it", "this", "that", "them", "these"})
_STARTS = frozenset({".", ";", ":", ",", "!", "?", "and", "then", "-"})
_LOOSE = frozenset({",", ";"})
"""Signs that a text may have blanks beside."""
_PART = re.compile(r"[^\W\d_]+")
_FEWEST = 2


@dataclass(slots=True)
class _Cut:
    """What was read of a request.

    Attributes:
        parts: words for what stands before, between and behind the signs.
    """

    column: Noun
    sign: str = ""
    parts: tuple[str, ...] = ()
    is_trimmed: bool = False


def read_cuts(reader: Reader, draft: Draft) -> list[TableRef]:
    """Read every such request, before the new columns are taken for ones of another table.

    Returns:
        The tables of the texts.
    """
    found: list[Noun] = []
    for start in range(len(reader.tokens)):
        is_start = not start or reader.tokens[start - 1].lower in _STARTS
        if not is_start or start in reader.closed:
            continue
        reader.position = start
        for form in (_split_column, _written):
            reader.position = start
            items = form(reader)
            if items:
                reader.close(start, reader.position, "a text cut into columns")
                draft.computed += items
                reader.defined += items
                reader.made |= {item.name.lower() for item in items}
                found += _tables(reader, items[0])
                break
    reader.position = 0
    draft.tables += found
    return [noun.links[0].table for noun in found]


def _tables(reader: Reader, item: Item) -> list[Noun]:
    """The table of the text, whose rows these are."""
    column = item.expression.operands[0] if isinstance(item.expression, Apply) else None
    tables = {link.table for link in column.links if link.score >= OWN} if isinstance(column, Noun) else set[TableRef]()
    return [Noun(t.name, reader.names.table_words[t], (Link(t, "", 1.0),)) for t in tables] if len(tables) == 1 else []


def _split_column(reader: Reader) -> list[Item]:
    """``split code at the dash into area and number``."""
    if not reader.word(*_CUT):
        return []
    is_trimmed = reader.word("and") and reader.word("trim")
    column = reader.column()
    if column is None:
        return []
    return _into(reader, _Cut(column, is_trimmed=is_trimmed))


def _written(reader: Reader) -> list[Item]:
    """``full_name is written as 'Last, First'. Split it into first_name and last_name``."""
    reader.skip(ARTICLES)
    column = reader.column()
    if column is None or column.links[0].score < OWN or reader.take(_WRITTEN) is None or not reader.is_kind("text"):
        return []
    pattern = str(reader.next().value)
    parts = tuple(part.lower() for part in _PART.findall(pattern))
    signs = {sign.strip() for sign in _PART.split(pattern)[1:-1]}
    reader.skip((".", ",", ";", ":", "and", "please", "so", "now", "then"))
    if len(parts) < _FEWEST or len(signs) != 1 or not reader.word(*_CUT):
        return []
    is_trimmed = reader.word("and") and reader.word("trim")
    if not reader.word(*_IT):
        reader.column()
    sign = signs.pop()
    return _into(reader, _Cut(column, sign or " ", parts, is_trimmed or sign in _LOOSE))


def _into(reader: Reader, cut: _Cut) -> list[Item]:
    """The sign, the names and what is done to the parts, in any order."""
    names: list[str] = []
    mark = reader.position
    while True:
        reader.skip(frozenset({",", "(", ")"}) if names else frozenset())
        if not cut.sign and reader.word(*_AT):
            cut.sign = _sign(reader)
            if not cut.sign:
                return []
        elif not names and reader.word("into", "in", "to"):
            names = _names(reader)
        elif reader.take(_TRIMMED) is not None:
            cut.is_trimmed = True
        else:
            break
        mark = reader.position
    reader.position = mark
    is_complete = len(names) >= _FEWEST and bool(cut.sign) and (cut.is_trimmed or cut.sign not in _LOOSE)
    return _items(cut, names) if is_complete else []


def _sign(reader: Reader) -> str:
    reader.skip(ARTICLES | {"each", "first", "single"})
    token = reader.peek()
    if token is not None and token.kind == "text":
        reader.next()
        return str(token.value)
    return reader.take(_SIGNS) or ""


def _names(reader: Reader) -> list[str]:
    """``last_name and first_name``, ``the columns area, number``."""
    reader.skip(ARTICLES | {"columns", "fields", "two", "three", "parts", ":", "column", "new"})
    found: list[str] = []
    mark = reader.position
    while (token := reader.peek()) is not None and token.is_word and token.lower not in GLUE:
        if reader.match(_TRIMMED) is not None:
            break
        found.append(token.text)
        reader.next()
        mark = reader.position
        if not reader.word(",", "and"):
            break
        reader.skip(frozenset({"and"}) | ARTICLES)
    reader.position = mark
    return found


def _items(cut: _Cut, names: list[str]) -> list[Item]:
    """A column for each name: the part that it shares a word with, else those in order."""
    places = [next((n for n, part in enumerate(cut.parts) if part in words_of(name)), -1) for name in names]
    if sorted(places) != list(range(len(names))):
        if cut.parts and len(cut.parts) != len(names):
            return []
        places = list(range(len(names)))
    sign = cut.sign.replace("'", "''")
    call = "trim(split_part({}, '%s', %d))" if cut.is_trimmed else "split_part({}, '%s', %d)"
    return [
        Item(Apply(call % (sign, place + 1), (cut.column,)), frozenset(words_of(name)), name, name)
        for name, place in zip(names, places, strict=True)
    ]
