"""What rows show that nothing belongs to: *branches that hold nothing get 0*, *their dates stay empty*."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_abbreviation, is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import clause, clauses

NONE = frozenset(
    """
    no not never without nothing nobody none haven't hasn't don't doesn't didn't weren't wasn't aren't isn't zero yet
    unused lacking lack lacks
    """.split()
)
_ZERO = frozenset("0 zero zeros zeroes".split())
_NULL = frozenset("null nulls empty blank blanks nothing none unset missing".split())
_STAY = frozenset(
    """
    stay stays staying remain remains keep keeps keeping kept incl incl. including include included includes missing
    lost lose present appear appears belong listed list show shows shown drop dropped disappear vanish gone there
    everybody everyone every all even too also get gets
    """.split()
)
_WHO = frozenset("nobody whoever everybody everyone anyone somebody those ones people who they nothing".split())
_INSTEAD = frozenset("instead rather never not no acceptable than".split())
_BEFORE_NOUNS = frozenset("no without any whose never single have has one".split())
_GOING_ON = frozenset("their its they both those these".split())
_SHORT = 4
_COMMON = frozenset("even also get gets list show all every too there missing lost".split())
_REST = frozenset("elsewhere otherwise rest others remaining".split())
_NARROW = frozenset("but whose although though whoever also".split())
_DATES = frozenset("date dates timestamp timestamps moments times".split())
_NUMBERS = frozenset("count counts number numbers total totals amount amounts sum sums figure figures".split())
_WORDS = (
    NONE | _ZERO | _NULL | _STAY | _WHO | _INSTEAD | _REST | _NARROW | _DATES | _NUMBERS
    | frozenset(
        """
        must may should use leave leaving left join outer
        with have has having had their them it both four three two last first
        computed other cell cells field fields column columns value values write put stand stands as then ever made
        is are be stay simply so that for where when if there get getting gets yes on any kind at still single
        disregarded filled never-ending ones line lines row rows table list result please then same applies of counts
        """.split()
    )
)  # fmt: skip


@dataclass
class Emptiness:
    """What stands where nothing belongs to a row.

    Attributes:
        absent: by listed column, ``0`` or ``null``, where no row of any kind belongs to it.
        partial: the same where there are rows, but none that counts for the column.
        runs: the clauses that say so.
    """

    absent: dict[str, str] = field(default_factory=dict[str, str])
    partial: dict[str, str] = field(default_factory=dict[str, str])
    runs: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    is_clear: bool = True


def told_of_none(brief: Brief, owner: TableRef, shown: Sequence[Listed]) -> list[list[tuple[int, int]]]:
    """The clauses that tell of rows of a table that nothing belongs to, by sentence."""
    found = [_runs(brief, owner, start, end, shown) for start, end in _sentences(brief)]
    return [runs for runs in found if runs]


def emptiness_of(
    brief: Brief,
    owner: TableRef,
    nearest: Collection[TableRef],
    kinds: Mapping[str, str],
    shown: Sequence[Listed],
    told: Sequence[Sequence[tuple[int, int]]],
) -> Emptiness:
    """What stands where nothing belongs to a row of a table.

    Args:
        nearest: the tables whose rows belong to it without others between them.
        kinds: by listed column that is no key: ``time`` or ``number``.
        told: the clauses that say so, by sentence.
    """
    found = Emptiness()
    for runs in told:
        found.runs += runs
        is_narrow = _is_narrow(brief, owner, nearest, runs[0][0], runs[-1][1])
        _fill(brief, found, found.partial if is_narrow else found.absent, runs, kinds, shown)
    _even_out(found, kinds)
    return found


def never_done(brief: Brief, places: Iterable[int], cues: Collection[str] = NONE) -> list[int]:
    """The verbs in *never scheduled*, *nobody booked*, where they are the name or the value of nothing."""
    found: list[int] = []
    for place in places:
        before = set(brief.words[max(place - 3, 0) : place])
        is_verb = brief.words[place].endswith("ed") and not before.isdisjoint(cues)
        if is_verb and not brief.said.value(place)[0] and not _is_named(brief, place):
            found.append(place)
    return found


def _is_named(brief: Brief, place: int) -> bool:
    """True where a column begins like a word: ``shipped`` and ``shipment_date``."""
    stem = brief.words[place][:4]
    return any(word.startswith(stem) for words in brief.said.names.column_words.values() for word in words)


def explain_emptiness(brief: Brief, found: Emptiness, owner: TableRef) -> None:
    """Give the words of these clauses their meaning."""
    for start, end in found.runs:
        for place in range(start, end):
            if brief.words[place] in _WORDS or brief.said.tokens[place].value == 0:
                brief.explain(place, place + 1, f"every row of {owner.name} stays")
    spots = {i for start, end in found.runs for i in range(start, end) if brief.words[i - 1 : i] == ("never",)}
    done = {brief.words[i] for i in spots if brief.words[i].endswith(("ed", "id")) and not brief.said.value(i)[0]}
    verbs = done | {brief.words[i] for start, end in found.runs for i in never_done(brief, range(start, end))}
    for place in brief.places(verbs):
        brief.explain(place, place + 1, "what belongs to a row")


def _sentences(brief: Brief) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(len(brief) + 1):
        is_end = place == len(brief) or brief.said.tokens[place].text in (".", "!", "?", ";")
        if is_end and not is_abbreviation(brief.said, min(place, len(brief) - 1)):
            if place > start:
                found.append((start, place))
            start = place + 1
    return found


def _runs(brief: Brief, owner: TableRef, start: int, end: int, shown: Sequence[Listed]) -> list[tuple[int, int]]:
    """The clauses of a sentence that tell of rows without partners, and those behind them that go on about it."""
    found: list[tuple[int, int]] = []
    inside = {i for one in shown for i in range(one.place, one.end)}
    for first, last in clauses(brief):
        if not (start <= first and last <= end):
            continue
        if all(i in inside for i in range(first, last)) and not _shows(brief, first, last):
            continue
        goes_on = bool(found) or (first == start and brief.words[first] in _GOING_ON)
        if _tells(brief, owner, first, last, goes_on):
            found.append((first, last))
    spoken = {w for run in found for w in brief.words[slice(*run)]}
    is_told = bool(spoken & (_STAY | _ZERO | _NULL) or any(_shows(brief, *run) for run in found))
    goes_on = bool(found) and brief.words[found[0][0]] in _GOING_ON
    return found if is_told and (goes_on or spoken & (NONE | _ZERO | _STAY)) else []


def _tells(brief: Brief, owner: TableRef, start: int, end: int, goes_on: bool) -> bool:
    words = set(brief.words[start:end])
    is_owner = any(ref == owner for place, ref in brief.tables_at() if start <= place < end)
    shows = _shows(brief, start, end)
    if _is_of_values(brief, start, end):
        return False
    nothing = bool(words & NONE)
    stays = bool(words & _STAY)
    if nothing and len(words) <= _SHORT and end + 1 < len(brief) and _shows(brief, *clause(brief, end + 1)):
        return True  # no loans: 0
    if nothing and (is_owner or words & _WHO or shows or goes_on or words & (_STAY - _COMMON)):
        return True
    if is_owner and words & {"every", "all", "each"} and words & (_STAY - {"every", "all", "get", "show", "list"}):
        return True
    return (shows and (goes_on or is_owner or len(words) <= 6)) or (goes_on and stays)  # noqa: PLR2004


def _shows(brief: Brief, start: int, end: int) -> bool:
    return bool(set(brief.words[start:end]) & (_ZERO | (_NULL - {"nothing", "none", "missing"})))


def _is_of_values(brief: Brief, start: int, end: int) -> bool:
    """True where the clause is about a column of the tables that has no value, or a text stands for one."""
    words = set(brief.words[start:end])
    if any(brief.said.tokens[i].kind == "text" for i in range(start, end)):
        return True
    listed = {one.name.casefold() for one in brief.listed}
    voids = words & {"null", "nulls", "empty", "blank", "missing", "no", "without"}
    return bool(voids) and any(
        is_identifier(brief.said, i) and brief.words[i] not in listed for i in range(start, end)
    ) and not words & _ZERO  # fmt: skip


def _is_narrow(brief: Brief, owner: TableRef, nearest: Collection[TableRef], start: int, end: int) -> bool:
    """True where rows belong to it, but none that counts: *who has results but passed nothing*."""
    words = set(brief.words[start:end])
    nouns = {ref for place, ref in brief.tables_at() if start <= place < end} - {owner}
    return bool(nouns - set(nearest)) or bool(words & {"but", "whose", "although", "though"})


def _fill(
    brief: Brief,
    found: Emptiness,
    told: dict[str, str],
    runs: Sequence[tuple[int, int]],
    kinds: Mapping[str, str],
    shown: Sequence[Listed],
) -> None:
    """Take in what each clause says of which columns."""
    general: list[str] = []
    rest = ""
    for start, end in _parts(brief, runs):
        what = _what(brief, start, end)
        if not what:
            continue
        targets = _targets(brief, start, end, kinds, shown)
        if set(brief.words[start:end]) & _REST:
            rest = what
        elif targets:
            found.is_clear &= all(told.get(name, what) == what for name in targets)
            told.update({name: what for name in targets})
        else:
            general.append(what)
    _spread(found, told, [rest] if rest else general, kinds)


def _spread(found: Emptiness, told: dict[str, str], general: Sequence[str], kinds: Mapping[str, str]) -> None:
    """What is said of all columns holds for those that are not named; a date is never 0."""
    for name, kind in kinds.items() if general else ():
        if name in told:
            continue
        if len(set(general)) > 1:
            found.is_clear &= "time" in kinds.values()
            told[name] = "null" if kind == "time" else "0"
        elif not (general[0] == "0" and kind == "time"):
            told[name] = general[0]


def _parts(brief: Brief, runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of the clauses around ``and``, where both sides say what stands there."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        first = start
        for place in range(start, end):
            if brief.words[place] in ("and", "but") and _says(brief, first, place) and _says(brief, place + 1, end):
                found.append((first, place))
                first = place + 1
        found.append((first, end))
    return found


def _says(brief: Brief, start: int, end: int) -> bool:
    return bool(_what(brief, start, end))


def _what(brief: Brief, start: int, end: int) -> str:
    words = brief.words[start:end]
    zero = [i for i, w in enumerate(words) if w in _ZERO and words[max(i - 1, 0) : i] not in (("not",), ("than",))]
    null = [i for i, w in enumerate(words) if w in _NULL and not _denied(words, i)]
    null = [i for i in null if words[i] not in ("nothing", "none") or words[i + 1 : i + 2] == ("in",)]
    null = [i for i in null if words[i] != "missing"]
    if bool(zero) == bool(null):
        return ""
    return "0" if zero else "null"


def _denied(words: Sequence[str], place: int) -> bool:
    """``0 instead of null``, ``not null``."""
    before = set(words[max(place - 3, 0) : place])
    return bool(before & {"instead", "than", "not", "never"}) or "acceptable" in words


def _targets(brief: Brief, start: int, end: int, kinds: Mapping[str, str], shown: Sequence[Listed]) -> list[str]:
    """The listed columns that a clause names: by their names, as dates or as numbers, or the one it stands behind."""
    words = set(brief.words[start:end])
    spots = [
        (i, name) for name in kinds for i in range(start, end)
        if brief.words[i] == name.casefold() and brief.words[i - 1] not in _BEFORE_NOUNS
    ]  # fmt: skip
    spelled = [name for i, name in spots if is_identifier(brief.said, i)]
    if spots:
        return list(dict.fromkeys(spelled or [name for _, name in spots]))
    inside = [one.name for one in shown if one.name in kinds and one.start <= start and end <= one.end]
    if inside and not words & {"both", "all"}:
        return inside
    found: list[str] = []
    if words & _DATES:
        found += [name for name, kind in kinds.items() if kind == "time"]
    if words & _NUMBERS:
        found += [name for name, kind in kinds.items() if kind == "number"]
    return found


def _even_out(found: Emptiness, kinds: Mapping[str, str]) -> None:
    """What is said of one of both cases holds for the other one, where nothing is said of that."""
    if not found.absent:
        found.absent.update({name: found.partial[name] for name in kinds if name in found.partial})
