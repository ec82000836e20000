"""The first groups in an order: *the three best selling tracks of every genre*, *which lane is busiest each month*."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import KEY_WORDS, LABELS
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.grouped import ordering
from datamorph.planning.offline.recipes.grouped.keys import Key
from datamorph.planning.offline.recipes.grouped.kinds import RANKS, is_rank
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, column_term, only
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.resolve import nulls

_DOWN = ordering.MOST | frozenset("favourite favorite popular leading winner".split())
_ORDERING = frozenset("descending desc decreasing ascending asc increasing".split())
_PER = frozenset("per each every within".split())
_STOPS = frozenset(
    "the a an with who which i list give show we by that whose is are was were keep find take in".split()
)
_HIGH = frozenset("higher highest larger largest later latest bigger newest greater greatest descending desc".split())
LEVEL = frozenset("tie ties tied draw draws drawn level equal equally equals tiebreak tiebreaker same".split())
_BEFORE = tuple((word,) for word in "earlier previous preceding prior".split())
_SENTENCE = ".;!?"
_UNITS = frozenset("decimal digit dp place month day year minute hour week".split())
_BOUNDS = frozenset("over above under below least than exceeding beyond minimum maximum to / = >= > <".split())
_BETWEEN = frozenset({"and", "the", "calendar", "&", "(", ")", ",", "+"})
WORDS = (
    _DOWN | ordering.LEAST | LEVEL | RANKS | _HIGH
    | frozenset(
        """
        keep keeps kept leave only just find one ones who which what with has have had gets get it win wins won winner
        take taken takes goes go first last then after next alphabetically alphabetical alphabet a z lower smaller
        earlier lowest smallest case of in two several if when where whose breaker break breaks broken decide decides
        settle settles pair pairing pairings combination combinations occur occurs often frequent selling seller sellers
        earning earn earns earned bring brings brought make makes made sell sells sold by number count highest come
        comes up among on at as well to beat prefer counts counted sort sorts rank ranks ranked max maximum code
        codes within ahead decided
        """.split()
    )
)  # fmt: skip
"""What people say about picking the first ones, besides names."""


@dataclass(frozen=True, slots=True)
class Pick:
    """How many groups are kept of which larger group, and in which order they come.

    Attributes:
        per: names of keys of which each value has its own order; empty for one order of all.
        ties: names of keys, and columns that no key is, each with whether the larger one comes first.
        rank: the listed column that holds the place.
    """

    count: int
    per: tuple[str, ...]
    measure: str
    is_up: bool
    ties: tuple[tuple[str | Column, bool], ...]
    rank: str = ""

    @property
    def hidden(self) -> tuple[Column, ...]:
        """Columns beside the keys."""
        return tuple(name for name, _ in self.ties if not isinstance(name, str))


def asks_for_some(scene: Scene) -> bool:
    """True where only the first ones are wanted."""
    return bool(_superlatives(scene)) or any(is_rank(one.name) for one in scene.outputs)


def pick_of(
    scene: Scene, kinds: Mapping[str, str], keys: Sequence[Key], measures: Sequence[str], filled: Collection[Column]
) -> Pick | None:
    """What is picked; None where it is not clear.

    Args:
        filled: columns that every row has that counts.
    """
    rank = [name for name, kind in kinds.items() if kind == "rank"]
    spots = _superlatives(scene) or _ranked(scene, rank)
    direction = _direction(scene, spots)
    if direction is None or len(measures) != 1 or len(rank) > 1:
        return None
    count = _count(scene, spots, rank)
    per = _per(scene, keys, spots)
    entity = [key for key in keys if key.name not in per]
    if count and not rank and _are_names_of(scene, entity, [key for key in keys if key.name in per]):
        per, entity = (), list(keys)
    if count is None or not entity or (not per and (rank or count < 1)):
        return None
    if any(_has_gaps(scene, key, filled) for key in keys if key.name in per) or _shares_places(scene):
        return None
    if _is_period(per) and _is_period(key.name for key in entity):
        return None
    ties = _ties(scene, entity, said := list(_tie_runs(scene)))
    if ties is None:
        return None
    if not said:
        scene.brief.work.dialog.assume("equal amounts are put in the order of " + ", ".join(k.name for k in entity))
    _explain(scene, spots, said)
    return Pick(max(count, 1), per, measures[0], direction, tuple(ties), rank[0] if rank else "")


def _are_names_of(scene: Scene, entity: Sequence[Key], per: Sequence[Key]) -> bool:
    """True where each group is what comes first: ``samples per ward, the first 6: ward_code, the ward's name``."""
    columns = {column for key in per for column in key.term.columns}
    between = scene.brief.said.relations.between
    return all(
        any(
            table == owner or any(r.columns == (column,) for r in between(table, owner))
            for table, column in columns if scene.brief.said.relations.key(owner) == (column,) or table != owner
        )
        for key in entity for owner in key.term.tables
    )  # fmt: skip


