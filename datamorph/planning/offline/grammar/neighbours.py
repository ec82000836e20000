"""What the row before or behind holds: ``previous status of the same booking``, ``days until the next``."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.grammar.expressions import ELAPSED
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sessions import read_session
from datamorph.planning.offline.grammar.sorting import DIRECTION, read_keys
from datamorph.planning.offline.lexicon.cues import TIME_PARTS
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import Noun, SortKey, Window, WindowKind
from datamorph.planning.offline.phrases import Phrases, phrase_set

_SIDES: Phrases[WindowKind] = Phrases({"previous": "previous", "prior": "previous", "preceding": "previous",
                  "next": "next", "following": "next", "subsequent": "next"})  # fmt: skip
_ROWS = frozenset({"row", "entry", "record", "line", "one", "value", "reading", "item", "event", "rows"})
_SAME = phrase_set((
    "of the same", "for the same", "within the same", "in the same", "by the same", "on the same", "at the same",
    "from the same", "of that", "for that", "within that", "in that", "within each", "within", "of each", "of its",
    "with the same"))  # fmt: skip
_ORDER = phrase_set(("in order of", "in the order of", "ordered by", "sorted by", "by", "along", "going by",
                     "judged by", "according to", "in order by", "following", "as per", "over"))  # fmt: skip
_UNTIL = phrase_set(("until", "till", "to", "before", "up to"))
_QUIET = frozenset({"number", "of", "calendar", "how", "many", "whole", "full"})


@dataclass(slots=True)
class Tail:
    """Where neighbours start anew and in which order they go."""

    per: tuple[Noun, ...] = ()
    order: tuple[SortKey, ...] = ()


def read_neighbour(reader: Reader) -> Window | None:
    """The value of a neighbouring row that stands here, if one does."""
    return reader.first_of(read_session, _numbered, _year_before, _of_side, _side, _until_next, behind=ARTICLES)


def read_tail(reader: Reader) -> Tail:
    """``of the same ward in order of adm_ts``, ``per ward by adm_ts``, ``within each ward, adm_ts order``."""
    found = Tail()
    while _same(reader, found) or _order(reader, found):
        pass
    return found


def _same(reader: Reader, found: Tail) -> bool:
    mark = reader.position
    reader.word(",")
    if not found.per and (reader.take(_SAME) is not None or (reader.lower() != "by" and reader.take(PER_PHRASES))):
        reader.word("same")
        keys = tuple(item.expression for item in read_groups(reader) if isinstance(item.expression, Noun))
        if keys:
            found.per = keys
            return True
    reader.position = mark
    return False


def _order(reader: Reader, found: Tail) -> bool:
    mark = reader.position
    is_open = reader.word("(")
    if not is_open:
        reader.word(",")
    if not found.order and reader.take(_ORDER) is not None:
        keys = tuple(key for key in read_walk(reader) if key.noun is not None)
        if keys and (not is_open or reader.word(")")):
            found.order = keys
            return True
    reader.position = mark
    reader.word(",")
    if not found.order and reader.word("in"):
        noun = reader.noun()
        if noun is not None and noun.links[0].column and reader.word("order"):
            found.order = (SortKey(noun),)
            return True
    reader.position = mark
    return False


def read_walk(reader: Reader) -> list[SortKey]:
    """The keys that rows are walked by; in a list of columns another one needs a ``then``."""
    if not reader.is_listing:
        return read_keys(reader)
    found: list[SortKey] = []
    mark = reader.position
    while (noun := reader.noun()) is not None:
        if not noun.links or not noun.links[0].column:
            break
        direction = reader.take(DIRECTION)
        found.append(SortKey(noun, is_descending=bool(direction), is_tie=bool(found)))
        mark = reader.position
        reader.word(",", "and")
        if not reader.word("then"):
            break
        reader.word("by")
    reader.position = mark
    return found


def _side(reader: Reader) -> Window | None:
    """``previous status of the same booking``: the column of the row before."""
    side = reader.take(_SIDES)
    if side is None or reader.lower() in TIME_PARTS:
        return None
    noun = reader.noun()
    if noun is None or not noun.links[0].column or _is_key(reader, noun):
        return None
    tail = read_tail(reader)
    return Window(side, noun, tail.per, tail.order) if tail.per or tail.order else None


def _is_key(reader: Reader, noun: Noun) -> bool:
    """True for ``move`` where ``MoveID`` is all that is called so: the row is meant, not its number."""
    words = reader.names.column_words[noun.links[0].table, noun.links[0].column]
    return words[-1] in KEY_WORDS and words[-1] not in noun.words


def _of_side(reader: Reader) -> Window | None:
    """``status of the previous entry of the same booking``."""
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not reader.word("of", "in", "from", "on", "at"):
        return None
    reader.skip(ARTICLES)
    side = reader.take(_SIDES)
    if side is None or not _row(reader):
        return None
    tail = read_tail(reader)
    return Window(side, noun, tail.per, tail.order) if tail.per or tail.order else None


def _row(reader: Reader) -> bool:
    """``row``, or the table that the rows are of."""
    if reader.lower() in _ROWS and reader.next():
        return True
    mark = reader.position
    noun = reader.noun()
    if noun is not None and not noun.links[0].column:
        return True
    reader.position = mark
    return False


def _until_next(reader: Reader) -> Window | None:
    """``hours until the next row of the same vessel in order of sched_dep``."""
    reader.skip(_QUIET)
    token = reader.peek()
    unit = ELAPSED.get(token.lemma, "") if token is not None else ""
    if not unit or not reader.next() or reader.take(_UNTIL) is None:
        return None
    reader.skip(ARTICLES)
    if not reader.word("next", "following", "subsequent") or not _row(reader):
        return None
    tail = read_tail(reader)
    date = tail.order[0].noun if tail.order else None
    return Window("gap", date, tail.per, unit=unit, is_ahead=True)


_SAME_PERIOD = phrase_set(("same month", "same quarter", "same period", "same day", "same year", "same date"))
_YEARLY: Phrases[WindowKind] = Phrases({
    "value of the": "year_before", "change against the": "year_change",
    "change in percent against the": "year_change_pct"})  # fmt: skip
_YEAR_BEFORE = phrase_set(("a year earlier", "of the year before", "one year earlier"))


def _year_before(reader: Reader) -> Window | None:
    """``value of the same month a year earlier``."""
    kind = reader.take(_YEARLY)
    if kind is None or reader.take(_SAME_PERIOD) is None or reader.take(_YEAR_BEFORE) is None:
        return None
    return Window(kind)


_NUMBERED = phrase_set((
    "row number", "sequence number", "running number", "consecutive number", "serial number", "ordinal number",
    "ordinal", "sequence", "running row number", "sequential number"))  # fmt: skip


def _numbered(reader: Reader) -> Window | None:
    """``row number per patient by adm_ts``."""
    if reader.take(_NUMBERED) is None:
        return None
    tail = read_tail(reader)
    return Window("number", None, tail.per, tail.order) if tail.per and tail.order else None
