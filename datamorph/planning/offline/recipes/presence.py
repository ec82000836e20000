"""Whether rows without a value go or stay: *no scan time, no row*, *skip those without a phone*, *the row stays*."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.mentions import clause, clauses, mentions, sentence

ABSENT = frozenset(
    """
    missing empty blank blanks null nulls lack lacks lacking without no none nobody nothing unset unfilled absent not
    isn't aren't wasn't don't doesn't didn't never unknown
    """.split()
)
_NEGATED = frozenset("no not without isn't aren't wasn't don't doesn't didn't never non".split())
_VOID = frozenset("missing empty blank blanks null nulls unset unfilled absent lack lacks lacking unknown".split())
_FULL = frozenset("present filled given known available exist exists recorded set stored there".split())
_GO = frozenset(
    """
    skip skipped skipping drop dropped dropping exclude excluded excluding ignore ignored ignoring omit omitted
    omitting leave leaving left out off away discard discarded remove removed go goes gone filter filtered
    """.split()
)
_UNNEEDED = frozenset("need needed wanted want appear appears include included required belong counted count".split())
_STAY = frozenset("stay stays keep keeps kept remain remains remaining still retain retained appear listed".split())
_ROWS = frozenset(
    "row rows record records entry entries line lines one ones those them they anyone anybody whatever".split()
)
_HAVE = frozenset("have has had having with carry carries contain contains hold holds".split())
_GAVE = frozenset("gave give gives provided supplied entered told".split())
_PARTS = frozenset(
    """
    means mean must should can may do to it just simply be is are was in at all please only value values text texts
    """.split()
)
_OF_TEXTS = frozenset("digit digits non-digit non-digits character characters letters symbols".split())
_RELATIVE = frozenset("that who whose which where with".split())
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Filled:
    """A column that must hold something; told between two places."""

    column: str
    start: int
    end: int


def must_be_filled(brief: Brief, table: TableRef, shown: list[str]) -> list[Filled]:
    """Columns of a table without which a row does not count.

    Args:
        shown: columns of the result; *no blanks* is said of the last one.
    """
    found: list[Filled] = []
    for start, end in clauses(brief):
        known = {"", *brief.said.relations.key(table), *(one.column for one in found)}
        said = (_required(brief, table, shown, start, end), _owned(brief, table, start, end))
        column = next((one for one in said if one not in known), "")
        if column:
            found.append(Filled(column, start, end))
    return found


def explain_presence(brief: Brief, found: list[Filled]) -> None:
    """Give the words of these clauses their meaning; names and values explain themselves."""
    known = ABSENT | _FULL | _GO | _UNNEEDED | _ROWS | _HAVE | _GAVE | _PARTS | {"where", "that", "which", "other"}
    for one in found:
        start, end = one.start, _end_of(brief, one)
        for place in brief.places(known, start, end):
            brief.explain(place, place + 1, "filter")


def _end_of(brief: Brief, one: Filled) -> int:
    """Behind the clause, or behind the next one where that says that the row goes."""
    if one.end < len(brief) and brief.said.tokens[one.end].text in (",", ")"):
        start, end = clause(brief, one.end + 1)
        if _goes(set(brief.words[start:end])) and not columns_in_clause(brief, start, end):
            return end
    return one.end


def columns_in_clause(brief: Brief, start: int, end: int) -> bool:
    """True where a clause names a column of the result."""
    names = {one.name.casefold() for one in brief.listed}
    return any(word in names for word in brief.words[start:end])


def _required(brief: Brief, table: TableRef, shown: list[str], start: int, end: int) -> str:
    """The column that a clause wants to be filled; empty for none."""
    words = brief.words[start:end]
    said = set(words)
    if any(brief.said.tokens[i].kind == "text" for i in range(start, end)) or said & _OF_TEXTS:
        return ""
    if any(brief.said.value(i)[0] for i in brief.places(("unknown",), start, end)):
        return ""
    if _stays(brief, start, end):
        return ""
    if not _wants(brief, words, start, end):
        return ""
    near = _nearest(brief, table, start, end)
    if near:
        return near
    is_general = said & {"blanks", "nulls", "empties"} or (said & {"blank", "empty", "null"} and said <= _BARE)
    return shown[-1] if is_general and shown else ""


def _owned(brief: Brief, table: TableRef, start: int, end: int) -> str:
    """The column in *loans with a due date*, *those that have an email*; outside of the list."""
    inside = {one.place for one in brief.listed}
    for one in mentions(brief, table, start, end):
        before = brief.words[max(one.start - 2, start) : one.start]
        is_said = len(before) == 2 and before[0] in _HAVE and before[1] in ("a", "an", "any", "some")  # noqa: PLR2004
        if is_said and one.start not in inside and not _stays(brief, start, end):
            return one.column
    spots = [
        i + 2 for i in range(start, end - 2)
        if brief.words[i] in _HAVE and brief.words[i + 1] in ("a", "an", "any", "one")
        and not set(brief.words[start:end]) & (_VOID | _NEGATED)
    ]  # fmt: skip
    found = [column for i in spots if (column := _in_short(brief, table, i, i + 1))]
    return found[0] if len(found) == 1 and not _stays(brief, start, end) else ""


def _in_short(brief: Brief, table: TableRef, start: int, end: int) -> str:
    """``start`` of a *StartTime* that is spelled elsewhere, ``number`` after *phone numbers*; empty where not clear."""
    named = mentions(brief, table)
    spelled = {one.column for one in named if one.is_spelled}
    own = brief.said.names.table_words[table]
    found = set[str]()
    for place in range(start, end):
        lemma = brief.lemmas[place]
        parts = [name for name in brief.said.tables[table].schema.names if lemma in words_of(name) and lemma not in own]
        found |= set(parts) if len(parts) == 1 and spelled >= set(parts) else set()
        heads = {one.column for one in named if one.end < start and lemma in brief.lemmas[one.start : one.end + 1]}
        found |= heads if lemma == "number" and not parts else set()
    return found.pop() if len(found) == 1 else ""


_BARE = frozenset(
    """
    no blank empty null blanks nulls ones row rows value values without any skip the ignore where it is are that leave
    out drop omit
    """.split()
)


def _wants(brief: Brief, words: tuple[str, ...], start: int, end: int) -> bool:
    said = set(words)
    if said & _VOID or said & (_NEGATED - {"not", "don't", "doesn't", "isn't", "aren't"}):
        if _is_denied(words):
            return True
        return _goes(said - {"without"}) or _is_attribute(words) or _goes_behind(brief, start, end)
    if said & {"not", "isn't", "aren't", "don't", "doesn't", "didn't"}:
        return bool(said & {"have", "has"}) and (_goes(said) or _goes_behind(brief, start, end))
    if _is_gloss(brief, words, start, end):
        return True
    if said & _FULL and said & {"is", "was", "are", "where", "been", "with", "exists", "exist"}:
        return bool(said & {"where", "only", "whose", "when", "if"})
    return "only" in said and bool(said & {"have", "has", "with"} - {"with"})


def _is_gloss(brief: Brief, words: tuple[str, ...], start: int, end: int) -> bool:
    """``trips that really left (dep_tm filled)``: what tells which rows are meant."""
    is_inside = start > 1 and brief.said.tokens[start - 1].text == "(" and brief.said.tokens[end : end + 1] != ()
    if not is_inside or brief.said.tokens[end].text != ")" or not _FULL & set(words):
        return False
    before = brief.words[clause(brief, start - 2)[0] : start - 1]
    rest = set(words) - _FULL - {"is", "are", "be"}
    return len(rest) == 1 and bool(_RELATIVE & set(before))


def _is_denied(words: tuple[str, ...]) -> bool:
    """``is not null``, ``no blanks``, ``non-empty``."""
    return any(
        word in _VOID and i and words[i - 1] in ("not", "no", "non", "isn't", "without", "never", "aren't")
        for i, word in enumerate(words)
    )


def _is_attribute(words: tuple[str, ...]) -> bool:
    """``the visits without a time``, ``without the visits that lack a time``, ``without those whose time is empty``."""
    if "without" not in words:
        return False
    behind = words[words.index("without") :]
    relative = next((i for i, word in enumerate(behind) if word in _RELATIVE), len(behind))
    is_said = bool(set(behind[relative:]) & (_VOID | {"no"})) and not set(behind) & (_FULL | {"not"})
    return is_said or not set(words) & {"no", "not", *_VOID}


def _goes(said: set[str]) -> bool:
    said = said - {"filter"} if {"filter", "to"} <= said and "out" not in said else said
    if said & (_GO - {"out", "off", "away", "left", "leave", "leaving", "go", "goes", "gone"}):
        return True
    if said & {"left", "leave", "leaving", "go", "goes", "are", "is", "stay", "stays"} and said & {
        "out",
        "off",
        "away",
    }:
        return True
    if said & {"can", "may", "should", "must"} and "go" in said and "not" not in said:
        return True
    denied = said & {"don't", "doesn't", "not", "no", "needn't", "never"}
    is_no_row = bool(said & {"row", "rows", "line", "lines", "entry"}) and not said & (_RELATIVE | _HAVE)
    return bool(denied) and (bool(said & _UNNEEDED) or is_no_row)


def _goes_behind(brief: Brief, start: int, end: int) -> bool:
    """True where the next clause of the sentence says so: *no scan_tm, no row*."""
    last = sentence(brief, start)[1]
    if end >= last:
        return False
    first, stop = clause(brief, end + 1)
    return _goes(set(brief.words[first:stop])) and not columns_in_clause(brief, first, stop)


def _stays(brief: Brief, start: int, end: int) -> bool:
    said = set(brief.words[start:end])
    last = sentence(brief, start)[1]
    behind = set(brief.words[end : clause(brief, end + 1)[1]]) if end < last else set[str]()
    stays = _STAY - {"appear"}
    if {"leave", "in"} <= said and not said & {"out", "off", "away"}:
        return True
    also = bool(said & {"also", "too", "anyway", "nevertheless"} and said & (_STAY | {"appears", "included", "shown"}))
    return (also or bool(said & stays or behind & stays)) and not _goes(said - {"not"} if also else said)


def _nearest(brief: Brief, table: TableRef, start: int, end: int) -> str:
    """The one column that the clause names; of several, the one that stands nearest to the word that tells."""
    named = mentions(brief, table, start, end)
    if len({one.column for one in named}) <= 1:
        return named[0].column if named else _in_short(brief, table, start, end)
    tells = [i for i in range(start, end) if brief.words[i] in _VOID | _FULL]
    tells = tells or [i for i in range(start, end) if brief.words[i] in ABSENT]
    if not tells:
        return ""
    spot = tells[-1]
    behind = [one for one in named if 0 < one.start - spot <= _NEAR]
    before = [one for one in named if one.end <= spot]
    if behind and brief.words[spot] not in _FULL:
        return behind[0].column
    return before[-1].column if before and spot - before[-1].end <= _NEAR else ""
