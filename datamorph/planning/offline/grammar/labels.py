"""Labels of two columns in either order: ``a route label from the two port codes in alphabetical order``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Noun
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_BUILD = frozenset({"build", "make", "create", "derive", "add", "form", "compute", "define"})
_KINDS = frozenset({"label", "name", "key", "code", "id", "column", "text", "tag"})
_FROM = phrase_set(("from", "out of", "of", "as", "made of", "made from", "=", "with", "by joining", "by combining",
                    "consisting of"))  # fmt: skip
_ORDERED = phrase_set((
    "in alphabetical order", "alphabetically", "sorted", "in alphabetic order", "sorted alphabetically",
    "ordered alphabetically", "in sorted order", "put in alphabetical order", "a to z", "in a z order",
    "smaller first", "the smaller first", "smallest first", "lower first", "the lower one first",
    "alphabetically sorted", "alphabetically ordered"))  # fmt: skip
_SIGNS = Phrases({"dash": "-", "a dash": "-", "hyphen": "-", "a hyphen": "-", "slash": "/", "a slash": "/",
                  "space": " ", "a space": " ", "underscore": "_", "an underscore": "_", "comma": ",", "a comma": ",",
                  "an arrow": "->", "colon": ":", "a colon": ":", "a minus": "-", "a pipe": "|"})  # fmt: skip
_TIED = frozenset({"with", "separated", "joined", "by", "and", ",", "put", "tied", "using", "connected", "in", "the"})
_BETWEEN = frozenset({"between", "them", "the", "two", "in", "as", "separator", "both", "it"})
_TREAT = frozenset({"treat", "count", "consider", "take", "regard", "see", "handle"})
_BOTH = frozenset({"both", "the", "two", "directions", "direction", "ways", "way", "of", "a", "each", "an", "one", "as",
                   "same", "single"})  # fmt: skip
_TWO = 2
_MOST_WORDS = 10


def read_label(reader: Reader) -> Item | None:
    """A new column with the smaller of two values, a sign and the larger one."""
    start = reader.position
    name, kind = _name(reader)
    columns = _columns(reader) if name is not None and reader.take(_FROM) is not None else ()
    is_ordered = _ordered(reader) if columns else False
    sign = _sign(reader) if columns else None
    is_ordered = is_ordered or (bool(columns) and _ordered(reader))
    if name is None or len(columns) != _TWO or not is_ordered or sign is None:
        reader.position = start
        return None
    _example(reader, sign)
    template = f"concat(least({{}}, {{}}), '{sign}', greatest({{}}, {{}}))"
    words = frozenset({*name.words, *((kind,) if kind else ())})
    return Item(Apply(template, (*columns, *columns)), words, name.text, name.text.replace(" ", "_").lower())


def read_either_way(reader: Reader) -> bool:
    """``treat both directions of a crossing as one route:`` says what the label behind it is for."""
    if not reader.word(*_TREAT) or reader.lower() not in ("both", "the", "a"):
        return False
    mark = reader.position
    while reader.is_kind("word") and reader.position < mark + _MOST_WORDS:
        reader.next()
    said = {token.lower for token in reader.tokens[mark : reader.position]}
    is_said = bool(said & {"directions", "ways", "orders"}) and "both" in said and bool(said & {"one", "same"})
    if not is_said or not reader.word(":", ",", ";", "."):
        return False
    behind = reader.position
    is_defined = read_label(reader) is not None
    reader.position = behind
    return is_defined


def _name(reader: Reader) -> tuple[Noun | None, str]:
    """``a route label``: the column's name, and what kind of thing it is said to be."""
    reader.skip(_BUILD | ARTICLES | {"new", "column", "one", ","})
    token = reader.peek()
    if token is None or not token.is_word or reader.match(_FROM):
        return None, ""
    name = reader.unlinked()
    kind = reader.next().lower if reader.lower() in _KINDS else ""
    return name, kind


def _columns(reader: Reader) -> tuple[Noun, ...]:
    """``origin and destination``, ``the two port codes``: two columns of one table."""
    mark = reader.position
    reader.skip(ARTICLES)
    if reader.word("two", "2", "both"):
        return _both(reader)
    first = reader.noun()
    second = reader.noun() if first is not None and reader.word("and", "&", "+", ",") else None
    if first is None or second is None or not (first.links[0].column and second.links[0].column):
        reader.position = mark
        return ()
    return first, second


def _both(reader: Reader) -> tuple[Noun, ...]:
    """The two columns of one table that have a word in common: ``port codes`` are ``orig_port`` and ``dest_port``."""
    start = reader.position
    said: list[str] = []
    while reader.is_kind("word") and reader.match(_ORDERED) is None and reader.lower() not in _TIED:
        said.append(reader.next().lemma)
    wanted = {word for word in said if word not in _KINDS} or set(said)
    tables: dict[object, list[Noun]] = {}
    for (table, column), words in sorted(reader.names.column_words.items()):
        if set(words[-len(wanted) :]) == wanted and len(words) > len(wanted):
            noun = Noun(column, words, (Link(table, column, 1.1),), start)
            tables.setdefault(table, []).append(noun)
    pairs = [nouns for nouns in tables.values() if len(nouns) == _TWO]
    return tuple(pairs[0]) if len(pairs) == 1 and wanted else ()


def _ordered(reader: Reader) -> bool:
    mark = reader.position
    reader.skip((",", "(", "and", "put"))
    if reader.take(_ORDERED) is not None:
        reader.word(")")
        return True
    reader.position = mark
    return False


def _sign(reader: Reader) -> str | None:
    """``with a dash between``, ``separated by '-'``."""
    mark = reader.position
    reader.skip(_TIED)
    sign = reader.take(_SIGNS)
    if sign is None and reader.is_kind("text"):
        sign = str(reader.next().value)
    if sign is None or "'" in sign or "\\\\" in sign:
        reader.position = mark
        return None
    reader.skip(_BETWEEN)
    return sign


def _example(reader: Reader, sign: str) -> None:
    """``(e.g. BRK-SOR)``: an example in the form that the label has."""
    mark = reader.position
    if reader.word("("):
        reader.skip(("e.g", "e.g.", ".", "for", "example", "like", "such", "as", ",", "i.e"))
        first = reader.position
        while reader.peek() is not None and reader.lower() != ")":
            reader.next()
        said = reader.ledger.text(first, reader.position) if reader.position > first else ""
        parts = said.strip("'\"").split(sign)
        if len(parts) == _TWO and sorted(parts) == parts and reader.word(")"):
            return
    reader.position = mark
