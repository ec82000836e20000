"""What the rows of each table of one list look like: ``orders come in as kind 'sale' with a positive amount``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Member, UnionRequest
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Apply, Expression, Noun
from datamorph.planning.offline.phrases import phrase_set

_ENTER = frozenset({"come", "comes", "enter", "go", "goes", "are", "count", "get", "appear", "stand", "show", "have",
                    "in", "as", "with", "up", "listed", "counted", "shown", "their", "being", "become", "is",
                    "carry"})  # fmt: skip
_PAUSE = frozenset({",", "and", "with", "as", "the", "a", "an", "their", "its", "have", "get", "plus"})
_SIGNS = {"positive": 1, "negative": -1, "negated": -1, "minus": -1, "plus": 1}
_DATE = phrase_set(("date part of", "date of", "day of", "calendar date of", "date from", "day part of"))
_LABELS = frozenset({"kind", "type", "source", "category", "origin", "label", "class", "direction"})
_EVEN = frozenset({"even", "if", "when", "though", "although", "also", "those", "whose", "where", "with", "an"})
_GONE = MISSING | {"known", "exist", "exists", "there", "found", "matched", "unmatched", "listed", "gone"}
_MOST_WORDS = 10


def read_members(reader: Reader, draft: Draft) -> bool:
    """One or more tables of the list with what their rows have."""
    union = draft.union
    start = reader.position
    if union is None or _is_kept_anyway(reader, union):
        return union is not None
    reader.position = start
    found: list[Member] = []
    while (member := _member(reader, union, draft)) is not None:
        found.append(member)
        start = reader.position
        reader.skip((",", ";", "and", "while", "but", "."))
    reader.position = start
    union.members += found
    for member in found:
        if member.label:
            union.label = union.label or member.label
    return bool(found)


def _member(reader: Reader, union: UnionRequest, draft: Draft) -> Member | None:
    start = reader.position
    reader.skip(ARTICLES | {"for", "rows", "of", "from"})
    table = read_table(reader)
    tables = {link.table for link in table.links} if table is not None else set[object]()
    place = next((n for n, one in enumerate(union.tables) if one.links[0].table in tables), None)
    mark = reader.position
    reader.skip(_ENTER)
    found = Member(place) if place is not None and reader.position > mark else None
    if found is None:
        reader.position = start
        return None
    count = 0
    mark = reader.position
    while _attribute(reader, union, draft, found):
        count += 1
        mark = reader.position
        reader.skip(_PAUSE)
    reader.position = mark if count else start
    return found if count else None


def _attribute(reader: Reader, union: UnionRequest, draft: Draft, found: Member) -> bool:
    """``kind 'sale'``, ``a negative amount``, ``the date part of booked_at``, ``refunded_on``."""
    start = reader.position
    reader.skip(ARTICLES)
    if _label(reader, union, draft, found):
        return True
    sign = _SIGNS.get(reader.lower())
    if sign is not None and reader.next() and reader.is_kind("word"):
        word = reader.next()
        if reader.lower() in ("value", "values", "number", "numbers", "sign"):
            reader.next()
        found.signs.append((word.lemma, sign))
        return True
    reader.position = start
    reader.skip(ARTICLES)
    is_date = reader.take(_DATE) is not None
    noun = reader.noun()
    own = tuple(link for link in noun.links if link.column and link.table == _table(union, found)) if noun else ()
    if noun is None or not own:
        reader.position = start
        return False
    value: Expression = Noun(noun.text, noun.words, own, noun.position)
    found.values.append(Apply("cast({} as date)", (value,)) if is_date else value)
    return True


def _label(reader: Reader, union: UnionRequest, draft: Draft, found: Member) -> bool:
    names = {output.noun.text.lower() for output in draft.outputs} | {union.label.lower()}
    name = reader.lower()
    if (name in names or name in _LABELS) and reader.is_kind("text", 1):
        said = reader.next().text
        found.label, found.value = said, str(reader.next().value)
        return True
    if reader.is_kind("text") and (known := [n for n in names if n in _LABELS]):
        found.label, found.value = known[0], str(reader.next().value)
        return True
    return False


def _table(union: UnionRequest, found: Member) -> TableRef:
    return union.tables[found.place].links[0].table


def _is_kept_anyway(reader: Reader, union: UnionRequest) -> bool:
    """``keep refunds even if their order is unknown``: every row of a table is in the list anyway."""
    if not reader.word("keep", "include", "leave", "retain"):
        return False
    reader.skip(ARTICLES)
    table = read_table(reader)
    tables = {link.table for link in table.links} if table is not None else set[object]()
    if not any(one.links[0].table in tables for one in union.tables) or reader.lower() not in _EVEN:
        return False
    mark = reader.position
    while reader.is_kind("word") and reader.position < mark + _MOST_WORDS:
        reader.next()
    return reader.tokens[reader.position - 1].lower in _GONE
