"""Requests about single rows: duplicates, missing values, computed columns."""

from __future__ import annotations

from datamorph.planning.offline.draft import DedupeRequest, Item
from datamorph.planning.offline.grammar.comparisons import read_bounded_count
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.derived import read_derived
from datamorph.planning.offline.grammar.expressions import nouns_of, read_expression
from datamorph.planning.offline.grammar.groups import read_groups
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.timing import read_timing
from datamorph.planning.offline.model import (
    Aggregate,
    Compare,
    Condition,
    Conditional,
    Constant,
    Expression,
    Noun,
    SortKey,
)
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.tokens import Token

_DEDUPE = phrase_set((
    "deduplicate", "dedupe", "de duplicate", "remove duplicates", "drop duplicates", "remove duplicate rows",
    "drop duplicate rows",
    "drop exact duplicate rows", "remove exact duplicate rows", "remove exact duplicates", "drop exact duplicates",
    "no duplicates",
    "without duplicates", "drop exact duplicate records", "each pair once", "each once", "each combination once",
    "remove duplicate", "drop duplicate", "eliminate duplicates", "remove repeated rows", "drop repeated rows",
    "get rid of duplicates", "discard duplicates", "remove full duplicates", "distinct rows only",
    "each row once"))  # fmt: skip
_LATEST = Phrases({"latest": True, "newest": True, "most recent": True, "last": True, "highest": True, "largest": True,
                   "earliest": False, "oldest": False, "first": False, "lowest": False, "smallest": False})  # fmt: skip
_KEEP_ONE = Phrases(dict.fromkeys(("keep the", "keep only the", "keep", "take the", "take only the", "use the",
                                   "keeping the",
                                   "keeping only the", "retain the", "retain only the",
                                   "keep just the"), ""))  # fmt: skip
_ROW = frozenset({"record", "row", "version", "entry", "one", "update", "line"})
_FLAG = phrase_set(("flag", "mark", "label", "tag", "consider", "treat", "count"))

_DISTINCT = phrase_set(("all distinct", "distinct", "the distinct", "all unique", "the unique", "unique",
                        "all different", "the different",
                        "every distinct", "each distinct"))  # fmt: skip
_COMBINATIONS = frozenset({"pairs", "pair", "combinations", "combination", "of", "combos", "values", "tuples", "rows"})


def read_distinct(reader: Reader) -> list[Noun]:
    """``all distinct city / country pairs``: columns whose combinations are kept once each."""
    start = reader.position
    if reader.take(_DISTINCT) is None:
        return []
    reader.skip(_COMBINATIONS)
    found: list[Noun] = []
    while (noun := reader.noun()) is not None and noun.links[0].column:
        found.append(noun)
        if not reader.word("/", ",", "and", "&", "+"):
            break
    reader.skip(_COMBINATIONS)
    if not found:
        reader.position = start
    return found


def read_dedupe(reader: Reader) -> DedupeRequest | None:
    """``deduplicate tracks by name``, ``keep the latest record per customer by updated_at``."""
    start = reader.position
    if reader.take(_DEDUPE) is not None:
        reader.skip(("rows", "from", "of", "in", "the", "records", "among"))
        table = read_table(reader)
        by = _keys(reader) if reader.word("by", "on", "per") else ()
        order = _kept(reader)
        return DedupeRequest(by, order, table)
    reader.position = start
    return None


def _keys(reader: Reader) -> tuple[Noun, ...]:
    return tuple(item.expression for item in read_groups(reader) if isinstance(item.expression, Noun))


def _kept(reader: Reader) -> tuple[SortKey, ...]:
    """``and keep the one with the lowest TrackId``, ``keeping the latest updated_at``."""
    mark = reader.position
    reader.skip((",", "and", ";"))
    if reader.take(_KEEP_ONE) is not None:
        reader.skip(("one", "row", "record", "with", "the", "whose", "which", "has", "that"))
        direction = reader.take(_LATEST)
        if direction is not None:
            reader.skip(_ROW | {"by", "of"})
            noun = reader.noun()
            return (SortKey(noun, direction),)
    reader.position = mark
    return ()


