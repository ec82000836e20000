"""One row of each, chosen by its place in an order: ``the latest order per customer``, ``each ward's first visit``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import DedupeRequest, Draft
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import COMPARATIVES, read_tie_keys, read_ties
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import held_values, read_number
from datamorph.planning.offline.lexicon.qualities import QUALITIES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Compare, Condition, Constant, Noun, OneOf, SortKey
from datamorph.planning.offline.names import OWN, Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_WAYS = Phrases({"latest": True, "newest": True, "most recent": True, "last": True, "very last": True,
                 "most current": True, "earliest": False, "oldest": False, "first": False,
                 "very first": False})  # fmt: skip
_EXTREMES = Phrases({"highest": True, "largest": True, "biggest": True, "greatest": True, "maximum": True,
                     "lowest": False, "smallest": False, "minimum": False, "latest": True, "most recent": True,
                     "newest": True, "last": True, "earliest": False, "first": False, "oldest": False})  # fmt: skip
_QUALITIES = Phrases({phrase: phrase for phrase in QUALITIES})
_LEADS = phrase_set((
    "keep", "take", "use", "retain", "keeping", "show", "give", "list", "find", "get", "return", "look at", "pick",
    "select", "work out", "determine", "consider", "fetch", "look up", "i want", "i need", "what is", "what was",
    "report"))  # fmt: skip
_KEEPS = frozenset({"keep", "take", "use", "retain", "keeping", "pick", "select"})
_FILLERS = frozenset(
    {"work", "only", "just", "the", "me", "single", "one", "us", "a", "from", "in", "for", "out", "and"}
)
ROWS = frozenset({"record", "row", "version", "entry", "one", "update", "line", "reading", "measurement", "observation",
                  "event", "status", "state", "rows", "records", "entries", "change", "revision"})  # fmt: skip
"""Words for a row of whatever table is meant."""
_BY = phrase_set((
    "by", "going by", "judged by", "judging by", "decided by", "according to", "based on", "as per", "measured by",
    "ordered by", "going on", "in terms of", "on the basis of"))  # fmt: skip
_DONE = frozenset({"made", "taken", "given", "sent", "paid", "sold", "done", "seen", "bought", "written"})
_EACH = frozenset({"each", "every"})
_STEM = 4
_OPEN = frozenset({"(", ",", ";", "and", "-", ":"})


@dataclass(slots=True)
class _Reading:
    """What was read of a request so far."""

    direction: bool
    table: Noun | None = None
    by: tuple[Noun, ...] = ()
    date: Noun | None = None
    ties: list[SortKey] = field(default_factory=list[SortKey])
    conditions: list[Condition] = field(default_factory=list["Condition"])
    is_said: bool = False
    quality: str = ""
    is_of_groups: bool = False


def read_newest(reader: Reader, draft: Draft) -> DedupeRequest | None:
    """``keep the latest record per customer by updated_at``, ``the last visit of every patient``."""
    start = reader.position
    if any(token.lower.startswith("alphabet") for token in reader.tokens[start:]):
        return None  # ``first shop per city alphabetically``
    lead = reader.take(_LEADS)
    is_led = lead is not None
    reader.skip(_FILLERS)
    if lead not in _KEEPS and reader.tokens[reader.position - 1].lower in ("one", "single", "a"):
        reader.position = start
        return None
    found = _possessive(reader) or _of_each(reader, draft, is_led=is_led)
    if found is None or (found.table is None and not is_led and found.date is None and not found.conditions):
        reader.position = start
        return None
    while _tail(reader, found):
        pass
    draft.conditions += found.conditions
    if found.is_of_groups:
        draft.groups.clear()
    order: tuple[SortKey, ...] = ()
    if found.is_said:
        order = (SortKey(found.date, found.direction), *(replace(key, is_tie=True) for key in found.ties))
    return DedupeRequest(found.by, order, found.table, found.quality, is_of_groups=found.is_of_groups)


def _possessive(reader: Reader) -> _Reading | None:
    """``each patron's first paid purchase``."""
    mark = reader.position
    places = [place for place in (mark, mark - 1) if 0 <= place < len(reader.tokens) and place not in reader.closed]
    place = next((place for place in places if reader.tokens[place].lower in _EACH), None)
    owner = None
    if place is not None:
        reader.position = place + 1
        owner = reader.noun()
    is_owner = owner is not None and reader.tokens[reader.position - 1].text.endswith(("'s", "\u2019s", "s'"))
    found = _way(reader) if is_owner else None
    if owner is None or found is None or not _thing(reader, found):
        reader.position = mark
        return None
    found.by = (owner,)
    return found