def _is_period(names: Iterable[str]) -> bool:
    """True where one of some keys is a part of the calendar."""
    return any(words_of(name)[-1] in ("year", "month", "quarter", "mo", "mon", "mth") for name in names)


def _superlatives(scene: Scene) -> list[int]:
    """Where the first ones are asked for, outside of what tells an order or settles ties."""
    brief = scene.brief
    ties = {i for start, end in _tie_runs(scene) for i in range(start, end)}
    found = [i for i in brief.places(_DOWN | ordering.LEAST) if i not in ties and not scene.is_output(i)]
    found = [i for i in found if brief.words[i + 1 : i + 2] not in _BEFORE]
    return [i for i in found if i not in scene.masked and brief.words[i] not in _ORDERING and not _is_order(scene, i)]


def _is_order(scene: Scene, place: int) -> bool:
    """``largest first``, ``highest at the top``."""
    behind = scene.brief.words[place + 1 : place + 4]
    return behind[:1] == ("first",) or ("top" in behind and bool({"on", "at"} & set(behind)))


def _ranked(scene: Scene, rank: Sequence[str]) -> list[int]:
    """``rank tracks by revenue, highest first``, where a place is listed."""
    return scene.brief.places(_DOWN | ordering.LEAST) if rank else []


def _direction(scene: Scene, spots: Sequence[int]) -> bool | None:
    """Whether the smallest come first; None where it is not clear."""
    words = {scene.brief.words[i] for i in spots}
    plain = words - {"best", "worst", "top", "favourite", "favorite", "leading", "popular"}
    down, up = bool(plain & _DOWN), bool(plain & ordering.LEAST)
    if down and up:
        return None
    if not plain and "worst" in words:
        return None
    return up if words else None


def _count(scene: Scene, spots: Sequence[int], rank: Sequence[str]) -> int | None:
    """How many are kept: beside a superlative, or the last of the places; 0 where it is not said, None for several."""
    brief = scene.brief
    found: set[int] = set()
    for place in brief.numbers():
        value = brief.said.tokens[place].value
        near = any(scene.chunk(place) == scene.chunk(i) for i in spots) or _is_first(scene, place)
        unit = set(brief.lemmas[place + 1 : place + 2]) & _UNITS
        bound = set(brief.words[max(place - 3, 0) : place]) & _BOUNDS
        if isinstance(value, int) and near and value > 1 and not unit | bound and not brief.ledger.covers(place):
            found.add(value)
            brief.explain(place, place + 1, "how many")
    places = {v for v in _places(scene, rank)}
    found |= {max(places)} if places else set()
    return None if len(found) > 1 else (found or {0}).pop()


def _is_first(scene: Scene, place: int) -> bool:
    """``top 6``, ``first three only``."""
    return scene.brief.words[place - 1 : place] in (("top",), ("first",))


def _places(scene: Scene, rank: Sequence[str]) -> Iterator[int]:
    """The values of the place: ``pos (1 or 2)``, ``rank from 1 to 3``, ``keep ranks 1 to 3``."""
    brief = scene.brief
    listed = [one for one in scene.outputs if one.name in rank]
    runs = [run for one in listed for run in scene.zones(one)]
    runs += [(i, i + 5) for i in brief.places(RANKS) if rank and i not in {one.place for one in listed}]
    for start, end in runs:
        for place in brief.numbers(start, end):
            value = brief.said.tokens[place].value
            if isinstance(value, int) and (value == 1 or _follows_one(scene, place)):
                brief.explain(place, place + 1, "place")
                yield value


def _follows_one(scene: Scene, place: int) -> bool:
    near = scene.brief.said.tokens[max(place - 7, 0) : place]
    return any(token.value == 1 for token in near)


def _per(scene: Scene, keys: Sequence[Key], spots: Sequence[int]) -> tuple[str, ...]:
    """Names of the keys behind *per*, *each* and *within*, without those of what is picked."""
    found: list[Key] = []
    for place in scene.brief.places(_PER):
        found += [key for key in dict.fromkeys(_keys_behind(scene, keys, place + 1)) if key not in found]
    if len(found) == len(keys):
        picked = _picked(scene, keys, spots)
        found = [key for key in found if key not in picked] if picked else []
    return tuple(key.name for key in found)


