"""Columns of several tables in one list: ``combine author countries and store cities into a single column``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Gathering
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.tokens import singular

_VERBS = phrase_set((
    "combine", "collect", "gather", "put", "merge", "stack", "bring together", "put together", "pool", "union",
    "unite", "take"))  # fmt: skip
_BUILD = frozenset({"make", "build", "create", "compile", "produce", "give", "get", "prepare", "assemble", "me", "want",
                    "need", "i", "we", "us"})  # fmt: skip
_OUT_OF = phrase_set(("out of", "made from", "made of", "made out of", "built from", "from both"))
_OF = frozenset({"of", "from", "with", "containing", "holding"})
_ONE = frozenset({"into", "to", "in", "as", "a", "one", "single", "the", "common", "together", "same", "joint",
                  "deduplicated", "distinct", "unique", "combined"})  # fmt: skip
_COLUMN = frozenset({"column", "list"})
_LISTS = frozenset({"list", "register", "directory"})
_SAID_ONCE = frozenset({"duplicates", "distinct", "unique", "deduplicated", "once", "different", "repeats", "doubles"})
_MOST_WORDS = 3
_FEWEST = 2
_CLEAN = Phrases({
    "trimmed": "trim({})", "trim": "trim({})", "trim them": "trim({})", "stripped": "trim({})",
    "lowercase": "lower({})", "lowercased": "lower({})", "in lowercase": "lower({})", "all lowercase": "lower({})",
    "lower": "lower({})", "uppercase": "upper({})", "uppercased": "upper({})", "in uppercase": "upper({})",
    "all uppercase": "upper({})",
})  # fmt: skip
_ONCE = phrase_set((
    "without duplicates", "no duplicates", "without repeats", "no repeats", "distinct", "unique", "deduplicated",
    "duplicates removed", "duplicates dropped", "distinct only", "only once", "each once", "once each", "once",
    "each one once", "a single time", "every one once", "each only once", "just once", "one time", "no value twice",
    "each value once", "every value once", "without doubles", "no doubles", "nothing twice", "none twice",
    "remove duplicates", "drop duplicates", "exactly once"))  # fmt: skip
_EACH = frozenset({"each", "every", "all", "any"})
_DROPPED = frozenset({"dropped", "removed", "out", "skipped", "ignored", "excluded", "omitted", "left"})
_DROP = frozenset({"drop", "remove", "skip", "ignore", "omit", "exclude", "leave", "without", "no", "out", "the"})
_ONES = frozenset({"ones", "values", "entries", "addresses", "rows", "cells", "are", "is", "get", "any"})
_DIRECTIONS = Phrases({
    "ascending": "asc", "in ascending": "asc", "in ascending order": "asc", "rising": "asc", "alphabetically": "asc",
    "in alphabetical order": "asc", "a to z": "asc", "from a to z": "asc", "smallest first": "asc",
    "lowest first": "asc", "descending": "desc", "in descending order": "desc", "falling": "desc", "z to a": "desc",
    "highest first": "desc", "largest first": "desc", "in rising order": "asc", "increasing": "asc",
    "in increasing order": "asc", "decreasing": "desc", "in decreasing order": "desc",
    "in falling order": "desc"})  # fmt: skip
_ORDERS = Phrases({
    **{text: "asc" for text in ("sorted", "ordered", "in order", "sort them", "order them", "put in order",
                                "sort the values", "sort it", "sort")},
    **{text: way for text, way in (
        ("ascending", "asc"), ("in ascending order", "asc"), ("rising", "asc"), ("alphabetically", "asc"),
        ("in alphabetical order", "asc"), ("a to z", "asc"), ("from a to z", "asc"), ("smallest first", "asc"),
        ("lowest first", "asc"), ("descending", "desc"), ("in descending order", "desc"), ("falling", "desc"),
        ("z to a", "desc"), ("highest first", "desc"), ("in rising order", "asc"), ("alphabetical", "asc"),
        ("in increasing order", "asc"), ("increasing", "asc"))}})  # fmt: skip
_PAUSE = frozenset({",", ":", ";", ".", "?", "!", "and", "but", "then", "please", "-", "with", "(", ")"})


def read_gathering(reader: Reader, draft: Draft) -> bool:
    """Two columns or more under each other, the name of the list, what is done to its values."""
    if draft.gathering is not None:
        return _more(reader, draft.gathering)
    start = reader.position
    is_list = _heading(reader)
    is_said = not is_list and _said_from(reader)
    if not is_list and not is_said and reader.take(_VERBS) is None:
        reader.position = start
        return False
    columns = _columns(reader)
    mark = reader.position
    reader.skip(_ONE)
    is_one = reader.position > mark and reader.word(*_COLUMN)
    if not is_one:
        reader.position = mark
    if len(columns) < _FEWEST or not (is_one or is_list) or (is_said and not _is_once_said(reader)):
        reader.position = start
        return False
    said = {token.lower for token in reader.tokens[start : columns[0].position]}
    found = Gathering(columns, is_distinct=bool(said & {"unique", "distinct", "different"}))
    found.is_distinct = found.is_distinct or (is_said and _is_once_said(reader))
    found.name = read_name(reader) or (_bare_name(reader) if is_one else "")
    while _more(reader, found):
        pass
    if not _is_list_of_values(found, is_list=is_list):
        reader.position = start
        return False
    found.name = found.name or _later(reader)
    found.is_values = not found.name
    found.name = found.name or columns[0].links[0].column
    draft.gathering = found
    return True


def _said_from(reader: Reader) -> bool:
    """``all port codes from``, ``collect the e-mail addresses from``: what the values are, in words of its own."""
    mark = reader.position
    if reader.take(_VERBS) is not None or reader.word("all", "every", "the", "list", "show", "get"):
        reader.skip(("all", "the", "every", "me", "of", "distinct", "unique", "different", "up"))
        for _ in range(_MOST_WORDS):
            if reader.word("from", "in", "out"):
                reader.word("of")
                return reader.position > mark + 1
            if not reader.is_kind("word"):
                break
            reader.next()
    reader.position = mark
    return False


def _is_once_said(reader: Reader) -> bool:
    return any(token.lower in _SAID_ONCE for token in reader.tokens)


def _bare_name(reader: Reader) -> str:
    """``in a single column place``."""
    token = reader.peek()
    is_end = reader.lower(1) in _PAUSE | {"", "without", "each", "sorted"}
    if token is None or not token.is_word or not is_end or token.lower in NO_NAMES | {"without", "sorted"}:
        return ""
    return reader.next().text


def _is_list_of_values(found: Gathering, *, is_list: bool) -> bool:
    """True where values stand under each other; ``first and last name in one column`` are put beside each other."""
    links = [noun.links[0] for noun in found.columns]
    are_apart = found.is_distinct or len({link.table for link in links}) == len(links)
    are_same = len({words_of(link.column)[-1] for link in links}) == 1
    are_plural = all(noun.text.lower() != singular(noun.text.lower()) for noun in found.columns)
    return are_apart and (is_list or found.is_distinct or are_same or are_plural)


def _heading(reader: Reader) -> bool:
    """``make a mailing list out of``; a list ``of`` columns is one only where the prompt speaks of one column."""
    mark = reader.position
    reader.skip(_BUILD | {"a", "one", "the", "an", "single"})
    for _ in range(_MOST_WORDS):
        if reader.is_kind("word") and reader.next().lower in _LISTS:
            is_out_of = reader.take(_OUT_OF) is not None
            if is_out_of or (reader.word(*_OF) and _later(reader)):
                return True
            break
    reader.position = mark
    return False


def _columns(reader: Reader) -> list[Noun]:
    """``author countries and store cities``, ``Patrons.Email and the email in bar_orders``: each one certain column."""
    found: list[Noun] = []
    mark = reader.position
    while True:
        reader.skip(ARTICLES | {"both", "all"})
        noun = reader.noun()
        links = _certain(noun) if noun is not None else ()
        if noun is None or not links:
            reader.position = mark
            return found
        found.append(Noun(noun.text, noun.words, links, noun.position))
        mark = reader.position
        if not reader.word(",", "and", "+", "&", "plus", "with"):
            return found
        reader.skip(("and", "also"))


def _certain(noun: Noun) -> tuple[Link, ...]:
    best = noun.links[0].score
    top = [link for link in noun.links if link.score > best - 0.05]
    return (top[0],) if len(top) == 1 and top[0].column and best >= OWN else ()


def _more(reader: Reader, found: Gathering) -> bool:
    """One remark on the list: cleaned, without empty ones, each once, its order, its name."""
    start = reader.position
    reader.skip(_PAUSE)
    mark = reader.position
    if (order := _order(reader)) and not found.order:
        found.order = order
        return True
    reader.position = mark
    if _is_told(reader, found):
        return True
    reader.position = mark
    if _is_called(reader, found):
        return True
    reader.position = start
    return False


def _is_told(reader: Reader, found: Gathering) -> bool:
    mark = reader.position
    if (template := reader.take(_CLEAN)) is not None:
        found.clean.append(template)
        return True
    if _is_once(reader):
        found.is_distinct = True
        return True
    reader.position = mark
    if _is_without_empty(reader):
        found.drops_empty = True
        return True
    reader.position = mark
    if name := _one_column(reader):
        found.name = name if found.is_values else found.name or name
        found.is_values = False
        return True
    return False


def _is_called(reader: Reader, found: Gathering) -> bool:
    """``called place``."""
    token = reader.peek(1)
    is_list = reader.lower(2) == "and" or (reader.lower(2) == "," and reader.lower(4) in (",", "and"))
    is_list = is_list and reader.lower() == "as"
    is_name = token is not None and token.is_word and reader.lower(2) in _PAUSE | {""} and not is_list
    if not (found.is_values and is_name and reader.word("as", "called", "named")):
        return False
    found.name, found.is_values = reader.next().text, False
    return True


def _order(reader: Reader) -> str:
    """``ascending``, ``sorted``, ``A to Z``."""
    said = reader.take(_ORDERS)
    if said is None:
        return ""
    direction = reader.take(_DIRECTIONS) or ""
    reader.skip(("order",))
    return direction or said if reader.lower() in _PAUSE | {""} else ""


def _is_once(reader: Reader) -> bool:
    """``without duplicates``, ``every address a single time``."""
    if reader.take(_ONCE) is not None:
        noun = reader.noun()
        if noun is not None and reader.lower() not in _PAUSE | {"", "only"}:
            reader.position = noun.position
        reader.skip(("values", "ones", "only", "codes", "names", "ids", "numbers", "entries", "addresses"))
        return True
    if not reader.word(*_EACH) or not reader.is_kind("word"):
        return False
    reader.next()
    reader.skip(("should", "must", "appears", "appear", "listed", "is", "be", "comes", "just", "only"))
    return reader.take(_ONCE) is not None


def _is_without_empty(reader: Reader) -> bool:
    """``empty ones dropped``, ``no empty values``, ``leave out blanks``."""
    mark = reader.position
    reader.skip(_DROP)
    is_order = reader.position > mark
    is_empty = False
    while reader.lower() in MISSING | {"blanks", "nulls", "empties"} or (is_empty and reader.lower() in ("or", "and")):
        is_empty = reader.next().lower not in ("or", "and") or is_empty
    reader.skip(_ONES if is_empty else frozenset())
    is_dropped = reader.lower() in _DROPPED
    reader.skip(_DROPPED if is_empty else frozenset())
    return is_empty and (is_order or is_dropped)


def _one_column(reader: Reader) -> str:
    """``One column, email``, ``in a column called place``."""
    reader.skip(("in", "into", "as", "a", "the"))
    if reader.word("one", "single", "the"):
        reader.word("single")
    if not reader.word("column", "columns"):
        return ""
    reader.skip((",", ":", "called", "named", "is", "=", "-", "should", "be"))
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text"):
        return ""
    reader.next()
    return str(token.value) if token.kind == "text" else token.text


def _later(reader: Reader) -> str:
    """The name that stands in a sentence of its own further on."""
    mark = reader.position
    name = ""
    while reader.peek() is not None and not name:
        if reader.lower() in (".", ";"):
            reader.next()
            behind = reader.position
            name = _one_column(reader)
            reader.position = behind
        else:
            reader.next()
    reader.position = mark
    return name
