"""What became of a row, by a participle that a column is named after: ``cancelled``, ``who have left``, ``unpaid``."""

from __future__ import annotations

from collections.abc import Set

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.dates import read_month_of_year, read_span
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_date, read_year
from datamorph.planning.offline.lexicon.cues import COMPARISONS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Missing, Negation, Noun, Period, Within
from datamorph.planning.offline.names import OWN, SYNONYM, Link, words_of
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.tokens import Token

_PARTICIPLES = {
    "left": ("left", "leave"), "sent": ("sent", "send"), "sold": ("sold", "sale"), "lent": ("lent", "loan"),
    "paid": ("paid", "payment"), "begun": ("begin", "start"), "born": ("born", "birth", "birthdate"),
    "started": ("start", "begin"), "ended": ("end",), "finished": ("end", "finish"), "met": ("met",),
    "withdrawn": ("withdrawn", "withdrawal"), "built": ("built", "build"), "made": ("made",), "gone": ("left",),
    "quit": ("quit",), "cut": ("cut",), "shut": ("shut",), "won": ("won",), "kept": ("kept",), "held": ("held",),
    "spent": ("spent",), "due": ("due", "deadline"), "given": ("given",), "taken": ("taken",), "written": ("written",),
    "broken": ("broken",), "lost": ("lost",),
    "returned": ("return", "returned"), "arrived": ("arrival", "arrived"), "departed": ("departure", "departed"),
}  # fmt: skip
_BEFORE = frozenset("that which who were was have has had been are is yet already ever be being then later got".split())
_NOT = frozenset({
    "not", "never", "haven't", "hasn't", "hadn't", "aren't", "isn't", "weren't", "wasn't", "didn't",
    "don't"})  # fmt: skip
_BEHIND = frozenset({"yet", "already", "so", "far", "only", "by", "now"})
_PREFIXES = ("un", "non")
_COPULAS = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_FEWEST, _TABLE = 4, SYNONYM * OWN
_TAILS = frozenset({"on", "at", "date", "timestamp", "time", "datetime", "day", "is", "flag", "was", "year", "ts"})
_WHEN = frozenset({"after", "before", "since", "until", "through", "prior", "on", "later", "earlier", "from"})
_OPERATORS = Phrases({
    phrase: operator for phrase, operator in COMPARISONS.items()
    if operator not in ("=", "<>") and set(phrase.split()) & _WHEN
})  # fmt: skip


def read_state(reader: Reader) -> Condition | None:
    """``cancelled shows``, ``who haven't left``, ``discharged in May 2025``: a flag, or whether a date is there."""
    start = reader.position
    is_negated = False
    while reader.lower() in _BEFORE | _NOT and reader.lower():
        is_negated = is_negated or reader.lower() in _NOT
        reader.next()
    token = reader.peek()
    stems = _stems(token) if token is not None else ()
    if token is None or not stems:
        reader.position = start
        return None
    is_negated, stems = _unprefixed(token, stems, is_negated=is_negated)
    is_said_before = reader.position > start
    place = reader.position
    reader.next()
    said = {token.lower for token in reader.tokens[max(start - 1, 0) : place]}
    if _has_object(reader, is_clause=bool(said & {"who", "that", "which"}) and not said & _COPULAS):
        reader.position = start
        return None
    owner = _owner(reader)
    if owner is None and not is_said_before and not _is_after_table(reader, place):
        reader.position = start
        return None
    tables = {owner} if owner is not None else named_tables(reader)
    mark = reader.position
    found = _timed(reader, stems, tables, place)
    if is_negated and found is not None and _has_gaps(reader, found):
        reader.position, found = mark, None
    if found is None:
        links, is_flag = _unsaid(reader, token, *_columns(reader, stems, tables))
        is_dated = is_negated and not is_flag and _timed(reader, stems, tables, place) is not None
        if not links or _is_open(reader) or is_dated:
            reader.position = start
            return None
        noun = Noun(token.text, words_of(token.text), links, place)
        found = Compare(noun, "=", Constant(value=True)) if is_flag else Negation(Missing(noun))
    reader.skip(_BEHIND)
    return _negated(found) if is_negated else found