def _picked(scene: Scene, keys: Sequence[Key], spots: Sequence[int]) -> list[Key]:
    """Keys beside a superlative, or behind *which*, and not behind *each*: ``the 2 best lessons of each level``."""
    brief = scene.brief
    places = {i for spot in spots for i in range(*scene.chunk(spot))}
    places |= {i + 1 for i in brief.places({"which", "what"})}
    places -= {
        i for place in brief.places(_PER) for i in range(place + 1, _end_of_phrase(scene, place + 1))
        if not any(place < spot < i for spot in spots)
    }  # fmt: skip
    return [key for key in keys if any(_is_named(scene, key, i, i + 1) for i in places if i < len(brief))]


def _keys_behind(scene: Scene, keys: Sequence[Key], start: int) -> Iterator[Key]:
    """The keys of ``every region and month``, not the one in ``genre rank tracks``."""
    is_found = False
    for place in range(start, _end_of_phrase(scene, start)):
        here = [key for key in keys if _is_named(scene, key, place, place + 1)]
        yield from here
        if is_found and not here and scene.brief.said.tokens[place].text not in _BETWEEN:
            return
        is_found = is_found or bool(here)


def _end_of_phrase(scene: Scene, start: int) -> int:
    for i in range(start, min(start + 6, len(scene.brief))):
        text = scene.brief.said.tokens[i].text
        if text in ",.;:!?" or (scene.brief.words[i] in _STOPS and i > start):
            return i
        if text == "(":
            return next((k for k in range(i, len(scene.brief)) if scene.brief.said.tokens[k].text == ")"), i)
    return min(start + 6, len(scene.brief))


def _names_of(scene: Scene, key: Key) -> set[str]:
    """Words for a key: of its name, of its column, and of the table that it names."""
    own = scene.brief.said.names
    generic = {"name", "code", "id", "number", "no", "title"}
    words = set(words_of(key.name)) | {w for c in key.term.columns if not key.unit for w in own.column_words[c]}
    if key.owner is not None and words & generic:
        words |= set(own.table_words[key.owner])
    return words - generic | ({key.unit} if key.unit else set())


def _is_named(scene: Scene, key: Key, start: int, end: int) -> bool:
    brief = scene.brief
    exact = {key.name.casefold(), *(c.casefold() for _, c in key.term.columns if not key.unit)}
    return bool(exact & set(brief.words[start:end]) or _names_of(scene, key) & set(brief.lemmas[start:end]))


def _has_gaps(scene: Scene, key: Key, filled: Collection[Column]) -> bool:
    return any(nulls(scene.brief, Link(*column, 1.0)) for column in key.term.columns if column not in filled)


def _shares_places(scene: Scene) -> bool:
    """``equal sums share a place``: then places are not counted one by one."""
    same = scene.brief.places({"same", "equal", "share", "shared", "dense"})
    return any(set(scene.brief.lemmas[i + 1 : i + 3]) & RANKS for i in same)


def _tie_runs(scene: Scene) -> Iterator[tuple[int, int]]:
    """What is said about ties: from the words that speak of them to the end of the sentence."""
    brief, last = scene.brief, 0
    for place in brief.places(LEVEL):
        start = scene.chunk(place)[0]
        if place < last or (brief.words[place] == "same" and not _is_level(scene, place)):
            continue
        end = next((i for i in range(place, len(brief)) if scene.is_mark(i, _SENTENCE) or _lists(scene, i)), len(brief))
        start = start if start >= last else last
        yield start, end
        last = end


def _is_level(scene: Scene, place: int) -> bool:
    """``cost the same``, ``the same number``, ``same revenue``."""
    behind = scene.brief.lemmas[place + 1 : place + 2]
    ends = behind in ((), ("the",), ("then",)) or scene.brief.said.tokens[place + 1].kind == "mark"
    words = {"number", "count", "total", "value", "amount", "sum", "revenue"} | {n for n in scene.names}
    return ends or bool(set(behind) & words)


def _lists(scene: Scene, place: int) -> bool:
    """True where the list of columns begins."""
    return place == min((one.place for one in scene.outputs), default=-1)


def _ties(
    scene: Scene, entity: Sequence[Key], runs: Sequence[tuple[int, int]]
) -> list[tuple[str | Column, bool]] | None:
    """What decides between equal amounts, in order, the rest of the entity behind it; None where it is not clear."""
    found: dict[str | Column, bool] = {}
    for start, end in runs:
        for place, name in _tie_names(scene, entity, start, end):
            found.setdefault(name, _is_high(scene, place, start))
    if runs and not found:
        alphabetical = any(
            {"alphabet", "alphabetical", "alphabetically", "z", "first", "earlier"}
            & set(scene.brief.words[slice(*run)])
            for run in runs
        )
        if not alphabetical:
            return None
    return [*found.items(), *((key.name, False) for key in entity if key.name not in found)]


