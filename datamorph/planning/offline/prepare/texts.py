"""What a prompt says of a column's texts: ``price is text like '$1,200'``, ``city is typed in mixed case``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.cleaners import LOWER, TRIM
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.prepare.dates import spelled
from datamorph.planning.offline.prepare.preparation import Prepared
from datamorph.planning.offline.prepare.told import MONEY, Told, apply
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import Token

_IS = frozenset({"is", "are", "was", "were", "comes", "come", "arrives", "arrive", "gets", "get", "looks", "has",
                 "holds", "contains", "a", "just", "only", "actually", "really", "still", "plain"})  # fmt: skip
_STORED = frozenset({"stored", "held", "kept", "saved", "written", "recorded", "entered", "typed", "delivered", "as",
                     "in", "free", "messy", "a"})  # fmt: skip
_TEXT = frozenset({"text", "texts", "string", "strings", "varchar"})
_VALUES = frozenset({"strings", "string", "text", "texts", "values", "value", "column", "field", "amounts"})
_LIKE = phrase_set(("like", "such as", "e.g", "e.g.", "for example", "as in", "for instance", "looking like", "i.e"))
_CONVERT = frozenset({"cast", "convert", "parse", "turn", "make", "read", "change", "transform"})
_INTO = frozenset({"to", "into", "as", "a", "an", "in", "proper", "real", "plain", "it", "them", "that", "this", "the",
                   "value", "rest", "whole"})  # fmt: skip
_TYPES = {word: type_ for type_, words in {
    "": "number numbers numeric decimal decimals amount float double money", "bigint": "integer integers int ints",
    "date": "date dates",
}.items() for word in words.split()}  # fmt: skip
_STRIP = frozenset({"strip", "remove", "drop", "delete", "discard", "take", "out", "away", "off", "cut", "lose",
                    "without", "replace"})  # fmt: skip
_SIGNS = frozenset({"thousands", "thousand", "commas", "comma", "separators", "separator", "currency", "sign", "signs",
                    "symbol", "symbols", "pound", "dollar", "euro", "and", "any", "the", "all", "from", "it", "them",
                    "$", "£", "€", ",", "mark", "marks", "with", "nothing"})  # fmt: skip
_TELLING = frozenset({"commas", "comma", "separators", "separator", "signs", "sign", "symbol", "symbols"})
_LENIENT = phrase_set(("leave the rest empty", "leave what is no number empty", "leave everything else empty",
                       "anything else is null", "what cannot be read is null",
                       "ignore what cannot be read"))  # fmt: skip
_EMPTY = MISSING | {"nothing"}
_IGNORE = frozenset({"ignore", "ignoring", "skip", "skipping", "exclude", "excluding", "omit", "omitting"})
_TREAT = frozenset({"turn", "treat", "make", "convert", "set", "read", "map", "count", "change", "take", "turning",
                    "treating", "with", "where"})  # fmt: skip
_MEANS = frozenset({"means", "stands", "is", "counts", "being", "meaning"})
_SLOPPY = Phrases({
    "sloppily": (), "sloppy": (), "inconsistently": (), "inconsistent": (), "messy": (), "untidy": (),
    "mixed case": (LOWER,), "mixed upper and lower case": (LOWER,), "upper and lower case": (LOWER,),
    "inconsistent case": (LOWER,), "inconsistent casing": (LOWER,), "random case": (LOWER,),
    "different case": (LOWER,), "varying case": (LOWER,), "any case": (LOWER,), "mixed casing": (LOWER,),
    "stray blanks": (TRIM,), "stray spaces": (TRIM,), "extra spaces": (TRIM,), "extra blanks": (TRIM,),
    "stray whitespace": (TRIM,), "surrounding spaces": (TRIM,), "surrounding blanks": (TRIM,),
    "trailing spaces": (TRIM,), "leading spaces": (TRIM,), "leading and trailing spaces": (TRIM,),
    "leading or trailing spaces": (TRIM,), "trailing blanks": (TRIM,), "padding": (TRIM,),
    "spaces around it": (TRIM,), "blanks around it": (TRIM,),
})  # fmt: skip
_BETWEEN = frozenset({",", "and", "with", "in", ":", "some", "has", "have", "also", "or", "(", "plus", "-"})
_FORMAT = frozenset({"format", "formats", "formatted", "styles", "forms", "style", "notation", "notations"})
_FORMATTED = _FORMAT | {"in", "the", "mixed", "different", "several", "various", "two", "three", "written", "as",
                        "either", "(", ":", "using", "with", "of", "form", "these", "both"}  # fmt: skip
_ISO = frozenset({"8601", "date", "dates", "format", "formats", "form", "style"})
_PAUSE = frozenset({",", ":", ";", ".", "and", "then", "so", "please", "-", "–", "—"})  # noqa: RUF001


_TRIGGERS = _TEXT | _CONVERT | {word for word in "case casing blanks spaces whitespace padding sloppily sloppy messy "
                                "inconsistent inconsistently untidy".split()}  # fmt: skip


def read_texts(reader: Reader, scope: Scope, prepared: Prepared) -> bool:
    """Take every remark on a column's texts out of the prompt and change the column as it says.

    The last of them is what the sentences behind are about, where they name nothing: ``Sum it per country``.
    """
    is_changed = False
    place = 0 if {token.lower for token in reader.tokens} & _TRIGGERS else len(reader.tokens)
    while place < len(reader.tokens):
        reader.position = place
        told = _remark(reader, scope) if place not in reader.closed else None
        end = reader.position
        if told is not None:
            apply(told, scope, prepared)
            reader.close(place, end, f"how {told.column} is read")
            words = reader.names.column_words[told.table, told.column]
            reader.topic = Noun(told.column, words, reader.column_links(told.table, told.column), place)
            is_changed = True
        place = max(end, place + 1) if told is not None else place + 1
    reader.position = 0
    return is_changed


def _remark(reader: Reader, scope: Scope) -> Told | None:
    start = reader.position
    for construct in (_conversion, _is_text, _is_sloppy):
        reader.position = start
        told = construct(reader, scope)
        if told is not None and (told.type is not None or told.clean):
            return told
    return None


def _column(reader: Reader, scope: Scope) -> Told | None:
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
    return Told(links[0].table, links[0].column) if len(links) == 1 else None


def _is_string(scope: Scope, table: TableRef, column: str) -> bool:
    found = scope.tables[table].schema.get(column)
    return found is not None and found.type == "string"


def _is_text(reader: Reader, scope: Scope) -> Told | None:
    """``Budget in Productions is text like £12,500 or TBC. Make it a number, ignore TBC``."""
    told = _column(reader, scope)
    if told is None or reader.lower() not in _IS:
        return None
    reader.skip(_IS | _STORED)
    if not reader.word(*_TEXT):
        return None
    is_open = reader.tokens[reader.position - 1].text == "("
    reader.position += reader.lower() == "," and reader.lower(1) in ("either", "in", "written", "formatted", "as")
    _formats(reader, told)
    _examples(reader, told)
    _steps(reader, told)
    if is_open:
        reader.word(")")
    numbers = [text for text in told.examples if MONEY.fullmatch(text)]
    if told.type is None and numbers and not told.clean:
        told.type = ""
    return told


def _conversion(reader: Reader, scope: Scope) -> Told | None:
    """``cast unit_price strings like '$1,234.50' to decimal``."""
    if not reader.word(*_CONVERT):
        return None
    told = _column(reader, scope)
    if told is None:
        return None
    if reader.word("from") and not reader.word(*_TEXT):
        return None
    _formats(reader, told)
    _examples(reader, told)
    reader.skip(_INTO)
    if reader.lower() not in _TYPES:
        return None
    told.type = _TYPES[reader.next().lower]
    _formats(reader, told)
    _examples(reader, told)
    _steps(reader, told)
    return told


def _is_sloppy(reader: Reader, scope: Scope) -> Told | None:
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
    told.clean.sort(key=lambda template: template == LOWER)
    return told


def _examples(reader: Reader, told: Told) -> None:
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


def _formats(reader: Reader, told: Told) -> None:
    """``in mixed formats``, ``(dd/mm/yyyy or yyyy-mm-dd)``, ``written as dd.mm.yyyy``."""
    mark = reader.position
    reader.skip(_FORMATTED)
    is_open = "(" in {token.text for token in reader.tokens[mark : reader.position]}
    behind = reader.position if {t.lower for t in reader.tokens[mark : reader.position]} & _FORMAT else mark
    count = len(told.formats)
    while found := _format(reader):
        told.formats.append(found)
        behind = reader.position
        reader.skip(frozenset({",", "or", "and", "/", "even"}))
    reader.position = behind
    if is_open and len(told.formats) > count:
        reader.word(")")


def _format(reader: Reader) -> str:
    """``dd/mm/yyyy``, ``d mmm yyyy``; empty where none stands."""
    mark = reader.position
    if reader.word("iso"):
        reader.skip(_ISO)
        return spelled("yyyy-mm-dd")
    if reader.peek(2) is not None and (found := spelled(reader.ledger.text(mark, mark + 3))):
        reader.position += 3
        return found
    text = _value(reader)
    return spelled(text) if text is not None else ""


def _value(reader: Reader) -> str | None:
    """A text as it stands in the column: quoted, or the signs up to the next blank."""
    token = reader.peek()
    if token is None:
        return None
    if token.kind == "text":
        return str(reader.next().value)
    first = reader.position
    if not (token.kind in ("number", "mark", "date") or token.is_word) or token.text in (",", ".", ";", ":", ")", "("):
        return None
    reader.next()
    while (after := reader.peek()) is not None and _is_tied(reader, after):
        behind = reader.tokens[reader.position + 1] if reader.position + 1 < len(reader.tokens) else None
        is_last = behind is None or behind.start > after.end
        if after.text in (",", ";", ")") or (after.kind == "mark" and is_last):
            break
        reader.next()
    return reader.ledger.text(first, reader.position)


def _is_tied(reader: Reader, after: Token) -> bool:
    """True where no blank stands before a token: hyphens between words are no tokens."""
    return reader.ledger.prompt[reader.tokens[reader.position - 1].end : after.start] in ("", "-")


def _steps(reader: Reader, told: Told) -> None:
    """What is done to the text, one thing after the other."""
    mark = reader.position
    while True:
        reader.skip(_PAUSE | {"("} if reader.position == mark else _PAUSE)
        if not any(step(reader, told) for step in (_lenient, _stripped, _emptied, _left_out, _typed)):
            break
        mark = reader.position
    reader.position = mark


def _lenient(reader: Reader, told: Told) -> bool:
    """``leave the rest empty``: what cannot be read has no value."""
    if reader.take(_LENIENT) is None:
        return False
    told.is_lenient = True
    return True


def _stripped(reader: Reader, told: Told) -> bool:
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


def _emptied(reader: Reader, told: Told) -> bool:
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


def _left_out(reader: Reader, told: Told) -> bool:
    """``ignore TBC``: a text that was given as an example, or that the column holds."""
    start = reader.position
    value = _value(reader) if reader.word(*_IGNORE) and not reader.skip(ARTICLES) else None
    if value is not None and value in told.examples and not MONEY.fullmatch(value):
        reader.word("rows", "values", "entries")
        told.dropped.append(value)
        return True
    reader.position = start
    return False


def _typed(reader: Reader, told: Told) -> bool:
    """``make it a number``, ``and cast to integer``."""
    start = reader.position
    if reader.word(*_CONVERT) or reader.word("use", "treat"):
        reader.skip(_INTO)
        if reader.lower() in _TYPES:
            told.type = _TYPES[reader.next().lower]
            return True
    reader.position = start
    return False