def _unsaid(reader: Reader, token: Token, links: tuple[Link, ...], is_flag: bool) -> tuple[tuple[Link, ...], bool]:
    """No date stands for ``closed`` where a column of its table says just that."""
    tables = {link.table for link in links}
    is_said = not is_flag and any(value.table in tables for value in reader.values.exact(token.text))
    return ((), False) if is_said else (links, is_flag)


def state_of(reader: Reader) -> Condition | None:
    """``cancelled`` right before the table that it is said of; the table stays for who counts it."""
    start = reader.position
    is_negated = reader.word("not", "non")
    if (token := reader.peek()) is None or not _stems(token):
        reader.position = start
        return None
    found = read_state(reader) if not is_negated else None
    reader.position = start + 1
    if found is None or _owner(reader) is None:
        reader.position = start
        return None
    reader.position = start + 1
    return found


def state_at(reader: Reader, table: TableRef) -> Condition | None:
    """What the word here says of the rows of a table, if one of its columns is named after it."""
    token = reader.peek()
    stems = _stems(token) if token is not None else ()
    links, is_flag = _columns(reader, stems, {table}) if stems else ((), False)
    if token is None or not links:
        return None
    noun = Noun(token.text, words_of(token.text), links, reader.position)
    return Compare(noun, "=", Constant(value=True)) if is_flag else Negation(Missing(noun))


def _negated(found: Condition) -> Condition:
    return found.part if isinstance(found, Negation) else Negation(found)


def _stems(token: Token) -> tuple[str, ...]:
    """What a column may be named by: ``discharged`` is ``discharge``, ``discharg`` and ``disch``."""
    word = token.lower
    if token.kind != "word" or (len(word) < _FEWEST and word not in _PARTICIPLES) or word in GLUE - {"left"}:
        return ()
    for prefix in ("", *_PREFIXES):
        bare = word.removeprefix(prefix) if prefix and word.startswith(prefix) else word
        if bare in _PARTICIPLES and (not prefix or bare != word):
            return (bare, *_PARTICIPLES[bare])
    if not word.endswith("ed"):
        return ()
    return (word, word[:-1], word[:-2], f"{word[:-2]}ing")


def _unprefixed(token: Token, stems: tuple[str, ...], *, is_negated: bool) -> tuple[bool, tuple[str, ...]]:
    """``unpaid`` is not paid, ``unassigned`` not assigned."""
    for prefix in _PREFIXES:
        bare = token.lower.removeprefix(prefix)
        if bare != token.lower and (bare.endswith("ed") or bare in _PARTICIPLES) and len(bare) >= _FEWEST:
            if bare not in ("ited", "iqued", "ied", "til"):
                known = _PARTICIPLES.get(bare, ())
                return not is_negated, (bare, *known) if known else (bare, bare[:-1], bare[:-2])
    return is_negated, stems


def _owner(reader: Reader) -> TableRef | None:
    """The table right behind: ``cancelled performances``."""
    mark = reader.position
    if reader.word("one", "ones") and len(tables := named_tables(reader)) == 1:
        return next(iter(tables))
    reader.position = mark
    noun = reader.noun()
    if noun is not None and noun.links and not noun.links[0].column and noun.links[0].score >= _TABLE:
        return noun.links[0].table
    reader.position = mark
    return None


def _has_object(reader: Reader, *, is_clause: bool) -> bool:
    """``who never closed a ticket``: what was done is said of another table."""
    mark = reader.position
    is_said = reader.word("a", "an", "any", "one", "the", "their", "its", "single") or is_clause
    is_object = is_said and _owner(reader) is not None
    reader.position = mark
    return is_object


def _is_after_table(reader: Reader, place: int) -> bool:
    """``sailings cancelled in May``, ``tickets closed``: the participle stands right behind its table."""
    links = reader.links(place - 1, 1) if place else ()
    return bool(links) and not links[0].column and links[0].score >= OWN


