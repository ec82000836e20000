"""Values that are there several times: ``which emails occur on more than one member, and how often``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item, Output
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Aggregate, Compare, Constant, Noun
from datamorph.planning.offline.names import TAILLESS, Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_LEAD = ARTICLES | frozenset(
    """give me list which what show find identify report return look for search there are is of all those please i want
    need see get us tell check only any distinct different are values name who""".split()
)
_VALUES = frozenset({"value", "values", "codes", "ids", "numbers", "entries", "combinations", "pairs", "keys"})
_THAT = frozenset({"that", "which", "who", "are", "is", "were", "was", "have", "has", "do", "does", "there", "been",
                   "being", "listed", "recorded", "stored", "used", "found", "present", "contained", "in", "registered",
                   "assigned", "given"})  # fmt: skip
_OCCUR = frozenset({"occur", "occurs", "occurring", "appear", "appears", "appearing", "exist", "exists", "show", "turn",
                    "come", "comes", "up", "repeat", "repeats", "recur", "be", "stand", "stands", "belong", "found",
                    "used", "listed", "there", "shows", "turns", "shared", "present", "with", "having", "on", "in",
                    "recorded", "entered", "registered", "by", "have", "has", "for", "to", "repeated", "among",
                     "across",
                    "stored", "held", "contained", "got", "carried", "of", "are", "is", "from"})  # fmt: skip
_HOLDS = frozenset({"contains", "contain", "has", "have", "holds", "hold", "lists", "list", "shows", "show", "stores",
                    "store", "keeps", "includes"})  # fmt: skip
_OFTEN = Phrases({
    **dict.fromkeys(("more than once", "several times", "multiple times", "repeatedly", "at least twice",
                     "twice or more", "two or more times", "more than one time", "many times", "twice or more often",
                     "at least two times", "duplicated", "not unique", "doubled", "non unique",
                     "in more than one row", "in duplicate", "not just once", "not only once", "2 or more times",
                     "at least 2 times", "over and over", "twice or more times"), 2),
    **dict.fromkeys(("at least three times", "three times or more", "three or more times", "more than twice",
                     "3 or more times", "at least 3 times", "more than two times"), 3)})  # fmt: skip
_SEVERAL = Phrases({
    **dict.fromkeys(("more than one", "several", "multiple", "at least two", "two or more", "more than a single",
                     "2 or more", "at least 2", "different", "various", "more than 1"), 2),
    **dict.fromkeys(("at least three", "three or more", "more than two", "3 or more", "at least 3", "more than 2"), 3),
})  # fmt: skip
_ROWS = frozenset({"row", "rows", "record", "records", "entry", "entries", "line", "lines"})
_DUPLICATE = phrase_set(("duplicate", "duplicated", "repeated", "double", "non unique", "duplicates of", "ambiguous",
                         "not unique", "multiply used", "recurring"))  # fmt: skip
_COUNT = phrase_set((
    "how often", "how many times", "the number of occurrences", "the number of times", "the frequency",
    "how frequently",
    "the count", "their count", "their number", "a count", "the number of rows", "number of occurrences", "count",
    "the number of copies", "number of times", "how many there are", "how many", "the number of records", "frequency",
    "the number of entries", "their frequency", "how many times each", "the counts", "counts", "how often each",
    "number of copies", "number of rows", "number of records", "number of entries", "how often they do",
    "how often that is",
    "how often it does", "the occurrences", "occurrences",
    "how many of them there are", "how many each"))  # fmt: skip
_ALSO = frozenset({",", "and", "with", "plus", "-", "–", "together", "along", "also", "show", "give",  # noqa: RUF001
                   "say",
                   "including", "?", "each", "its", "their", "tell", "me", ".", "please"})  # fmt: skip
_TAIL = frozenset({"they", "do", "does", "it", "occurs", "occur", "appear", "appears", "is", "the", "case", "there",
                   "exist", "each", "of", "them", "that", "so", "come", "comes", "up"})  # fmt: skip
_ALONE = phrase_set((
    "just the ids", "only the ids", "just the values", "only the values", "ids only", "values only", "just the keys",
    "only the keys", "just the numbers", "only the numbers", "just the codes", "only the codes", "no counts",
    "without the count", "without counts", "just the names", "only the names", "nothing else", "only those",
    "just the list", "just the id", "only the id", "once each", "each once", "each listed once",
    "just those"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", "?", "!", ":", "-", "–", "—", "and", "(", "with"})  # noqa: RUF001


def read_repeats(reader: Reader, draft: Draft) -> bool:
    """A column, or several, whose values stand in more than one row."""
    if draft.repeats is not None:
        return _more(reader, draft)
    if _surplus(reader, draft):
        return True
    if draft.groups or draft.measures or draft.union is not None or draft.dedupe is not None:
        return False
    start = reader.position
    for construct in (_occurring, _held, _used, _shared, _duplicates):
        reader.position = start
        reader.skip(_LEAD)
        found = construct(reader)
        if found is not None and reader.lower() in _ENDS and not reader.is_kind("text"):
            _start(draft, *found)
            return True
    reader.position = start
    return False


_SURPLUS = phrase_set(("number of surplus rows in", "number of surplus rows of"))


def _surplus(reader: Reader, draft: Draft) -> bool:
    """``number of surplus rows in sales as n``: what would go if each row were kept once."""
    start = reader.position
    noun = read_table(reader) if reader.take(_SURPLUS) is not None else None
    name = _name(reader) if noun is not None else ""
    if noun is None or not name or draft.groups or draft.measures or draft.outputs:
        reader.position = start
        return False
    draft.tables.append(noun)
    draft.surplus = name
    return True


def _start(draft: Draft, keys: list[Noun], table: TableRef, least: int) -> None:
    links = [tuple(link for link in noun.links if link.table == table and link.column) for noun in keys]
    own = [replace(noun, links=found[:1]) for noun, found in zip(keys, links, strict=True)]
    count = Aggregate("count")
    draft.tables.append(Noun(table.name, (), (replace(own[0].links[0], column="", score=1.0),)))
    draft.groups += [Item(noun, frozenset(noun.words), noun.text) for noun in own]
    item = Item(count, frozenset({"number", "count", "occurrence"}), "number of rows", is_hidden=True)
    draft.measures.append(item)
    draft.conditions.append(Compare(count, ">=", Constant(least)))
    draft.repeats = item
    draft.outputs += [Output(noun, is_strict=True) for noun in own]


def _keys(reader: Reader) -> list[Noun]:
    """``emails``, ``first_name and last_name``."""
    found: list[Noun] = []
    mark = reader.position
    while True:
        reader.skip(ARTICLES | {"same"})
        noun = _column(reader)
        if noun is None:
            reader.position = mark
            break
        found.append(noun)
        reader.skip(_VALUES)
        mark = reader.position
        if not reader.word(",", "and", "/", "+", "&"):
            break
        reader.word("and")
    return found


def _column(reader: Reader) -> Noun | None:
    for length in (4, 3, 2, 1):
        links = tuple(link for link in reader.links(reader.position, length) if link.score >= TAILLESS)
        if links and links[0].column:
            noun = reader.unlinked(most=length)
            return Noun(noun.text, noun.words, tuple(link for link in links if link.column), noun.position)
    return None


def _table(reader: Reader) -> TableRef | None:
    mark = reader.position
    noun = read_table(reader)
    best = [link for link in noun.links if link.score > noun.links[0].score - 0.05] if noun is not None else []
    if len(best) != 1:
        reader.position = mark
        return None
    reader.skip(_ROWS)
    return best[0].table


def _of(reader: Reader) -> TableRef | None:
    mark = reader.position
    if reader.word("in", "of", "from", "on", "among", "within", "across"):
        reader.skip(ARTICLES)
        table = _table(reader)
        if table is not None:
            return table
    reader.position = mark
    return None


def _several(reader: Reader) -> int | None:
    """``more than three``, ``4 or more``: the fewest that is enough."""
    if (found := reader.take(_SEVERAL)) is not None:
        return found
    start = reader.position
    more = reader.take(_MORE)
    token = reader.peek()
    if token is not None and isinstance(token.value, int) and not token.unit:
        reader.next()
        if more is not None:
            return token.value + more
        if reader.word("or") and reader.word("more"):
            return token.value
    reader.position = start
    return None


_MORE = Phrases({"more than": 1, "at least": 0, "over": 1, "no fewer than": 0, "not fewer than": 0})


def _settled(keys: list[Noun], table: TableRef | None, least: int) -> tuple[list[Noun], TableRef, int] | None:
    """The keys are columns of one table."""
    owners = [{link.table for link in noun.links if link.score > noun.links[0].score - 0.05} for noun in keys]
    shared = set[TableRef].intersection(*owners) if owners else set[TableRef]()
    if table is not None:
        return (keys, table, least) if keys and all(table in {li.table for li in n.links} for n in keys) else None
    return (keys, next(iter(shared)), least) if len(shared) == 1 else None


def _occurring(reader: Reader) -> tuple[list[Noun], TableRef, int] | None:
    """``emails that occur more than once in members``, ``FullName values on more than one patron record``."""
    keys = _keys(reader)
    if not keys:
        return None
    table = _of(reader)
    mark = reader.position
    reader.skip(_THAT)
    reader.skip(_OCCUR)
    if reader.position == mark and reader.lower() not in ("more", "several", "multiple", "at", "two", "twice"):
        return None
    table = table or _of_before(reader, mark)
    least = reader.take(_OFTEN)
    if least is not None:
        return _settled(keys, table or _of(reader), least)
    least = _several(reader)
    if least is None:
        return None
    rows = _table(reader)
    if rows is None and reader.word(*_ROWS):
        rows = _of(reader) or table
    if rows is None or (table is not None and table != rows):
        return None
    return _settled(keys, rows, least)


def _of_before(reader: Reader, mark: int) -> TableRef | None:
    """``that occur in members more than once``."""
    table = None
    if reader.position > mark and reader.tokens[reader.position - 1].lower in ("in", "of", "from", "on", "among"):
        before = reader.position
        reader.skip(ARTICLES)
        if reader.match(_SEVERAL) is None:
            table = _table(reader)
        if table is None:
            reader.position = before
    return table


def _held(reader: Reader) -> tuple[list[Noun], TableRef, int] | None:
    """``log_ids that status_log contains more than once``."""
    keys = _keys(reader)
    reader.skip(("that", "which", "the"))
    table = _table(reader) if keys else None
    if table is None or not reader.word(*_HOLDS):
        return None
    least = reader.take(_OFTEN)
    return _settled(keys, table, least) if least is not None else None


def _used(reader: Reader) -> tuple[list[Noun], TableRef, int] | None:
    """``emails that more than one member uses``."""
    keys = _keys(reader)
    reader.skip(("that", "which", "the"))
    least = _several(reader) if keys else None
    table = _table(reader) if least is not None else None
    if (
        table is None
        or least is None
        or not reader.word("use", "uses", "share", "shares", "have", "has", "hold", "carry")
    ):
        return None
    reader.skip(("in", "common"))
    return _settled(keys, table, least)


def _shared(reader: Reader) -> tuple[list[Noun], TableRef, int] | None:
    """``emails shared by several members``, ``the same email on two or more members``."""
    keys = _keys(reader)
    if not keys or not reader.word("shared", "used", "held", "borne"):
        return None
    reader.skip(("by", "among", "between", "with"))
    least = _several(reader)
    table = _table(reader) if least is not None else None
    return _settled(keys, table, least) if table is not None and least is not None else None


def _duplicates(reader: Reader) -> tuple[list[Noun], TableRef, int] | None:
    """``duplicate log_ids in status_log``."""
    if reader.take(_DUPLICATE) is None:
        return None
    reader.skip(_VALUES | {"of", "the", "in"})
    keys = _keys(reader)
    table = _of(reader) if keys else None
    return _settled(keys, table, 2) if table is not None else None


def _more(reader: Reader, draft: Draft) -> bool:
    """``and how often (occurrences)``, ``with their count as n``, ``just the ids``."""
    item, start = draft.repeats, reader.position
    if item is None:
        return False
    reader.skip(_ALSO | {"("})
    if reader.take(_ALONE) is not None and reader.lower() in _ENDS | {")"}:
        reader.word(")")
        return True
    reader.position = start
    reader.skip(_ALSO)
    _skip_keys(reader, draft)
    if not item.is_hidden or reader.take(_COUNT) is None:
        reader.position = start
        return False
    reader.skip(_TAIL)
    name = _name(reader)
    if reader.lower() not in _ENDS | {")"}:
        reader.position = start
        return False
    item.is_hidden, item.name = False, name or "occurrences"
    draft.outputs.append(Output(Noun(item.name, (item.name,)), item.name, item.expression, is_strict=True))
    return True


def _skip_keys(reader: Reader, draft: Draft) -> None:
    """``log_id and number of rows``: the values themselves are shown anyway."""
    mark = reader.position
    known = {(link.table, link.column) for group in draft.groups for link in _links_of(group)}
    while (noun := _column(reader)) is not None and known & {(link.table, link.column) for link in noun.links}:
        if not reader.word(",", "and", "with", "plus"):
            break
        reader.skip(("and", "the"))
        mark = reader.position
    reader.position = mark


def _links_of(group: Item) -> tuple[Link, ...]:
    return group.expression.links if isinstance(group.expression, Noun) else ()


def _name(reader: Reader) -> str:
    """``(occurrences)``, ``as n``."""
    mark = reader.position
    is_open = reader.word("(")
    is_said = reader.word("as", "called", "named", "=", ":") or is_open
    reader.skip(frozenset({"as", "called", "named", "column"}) if is_said else frozenset())
    token = reader.peek()
    if is_said and token is not None and token.is_word:
        name = reader.next().text
        if not is_open or reader.word(")"):
            return name
    reader.position = mark
    if token is not None and token.is_word and token.lower not in NO_NAMES and reader.lower(1) in ("", ".", ",", ";"):
        return reader.next().text
    reader.position = mark
    return ""
