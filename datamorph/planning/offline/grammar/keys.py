"""Groups by what is computed of a column: ``per decade of built_year``, ``per first letter of name``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Expression, Noun, Period

_TEXT = frozenset({"first", "last", "initial", "leading", "trailing", "length", "domain", "lowercase", "uppercase"})
_LONGEST = 5


def read_derived_key(reader: Reader) -> Item | None:
    """The key with a name of its own; None where a column or a part of a date is meant."""
    start = reader.position
    found = _decade(reader) or _piece(reader)
    if found is None:
        reader.position = start
        return None
    expression, name, nouns = found
    words = frozenset({*name.split("_"), *(word for noun in nouns for word in noun.words)})
    return Item(expression, words, name, name)


def _decade(reader: Reader) -> tuple[Expression, str, list[Noun]] | None:
    """The year that the decade begins with, of a date or of a year."""
    if not reader.word("decade", "decades") or not reader.word("of", "from", "in"):
        return None
    reader.skip(ARTICLES)
    noun = reader.column()
    if noun is None:
        return None
    link = noun.links[0]
    is_date = link.column in reader.names.dates.get(link.table, ())
    year: Expression = Period("year", noun) if is_date else noun
    return Apply("{} - {} % 10", (year, year)), "decade", [noun]


def _piece(reader: Reader) -> tuple[Expression, str, list[Noun]] | None:
    from datamorph.planning.offline.grammar.derived import read_derived  # noqa: PLC0415 (tables are groups)

    start = reader.position
    if reader.lower() not in _TEXT:
        return None
    found = read_derived(reader)
    if not isinstance(found, Apply) or not all(isinstance(one, Noun) for one in found.operands):
        return None
    said = [token for token in reader.tokens[start : reader.position] if token.kind == "word"]
    name = "_".join(token.lower for token in said[:_LONGEST] if token.lower not in ARTICLES).split("_of_")[0]
    return found, name, [one for one in found.operands if isinstance(one, Noun)]


__all__ = ["read_derived_key"]
