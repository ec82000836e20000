"""Where a prompt speaks of the columns of one table, and what it tells of each column of the result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_abbreviation
from datamorph.planning.offline.recipes.listed import Listed

_SENTENCE = frozenset(".;!?")
_CLAUSE = frozenset(",.;:()!?=")
_PARTS = frozenset(",.;!?")
_DEFINING = frozenset("= : is are means tells counts shows holds being".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A column of a table, named between two places."""

    start: int
    end: int
    column: str
    is_spelled: bool


def mentions(brief: Brief, table: TableRef, start: int = 0, end: int | None = None) -> list[Mention]:
    """Columns of a table that a run of tokens names, in order; spelled as they are, or in words."""
    names = {name.casefold(): name for name in brief.said.tables[table].schema.names}
    found: list[Mention] = []
    place, last = start, len(brief) if end is None else end
    while place < last:
        one = _mention(brief, table, names, place)
        if one is not None and one.end <= last:
            found.append(one)
            place = one.end
        else:
            place += 1
    return found


def _mention(brief: Brief, table: TableRef, names: dict[str, str], place: int) -> Mention | None:
    token = brief.said.tokens[place]
    if not token.is_word:
        return None
    if token.lower.casefold() in names:
        return Mention(place, place + 1, names[token.lower.casefold()], is_spelled=True)
    if any(token.text.casefold() == one.name.casefold() for one in brief.listed):
        return None
    found = brief.said.column(place, table)
    return Mention(place, place + found[0], found[1].column, is_spelled=False) if found is not None else None


def columns_in(brief: Brief, table: TableRef, start: int, end: int) -> list[str]:
    """The columns that a run of tokens names, each once."""
    return list(dict.fromkeys(one.column for one in mentions(brief, table, start, end)))


def columns_behind(brief: Brief, table: TableRef, place: int) -> list[str]:
    """The columns of a table that begin at a place, with those that are joined to them."""
    found: list[str] = []
    for one in mentions(brief, table, place):
        if set(brief.words[place : one.start]) - {"and", "+", "&", ",", "plus", "the"}:
            break
        found.append(one.column)
        place = one.end
    return found


def sentence(brief: Brief, place: int) -> tuple[int, int]:
    """The tokens around a place up to the next full stop or semicolon."""
    return _around(brief, place, _SENTENCE)


def clause(brief: Brief, place: int) -> tuple[int, int]:
    """The tokens around a place up to the next mark of any kind."""
    return _around(brief, place, _CLAUSE)


def clauses(brief: Brief) -> list[tuple[int, int]]:
    """Runs of tokens between marks, dashes between blanks among them."""
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(len(brief) + 1):
        if place == len(brief) or _breaks(brief, place, _CLAUSE):
            if place > start:
                found.append((start, place))
            start = place + 1
    return found


def _around(brief: Brief, place: int, marks: frozenset[str]) -> tuple[int, int]:
    start = next((i + 1 for i in range(place - 1, -1, -1) if _breaks(brief, i, marks)), 0)
    end = next((i for i in range(place, len(brief)) if _breaks(brief, i, marks)), len(brief))
    return start, end


def _breaks(brief: Brief, place: int, marks: frozenset[str]) -> bool:
    token = brief.said.tokens[place]
    if token.text in marks:
        return not is_abbreviation(brief.said, place)
    if token.text not in ("-", "–", "—"):  # noqa: RUF001 (dashes are what people type)
        return False
    return brief.said.prompt[token.start - 1 : token.end + 1].strip() == token.text


def told(brief: Brief, listed: Listed) -> list[tuple[int, int]]:
    """Runs of tokens that tell what a listed column is: in the list, and around its other mentions up to the next one.

    Unlike ``Brief.about``, a mention outside of the list tells until its sentence ends or another column is told of.
    """
    inside = {i for one in brief.listed for i in (one.place, *range(one.start, one.end))}
    names = {one.name.casefold() for one in brief.listed}
    spots = [i for i, word in enumerate(brief.words) if word in names and i not in inside]
    runs = [(listed.start, listed.end)]
    if listed.end < len(brief) and brief.said.tokens[listed.end].text == ":":  # the last one, told of behind a colon
        runs = [(listed.start, sentence(brief, listed.end)[1])]
    for spot in spots:
        if brief.words[spot] != listed.name.casefold() or _is_noun(brief, spot, listed):
            continue
        first = clause(brief, spot)[0]
        begun = _around(brief, spot, _PARTS)[0]
        if any(begun <= i < spot and brief.said.tokens[i + 1].lower in _DEFINING for i in spots):
            continue
        before = max((i + 1 for i in spots if first <= i < spot), default=first)
        following = next((i for i in spots if i > spot and _begins(brief, i)), len(brief))
        if following < len(brief):
            begun = clause(brief, following)[0]
            following = begun if begun > spot else following
        end = min(sentence(brief, spot)[1], following, _list_start(brief, spot))
        runs.append((before, max(end, spot + 1)))
    return runs


def _begins(brief: Brief, place: int) -> bool:
    """True where a name opens what is told of it; ``is price times qty`` only uses one."""
    is_first = clause(brief, place)[0] == place or brief.words[place - 1] in ("and", "the")
    return is_first or (place + 1 < len(brief) and brief.said.tokens[place + 1].lower in _DEFINING)


def _is_noun(brief: Brief, place: int, listed: Listed) -> bool:
    """``the trainer`` where the column is called ``Trainer``."""
    text = brief.said.tokens[place].text
    return text != listed.name and text.islower() and not listed.name.islower()


def _list_start(brief: Brief, place: int) -> int:
    """Where the list begins, for what stands before it."""
    starts = [one.place for one in brief.listed if one.place > place]
    return min(starts, default=len(brief))


def words_told(brief: Brief, runs: Iterable[tuple[int, int]], name: str = "") -> frozenset[str]:
    """Words and lemmas in these runs, and those of a name."""
    spots = [i for start, end in runs for i in range(start, end)]
    return frozenset(
        {brief.words[i] for i in spots} | {brief.lemmas[i] for i in spots} | (set(words_of(name)) if name else set())
    ) - {""}


def take(brief: Brief, words: Iterable[str], meaning: str, start: int = 0, end: int | None = None) -> None:
    """Explain every token of a run that is one of these words."""
    for place in brief.places(words, start, end):
        if brief.said.tokens[place].kind != "text":
            brief.explain(place, place + 1, meaning)