def _way(reader: Reader) -> _Reading | None:
    direction = reader.take(_WAYS)
    if direction is not None:
        return _Reading(direction, is_said=True)
    quality = reader.take(_QUALITIES)
    return _Reading(QUALITIES[quality][0], is_said=True, quality=quality) if quality is not None else None


def _of_each(reader: Reader, draft: Draft, *, is_led: bool) -> _Reading | None:
    mark = reader.position
    is_one = is_led and mark > 0 and reader.tokens[mark - 1].lower in ("one", "single", "a")
    found = _way(reader)
    if found is None and is_led:
        found = _with_extreme(reader) or (_Reading(direction=False) if is_one else None)
    if found is None or (found.date is None and not _deed_thing(reader, found)):
        return None
    _deed(reader, found)
    _by_date(reader, found)
    is_each = reader.take(PER_PHRASES) is not None or (
        reader.word("of", "for", "by", "from", "in", "on") and reader.word("each", "every", "a", "any")
    )
    is_each = is_each or (is_led and reader.word("for"))
    found.by = tuple(i.expression for i in read_groups(reader) if isinstance(i.expression, Noun)) if is_each else ()
    if not is_each and found.is_said and found.table is not None and not draft.measures:
        keys = tuple(group.expression for group in draft.groups if isinstance(group.expression, Noun))
        found.is_of_groups = bool(keys) and len(keys) == len(draft.groups)
        found.by = keys if found.is_of_groups and reader.lower() not in ("date", "time") else ()
    return found if found.by else None


def _by_date(reader: Reader, found: _Reading) -> None:
    """``the latest record by changed_at``: a date says what is latest, and not of what there is one."""
    mark = reader.position
    noun = reader.noun() if found.is_said and found.date is None and reader.word("by") else None
    link = noun.links[0] if noun is not None else None
    if link is not None and link.column in reader.names.dates.get(link.table, ()) and link.score >= OWN:
        found.date = noun
        return
    reader.position = mark


def _deed_thing(reader: Reader, found: _Reading) -> bool:
    """``earliest scheduled sailing``: the participle before the rows says by which of their dates."""
    mark = reader.position
    if _thing(reader, found):
        return True
    reader.position = mark
    token = reader.peek()
    if token is None or not token.lower.endswith("ed"):
        return False
    spots = [
        (table, column)
        for table, dates in sorted(reader.names.dates.items())
        for column in dates
        if any(len(w) >= _STEM and token.lower.startswith(w) for w in reader.names.column_words[table, column])
    ]
    reader.next()
    if not _thing(reader, found) or found.table is None:
        return False
    owners = {link.table for link in found.table.links}
    own = [spot for spot in spots if spot[0] in owners]
    if len(own) != 1:
        return False
    (table, column) = own[0]
    found.date = Noun(column, reader.names.column_words[table, column], (Link(table, column, 1.0),), mark)
    return True


def _with_extreme(reader: Reader) -> _Reading | None:
    """``the row with the highest fare``, ``the order whose amount is the largest``."""
    mark = reader.position
    found = _Reading(direction=True, is_said=True)
    if _thing(reader, found) and reader.word("with", "having"):
        reader.word("the")
        direction = reader.take(_EXTREMES)
        noun = reader.noun() if direction is not None else None
        if direction is not None and noun is not None and noun.links[0].column:
            found.direction, found.date = direction, noun
            return found
    reader.position = mark
    return None


def _deed(reader: Reader, found: _Reading) -> None:
    """``the first ticket opened by each customer``: what was done says the date."""
    mark = reader.position
    noun = read_deed(reader)
    if noun is not None and found.date is None and reader.lower() in ("by", "per", "for", "in", "of", "on", "at"):
        found.date = noun
        return
    reader.position = mark
    if reader.is_kind("word") and (reader.lower().endswith("ed") or reader.lower() in _DONE):
        reader.next()
        if reader.lower() in ("by", "per", "for", "of"):
            return
    reader.position = mark