def named_tables(reader: Reader) -> frozenset[TableRef]:
    """The tables that the prompt names anywhere."""
    return reader.remembered(("named tables", reader.names), lambda: _named_tables(reader))


def _named_tables(reader: Reader) -> frozenset[TableRef]:
    found: set[TableRef] = set()
    for place in range(len(reader.tokens)):
        for length in (3, 2, 1):
            links = reader.names.links(
                tuple(w for t in reader.tokens[place : place + length] for w in words_of(t.text))
            )
            tables = {link.table for link in links if not link.column and link.score >= OWN}
            if tables:
                found |= tables
                break
    return frozenset(found)


def _fits(words: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    """True for a column that says no more than the participle: ``left_on``, ``disch_ts``, ``is_cancelled``."""
    rest = [word for word in words if word not in _TAILS]
    if len(rest) != 1:
        return False
    word = rest[0]
    return word in stems or (len(word) >= _FEWEST and any(stem.startswith(word) for stem in stems[:1]))


def _candidates(reader: Reader, stems: tuple[str, ...], tables: Set[TableRef]) -> list[tuple[TableRef, str]]:
    return [
        (table, column)
        for (table, column), words in sorted(reader.names.column_words.items())
        if (not tables or table in tables) and _fits(words, stems)
    ]


def _columns(reader: Reader, stems: tuple[str, ...], tables: Set[TableRef]) -> tuple[tuple[Link, ...], bool]:
    """Flags of that name; else dates that are sometimes empty."""
    spots = _candidates(reader, stems, tables)
    flags = [spot for spot in spots if spot[1] in reader.names.flags[spot[0]]]
    dates = [spot for spot in spots if spot[1] in reader.names.dates[spot[0]] and spot[1] in reader.names.gaps[spot[0]]]
    found = flags or dates
    if flags and dates and {table for table, _ in flags} != {table for table, _ in dates}:
        return (), False
    return tuple(Link(table, column, 1.0) for table, column in found), bool(flags)


def _is_open(reader: Reader) -> bool:
    """True where something of its own is said about what was done: ``closed by agents``, ``cancelled twice``."""
    return reader.lower() in ("by", "from", "to", "into", "at", "more", "than", "with", "twice", "once", "because")


def _has_gaps(reader: Reader, found: Condition) -> bool:
    """True where rows without that time could be meant by ``not closed in May`` too."""
    part = found.parts[0] if isinstance(found, Both) else found
    left = part.left if isinstance(part, Compare | Within) else None
    noun = left.of if isinstance(left, Period) else left
    return not isinstance(noun, Noun) or any(link.column in reader.names.gaps[link.table] for link in noun.links)


def _timed(reader: Reader, stems: tuple[str, ...], tables: Set[TableRef], place: int) -> Condition | None:
    """``discharged in May 2025``, ``opened before 2005``: the time is that of the participle's column."""
    spots = _candidates(reader, stems, tables)
    dates = tuple(Link(table, column, 1.0) for table, column in spots if column in reader.names.dates[table])
    if not dates:
        return None
    noun = Noun(reader.tokens[place].text, words_of(reader.tokens[place].text), dates, place)
    mark = reader.position
    if reader.word("in", "during", "on", "between", "from", "for") or reader.lower() in ("between", "from"):
        reader.position -= reader.tokens[reader.position - 1].lower in ("between", "from")
        span = read_span(reader, Period("date", noun)) or read_month_of_year(reader, noun)
        if span is not None:
            return span
    reader.position = mark
    operator = reader.take(_OPERATORS)
    if operator is None and not reader.word("in", "during", "on"):
        return None
    date = read_date(reader)
    if date is not None:
        return Compare(Period("date", noun), operator or "=", date)
    year = read_year(reader)
    if year is not None:
        return Compare(Period("year", noun), operator or "=", year)
    reader.position = mark
    return None