def read_computed(reader: Reader) -> Item | None:
    """An expression with a name behind it: ``compute amount minus discount as net``."""
    start = reader.position
    expression = read_timed(reader) or read_derived(reader) or read_expression(reader)
    if expression is None or isinstance(expression, (Noun, Constant)) or not nouns_of(expression):
        reader.position = start
        return None
    name = read_name(reader)
    text = reader.ledger.text(start, reader.position)
    return Item(expression, frozenset(w for w in name.lower().split("_") if w), text, name)


def read_timed(reader: Reader) -> Expression | None:
    """A value made of dates; without a name behind it, it has to be a time between two dates."""
    start = reader.position
    found = read_timing(reader)
    mark = reader.position
    is_named = found is not None and bool(read_name(reader))
    reader.position = mark
    is_between = found is not None and len(nouns_of(found)) > 1
    is_asked = bool(start) and reader.tokens[start - 1].lower in ("compute", "calculate", "derive")
    if not (is_named or is_between or is_asked):
        reader.position = start
        return None
    return found


def read_flag_heading(reader: Reader) -> bool:
    """``Flag late parcels.``: a heading where ``is_late`` is defined behind it."""
    if reader.take(_FLAG) is None:
        return False
    reader.skip(ARTICLES)
    if not reader.is_kind("word"):
        return False
    word = reader.next().lower
    rest = reader.tokens[reader.position :]
    names = {f"is_{word}", f"{word}_flag", f"{word}"}
    is_defined = any(t.kind == "name" and t.lower in names and _is_said(rest, n) for n, t in enumerate(rest))
    if reader.lower() not in (".", ":") and reader.noun() is None and reader.is_kind("word"):
        reader.next()
    return is_defined and reader.word(".", ":")


def _is_said(tokens: tuple[Token, ...], place: int) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1].lower in ("is", "=", ":", "means", "being")


def read_flag(reader: Reader) -> Item | None:
    """``flag sales as big when amount is at least 8``: a word for a condition."""
    start = reader.position
    if reader.take(_FLAG) is None:
        return None
    while reader.is_kind("word") and reader.lower() not in ("as", "when", "if") and reader.position < start + 5:
        reader.next()
    is_name = reader.word("as") and (reader.is_kind("word") or reader.is_kind("name"))
    name = reader.unlinked() if is_name else None
    condition = _when(reader) if name and reader.word("when", "if", "where", "once") else None
    if name is None or condition is None:
        reader.position = start
        return None
    value = Conditional(((condition, Constant(value=True)),), Constant(value=False))
    called = name.text if "_" in name.text else f"is_{name.text.lower()}"
    return Item(value, frozenset(name.words), name.text, called)


_THEY = frozenset({"they", "it", "he", "she", "there", "these", "those"})
_HAD = frozenset("have has had are were is was placed made opened bought sold ordered took got filed raised".split())


def _when(reader: Reader) -> Condition | None:
    """``they opened 3 or more tickets``: a count of rows that belong to what is flagged."""
    mark = reader.position
    if reader.word(*_THEY):
        verb = reader.lower()
        if verb in _HAD or verb.endswith("ed"):
            reader.next()
        found = read_bounded_count(reader)
        if found is not None:
            return found
    reader.position = mark
    return read_condition(reader)


def flagged(reader: Reader, item: Item, start: int) -> Noun | None:
    """``flag shops as ...``: the table whose rows are flagged by a count of others."""
    found = item.expression
    condition = found.branches[0][0] if isinstance(found, Conditional) else None
    if not isinstance(condition, Compare) or not isinstance(condition.left, Aggregate):
        return None
    mark = reader.position
    reader.position = start
    reader.take(_FLAG)
    reader.skip(ARTICLES)
    noun = reader.noun()
    reader.position = mark
    return noun if noun is not None and not noun.links[0].column else None
