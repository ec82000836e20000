"""Missing values and what stands in their place."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import read_number, read_value
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Constant, Noun
from datamorph.planning.offline.phrases import phrase_set

_FILL = phrase_set(
    ("replace", "fill", "fill in", "substitute", "treat", "default", "set", "consider", "count", "impute")
)
_WITH = ("with", "by", "as", "to", "for")
_WHERE = frozenset({"where", "when", "if", "wherever"})
_PUT = frozenset({"put", "use", "show", "write", "say", "set", "insert", "take", "print"})
_SHOWN = phrase_set(("labelled", "labeled", "labelled as", "labeled as", "shown as", "counted as", "called", "as",
                     "become", "becomes", "listed as", "marked", "marked as", "reported as", "go under", "under",
                     "written as", "are", "is", "count as", "should be", "should read", "read", "get", "named",
                     "are shown as", "are labelled", "are labeled", "are counted as", "are listed as"))  # fmt: skip
_ROWS = frozenset({"rows", "row", "records", "ones", "those", "entries", "the", "any", "all", ","})


def read_fills(reader: Reader) -> list[tuple[Noun | None, Constant]]:
    """What stands in place of missing values, however it is said."""
    start = reader.position
    for construct in (read_fill, _where, _without, _value_first):
        reader.position = start
        found = construct(reader)
        if found:
            return found
    reader.position = start
    return []


def _where(reader: Reader) -> list[tuple[Noun | None, Constant]]:
    """``where the colour is missing put 'none'``."""
    noun = _missing_column(reader) if reader.word(*_WHERE) else None
    if noun is None:
        return []
    reader.skip((",", "then"))
    if not reader.word(*_PUT):
        return []
    reader.skip(ARTICLES)
    value = _text(reader)
    return [(noun, value)] if value is not None else []


def _without(reader: Reader) -> list[tuple[Noun | None, Constant]]:
    """``rows with no colour shown as 'none'``, ``missing colours shown as 'none'``."""
    reader.skip(_ROWS)
    if not (reader.word("with") and reader.word("no")) and not reader.word("without", *MISSING):
        return []
    reader.skip(ARTICLES | {"a", "value", "values", "of", "for"})
    noun = _column(reader)
    value = _text(reader) if noun is not None and reader.take(_SHOWN) is not None else None
    return [(noun, value)] if value is not None else []


def _value_first(reader: Reader) -> list[tuple[Noun | None, Constant]]:
    """``put 'none' where the channel is missing``."""
    reader.skip((",",))
    value = _text(reader) if reader.word(*_PUT) else None
    noun = _missing_column(reader) if value is not None and reader.word(*_WHERE, "for") else None
    return [(noun, value)] if noun is not None and value is not None else []


def _missing_column(reader: Reader) -> Noun | None:
    """``the reason is blank``, ``there is no reason``, ``missing reasons``."""
    reader.skip(ARTICLES | {"there", "is"})
    if reader.lower() in MISSING | {"no"}:
        reader.next()
        return _column(reader)
    noun = _column(reader)
    reader.skip(("is", "are", "was", "has", "left", "value"))
    if noun is None or reader.lower() not in MISSING:
        return None
    reader.next()
    return noun


def _column(reader: Reader) -> Noun | None:
    noun = reader.noun()
    return noun if noun is not None and noun.links[0].column else None


def _text(reader: Reader) -> Constant | None:
    return Constant(str(reader.next().value)) if reader.is_kind("text") else None


def read_fill(reader: Reader) -> list[tuple[Noun | None, Constant]]:
    """``replace a missing company with 'Private'``, ``treat a missing discount as 0``."""
    start = reader.position
    if reader.take(_FILL) is None:
        return []
    found: list[tuple[Noun | None, Constant]] = []
    mark = reader.position
    while (pair := _fill(reader)) is not None:
        found.append(pair)
        mark = reader.position
        while reader.word(",", "and"):
            pass
    reader.position = mark if found else start
    return found


def _fill(reader: Reader) -> tuple[Noun | None, Constant] | None:
    reader.skip(ARTICLES | {"in", "values", "value"})
    if reader.lower() not in MISSING:
        return _fill_after(reader)
    reader.next()
    reader.skip(("values", "value", "in", "of", "for", "the", "entries"))
    noun = reader.noun()
    value = _filled(reader)
    return (noun, value) if value is not None else None


def _fill_after(reader: Reader) -> tuple[Noun | None, Constant] | None:
    """``fill discount with 0``; the column stands first."""
    noun = reader.noun()
    if noun is None or not noun.links[0].column:
        return None
    reader.skip(frozenset({"where", "is", "when", "if", "it"}) | MISSING)
    value = _filled(reader)
    return (noun, value) if value is not None else None


def _filled(reader: Reader) -> Constant | None:
    if not reader.word(*_WITH):
        return None
    reader.skip(("the", "text", "value", "number", "be"))
    return read_value(reader, None) if reader.is_kind("text") else read_number(reader) or _bare(reader)


_STANDING_IN = frozenset({"unknown", "none", "other", "missing", "others", "unspecified", "undefined", "anonymous"})


def _bare(reader: Reader) -> Constant | None:
    """``by NONE``, ``with Unknown``: a word in capitals, or one that says that nothing is known."""
    token = reader.peek()
    if token is None or token.kind not in ("word", "name") or "." in token.text:
        return None
    is_code = token.text.isupper() and len(token.text) > 1
    behind = reader.peek(1)
    is_whole = behind is None or behind.text in (",", ".", ";", ")") or behind.lower in ("and", "then", "for", "in")
    if not is_whole or not (is_code or token.lower in _STANDING_IN):
        return None
    return Constant(reader.next().text)
