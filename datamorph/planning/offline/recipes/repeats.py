"""Whether equal rows of the result stand once."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.mentions import clause, take
from datamorph.planning.offline.recipes.sheet import Sheet

_ONCE = frozenset({"once"})
_EQUAL = frozenset("distinct unique deduplicated dedup deduped dedupe deduplicate".split())
_REPEATED = frozenset(
    "repeat repeats repeating repeated repetition repetitions duplicate duplicates dupes dupe doubles twice".split()
)
_DENIED = frozenset("no not without never remove removed drop dropped skip avoid any collapse collapsed don't".split())
_WORDS = frozenset(
    """
    distinct unique deduplicated dedup deduped dedupe deduplicate repeat repeats repeating repeated repetition
    repetitions duplicate duplicates dupes dupe doubles twice once no not without never remove removed drop dropped skip
    avoid any collapse collapsed pair pairs combination combinations combo combos identical same exact each every only
    just listed appear appears row rows shown don't said line lines
    """.split()
)


def stands_once(brief: Brief) -> bool:
    """True where the prompt wants equal rows once."""
    return any(_is_told(brief, place) for place in brief.places(_ONCE | _EQUAL | _REPEATED))


def _is_told(brief: Brief, place: int) -> bool:
    start, end = clause(brief, place)
    words = set(brief.words[start:end])
    if brief.words[place] in _ONCE:
        return bool(words & {"pair", "combination", "combo", "pairs", "combinations", "row", "rows", "identical"})
    return brief.words[place] in _EQUAL or bool(words & _DENIED)


def is_of_one(sheet: Sheet) -> bool:
    """True where one column alone is to be unique although more are shown: *unique customers*."""
    brief = sheet.brief
    for place in brief.places(_EQUAL):
        one = next((m for m in sheet.mentions if m.start == place + 1), None)
        if one is not None and len(brief.listed) > 1 and words_of(one.column)[-1] in KEY_WORDS:
            return True
    per = {i + 1 for i in brief.places({"per", "each"})} & {one.start for one in sheet.mentions}
    return bool(per) or any(brief.words[i + 1 : i + 2] == ("per",) for i in brief.places(_ONCE | _REPEATED))


def explain_once(brief: Brief) -> None:
    """Give the words about it their meaning."""
    for place in brief.places(_ONCE | _EQUAL | _REPEATED):
        take(brief, _WORDS, "equal rows once", *clause(brief, place))
