"""Ranks as an order: ``rank the films within each genre by number of rentals, most first (ties share a rank)``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import read_direction
from datamorph.planning.offline.grammar.windows import read_ranking_keys
from datamorph.planning.offline.model import Noun, SortKey, Window
from datamorph.planning.offline.phrases import phrase_set

_RANK = phrase_set(("rank", "ranking", "ranked", "add a rank to", "give a rank to"))
_DENSE = phrase_set(("dense rank", "dense_rank", "densely rank", "dense ranking"))
_INSIDE = ("within", "inside", "in", "of", "for", "among")
_NOTE = frozenset("equal equals ties tied counts values those with the same a rank ranks share shares get position "
                  "place number no gaps gap without leave left after there are is and or 1 = best highest first most "
                  "lowest starting at dense densely of both so that numbers skipped are not none".split())  # fmt: skip
_LONGEST_NOTE = 12


def read_ranking(reader: Reader, draft: Draft) -> Item | None:
    """The window of a rank; its groups, its measure or its rows go to the draft."""
    start = reader.position
    is_dense = reader.take(_DENSE) is not None
    if not is_dense and reader.take(_RANK) is None:
        return None
    known = len(draft.measures), len(draft.groups), len(draft.tables)
    found = _ranking(reader, draft, is_dense=is_dense)
    if found is None:
        for listed, length in zip((draft.measures, draft.groups, draft.tables), known, strict=True):
            del listed[length:]
        reader.position = start
    return found


def _ranking(reader: Reader, draft: Draft, *, is_dense: bool) -> Item | None:
    what = [item.expression for item in read_groups(reader) if isinstance(item.expression, Noun)]
    per = _inside(reader)
    if len(what) != 1 or not reader.word("by", "on"):
        return None
    reader.skip(ARTICLES)
    measure = read_measure(reader)
    keys = _measured(reader, draft, measure) if measure is not None else read_ranking_keys(reader)
    if not keys:
        return None
    per = per or _inside(reader)
    is_dense = _noted(reader) or is_dense
    if measure is not None:
        known = [group.words for group in draft.groups]
        nouns = [noun for noun in (*per, *what) if frozenset(noun.words) not in known]
        draft.groups += [Item(noun, frozenset(noun.words), noun.text) for noun in nouns]
    else:
        draft.tables.insert(0, what[0])
    name = read_name(reader)
    is_dense = _noted(reader) or is_dense
    window = Window("dense_rank" if is_dense else "rank", None, tuple(per), keys)
    return Item(window, frozenset({"rank"}), "rank", name)


def _measured(reader: Reader, draft: Draft, measure: Item) -> tuple[SortKey, ...]:
    draft.measures.append(measure)
    direction = read_direction(reader)
    noun = Noun(measure.text, tuple(sorted(measure.words)), (), reader.position)
    return (SortKey(noun, True if direction is None else direction),)


def _inside(reader: Reader) -> list[Noun]:
    """``inside each family``, ``per region``."""
    mark = reader.position
    reader.word(",")
    is_inside = reader.take(PER_PHRASES) is not None if reader.lower() != "by" else False
    if not is_inside and reader.word(*_INSIDE):
        is_inside = reader.word("each", "every", "the", "a", "its", "their") or True
    reader.skip(ARTICLES | {"same", "own"})
    found = [item.expression for item in read_groups(reader) if isinstance(item.expression, Noun)] if is_inside else []
    if not found:
        reader.position = mark
    return found


def _noted(reader: Reader) -> bool:
    """``(equal counts share a rank, no gaps)``: True where ranks without gaps are wanted."""
    mark = reader.position
    is_open = reader.word("(") or reader.word(",", ";")
    said: list[str] = []
    while is_open and len(said) < _LONGEST_NOTE:
        if reader.lower() in _NOTE or (reader.lower() == "," and said):
            said.append(reader.next().lower)
        elif reader.noun() is not None:
            said.append("")
        else:
            break
    is_note = bool({"share", "shares", "same", "gaps", "gap", "dense"} & set(said)) and bool(
        {"rank", "ranks", "gaps", "place", "number", "position", "gap"} & set(said)
    )
    is_closed = reader.tokens[mark].text != "(" or reader.word(")") if is_note else False
    if not is_closed:
        reader.position = mark
        return False
    return bool({"gaps", "gap", "dense", "densely"} & set(said)) and bool(
        {"no", "without", "none", "dense", "densely"} & set(said)
    )