def _thing(reader: Reader, found: _Reading) -> bool:
    """``germination test``, ``SPO2 reading``, ``record``: which rows; a value before it says which of them count."""
    mark = reader.position
    value = held_values(reader, None)
    if value is not None:
        reader.position += value[0]
        tables = list(dict.fromkeys(one.table for one in value[1]))
        spots = tuple(Link(one.table, one.column, 1.0) for one in value[1])
        behind = reader.position
        table = read_table(reader)
        owners = {link.table for link in table.links} if table is not None else set[TableRef]()
        if not owners & set(tables) and len(tables) == 1 and _is_word_for_rows(reader, behind):
            table, owners = None, set(tables)
            reader.position = behind + 1
        links = tuple(link for link in spots if link.table in owners)
        if links:
            reader.skip(ROWS)
            text = reader.ledger.text(mark, mark + value[0])
            found.conditions.append(OneOf(Noun(text, (), links, mark), (Constant(value[1][0].value),)))
            words = reader.names.table_words[links[0].table]
            found.table = table or Noun(links[0].table.name, words, (Link(links[0].table, "", 1.0),), mark)
            return True
    reader.position = mark
    found.table = read_table(reader)
    is_row = reader.lower() in ROWS
    reader.skip(ROWS)
    return found.table is not None or is_row


def _is_word_for_rows(reader: Reader, place: int) -> bool:
    """``reading`` behind a value that one table holds alone: a word for its rows, unless it is a name itself."""
    token = reader.tokens[place] if place < len(reader.tokens) else None
    links = reader.links(place, 1)
    is_name = bool(links) and links[0].score >= OWN
    return token is not None and token.kind == "word" and not is_name and token.lower not in GLUE - ROWS


def _tail(reader: Reader, found: _Reading) -> bool:
    """``by changed_at``, ``(going by tested_on, on a tie the higher id)``, ``(weight filled)``."""
    mark = reader.position
    is_open = reader.lower() == "("
    reader.skip(_OPEN)
    if found.date is None and reader.take(_BY) is not None:
        reader.skip(ARTICLES)
        noun = reader.noun()
        if noun is not None and noun.links[0].column:
            found.date = noun
            return _closed(reader)
    reader.position = mark
    if is_open and found.date is None and _extreme_date(reader, found):
        return True
    reader.position = mark
    if (ties := _ties(reader)) is not None:
        found.ties += ties
        return _closed(reader)
    reader.position = mark
    if (
        is_open
        and reader.next()
        and (condition := read_condition(reader)) is not None
        and reader.lower() in (")", ";", ",")
    ):
        found.conditions.append(condition)
        return _closed(reader)
    reader.position = mark
    return False


def _extreme_date(reader: Reader, found: _Reading) -> bool:
    """``(latest updated_at)``: the date again, with the same direction."""
    reader.word("(")
    reader.skip(("with", "the", "i.e", "i.e.", "by", "having", "that", "is"))
    direction = reader.take(_EXTREMES)
    noun = reader.noun() if direction is not None else None
    if noun is None or direction != found.direction or not noun.links[0].column or not reader.word(")"):
        return False
    found.date = noun
    return True


def _closed(reader: Reader) -> bool:
    reader.word(")")
    return True


def _ties(reader: Reader) -> list[SortKey] | None:
    """``on a tie the higher id``, ``then the higher id``."""
    found = read_ties(reader)
    if found:
        return found
    mark = reader.position
    reader.skip(_OPEN)
    is_then = reader.word("then")
    reader.skip(("by", "the"))
    keys = read_tie_keys(reader) if is_then and reader.match(COMPARATIVES) else None
    if not keys:
        reader.position = mark
        return None
    return keys


_THOSE = frozenset({"and", "then", ",", ".", "give", "me", "keep", "show", "return", "list", "only", "output", "just",
                    "take",                    "report", "of", "these", "them"})  # fmt: skip


def read_kept(reader: Reader, draft: Draft) -> DedupeRequest | None:
    """``give me those where it is under 92``: which of the rows that were kept are shown."""
    request, start = draft.dedupe, reader.position
    if request is None or not request.by or request.after is not None:
        return None
    reader.skip(_THOSE)
    if not (reader.word("those", "ones") or (reader.word("the") and reader.word("ones"))):
        reader.position = start
        return None
    reader.word("where", "whose", "with", "that", "which")
    condition = _of_it(reader, request) or read_condition(reader)
    if condition is None:
        reader.position = start
        return None
    return replace(request, after=condition)


def _of_it(reader: Reader, request: DedupeRequest) -> Condition | None:
    """``it is under 92``: the one number of the rows."""
    mark = reader.position
    token = reader.peek()
    if token is None or token.text.lower().removesuffix("'s").removesuffix("\u2019s") != "it" or request.table is None:
        return None
    reader.next()
    reader.skip(("is", "was"))
    operator = reader.take(COMPARED)
    value = read_number(reader) if operator is not None else None
    column = reader.names.only_number(request.table.links[0].table)
    if operator is None or value is None or not column:
        reader.position = mark
        return None
    left = Noun(column, (column,), reader.column_links(request.table.links[0].table, column), mark)
    return Compare(left, operator, value)