def _tie_names(scene: Scene, entity: Sequence[Key], start: int, end: int) -> Iterator[tuple[int, str | Column]]:
    done = start
    columns = {column: key.name for key in entity for column in key.term.columns}
    for place in range(start, end):
        if place < done or _is_subject(scene, place):
            continue
        spot = next((s for s in scene.spots if s.start == place), None)
        column = only(scene, spot) if spot is not None else None
        if spot is not None and column is not None and (column in columns or _tells_rows_apart(scene, column, entity)):
            done = spot.end
            yield place, columns.get(column, column)
            continue
        found = _tied(scene, entity, place)
        if len(found) == 1:
            yield place, found[0]


def _tied(scene: Scene, entity: Sequence[Key], place: int) -> list[str]:
    """The keys that a word may mean: by a whole name, a word of it, or what kind of thing it is: *by code*."""
    word, lemma = scene.brief.words[place], scene.brief.lemmas[place]
    exact = [key.name for key in entity if word == key.name.casefold()]
    own = [key.name for key in entity if lemma in _names_of(scene, key)]
    labels = [key.name for key in entity if lemma in LABELS and lemma in words_of(key.name)]
    codes = [key.name for key in entity if lemma in KEY_WORDS and _is_reference(scene, key)]
    if lemma in ("number", "count"):
        return exact
    return exact or codes or own or labels


def _is_reference(scene: Scene, key: Key) -> bool:
    """True for the key of a table."""
    return any(scene.brief.said.relations.key(table) == (column,) for table, column in key.term.columns)


def _tells_rows_apart(scene: Scene, column: Column, entity: Sequence[Key]) -> bool:
    """True for the key of a table from which something is picked."""
    tables = {table for key in entity for table, _ in key.term.columns}
    return column[0] in tables and scene.brief.said.relations.key(column[0]) == (column[1],)


def _is_subject(scene: Scene, place: int) -> bool:
    """``if two tracks have the same revenue``: what is level, not what decides."""
    before = set(scene.brief.words[max(place - 3, 0) : place])
    is_many = scene.brief.words[place] != scene.brief.lemmas[place]
    return is_many or (
        bool(before & {"two", "several", "more", "if", "when"}) and not before & {"by", "lower", "smaller"}
    )


def _is_high(scene: Scene, place: int, start: int) -> bool:
    words = scene.brief.words
    first = max(scene.chunk(place)[0], start, place - 4)
    first = next((i + 1 for i in range(place - 1, first - 1, -1) if words[i] in ("and", "then", "first")), first)
    return bool(_HIGH & set(scene.brief.words[first : place + 3]))


def _explain(scene: Scene, spots: Collection[int], ties: Sequence[tuple[int, int]]) -> None:
    """Give the words about the pick their meaning."""
    brief = scene.brief
    places = {i for spot in spots for i in range(*scene.chunk(spot))} | {i for run in ties for i in range(*run)}
    places |= set(brief.places(RANKS | _PER | {"keep", "only", "just", "leave"}))
    for place in [i + 1 for i in spots if brief.words[i] in ("most", "best", "least", "top")]:
        word = brief.words[place] if place < len(brief) else ""
        if word.endswith(("ed", "wn", "en", "ing", "ought")) and not brief.said.value(place)[0]:
            brief.explain(place, place + 1, "what is counted")
    for place in sorted(places):
        known = brief.words[place] in WORDS or brief.lemmas[place] in WORDS
        is_two = brief.said.tokens[place].value == 2 and any(start <= place < end for start, end in ties)  # noqa: PLR2004
        if is_two or (known and (brief.words[place] not in NEVER_GLUE or brief.words[place] in ("only", "within"))):
            brief.explain(place, place + 1, "which ones are kept")


def entity_gaps(scene: Scene, keys: Sequence[Key], per: Collection[str]) -> list[Column]:
    """Columns of what is picked that some rows lack."""
    plain = [key for key in keys if key.name not in per and key.default is None]
    return [column for key in plain for column in key.term.columns if nulls(scene.brief, Link(*column, 1.0))]


__all__ = ["Listed", "Pick", "TableRef", "asks_for_some", "column_term", "entity_gaps", "pick_of"]
