"""Loading only what is new: ``merge members into ... by member_id, cursor changed_at``."""

from __future__ import annotations

from datamorph.planning.offline.draft import DedupeRequest, Draft, LoadRequest
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import read_date
from datamorph.planning.offline.model import Noun, SortKey
from datamorph.planning.offline.phrases import Phrases, phrase_set

_INCREMENTAL = phrase_set((
    "incrementally", "as an incremental load", "in increments", "incremental", "as an incremental model",
    "incremental load of", "incremental load"))  # fmt: skip
_UPSERT = phrase_set(("upsert", "merge", "upserting"))
_KEYED = phrase_set((
    "merging on", "merging by", "merge on", "merged on", "merge by", "merged by", "upserting on", "upserting by",
    "upsert on", "upsert by", "keyed on", "keyed by", "matching on", "matched on", "with merge key", "merge key is",
    "with the key", "unique key is", "unique key"))  # fmt: skip
_ROLES = frozenset({"cursor", "watermark", "bookmark", "checkpoint", "high-water"})
_STOPPED = phrase_set((
    "last run stopped at", "last run ended at", "last run ended on", "last run stopped on", "last run was on",
    "last run reached", "last load stopped at", "last load ended on", "last load ended at", "last load was on",
    "last load reached", "previous run stopped at", "previous run ended at", "previous load stopped at",
    "previous load ended on", "previous run reached", "last run got to", "last load got to", "last run covered up to",
    "loaded up to", "last loaded on", "already have everything up to", "have everything up to"))  # fmt: skip
_THEREFORE = frozenset({
    ",", "so", "therefore", "pick", "up", "only", "take", "load", "read", "fetch", "get", "process", "just", "the",
    "rows", "records", "entries", "newer", "new", "after", "that", "date", "day", "since", "then", "than", "later",
    "from", "on", "point", "and", "this", "continue", "what", "came", "comes", "is"})  # fmt: skip
_AFTER = frozenset({"after", "since", "newer", "later", "from"})
_TWICE = phrase_set((
    "more than once", "several times", "multiple times", "twice", "repeatedly", "twice or more",
    "many times"))  # fmt: skip
_OCCURS = frozenset({"appears", "occurs", "exists", "comes", "shows", "up", "is", "there", "present", "listed",
                     "repeats", "repeated", "in", "has", "arrives"})  # fmt: skip
_WHICH = Phrases({"newest": True, "latest": True, "most recent": True, "last": True, "oldest": False,
                  "earliest": False, "first": False})  # fmt: skip


def read_loading(reader: Reader, draft: Draft) -> bool:
    """One remark on an incremental load: that it is one, its keys, its cursor, where it stopped."""
    start = reader.position
    for construct in (_mode, _upsert, _keys, _cursor, _stopped, _repeated):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def _load(draft: Draft) -> LoadRequest:
    draft.load = draft.load or LoadRequest()
    return draft.load


def _mode(reader: Reader, draft: Draft) -> bool:
    if reader.take(_INCREMENTAL) is None:
        return False
    _load(draft)
    return True


def _upsert(reader: Reader, draft: Draft) -> bool:
    """``upsert orders on order_id``; ``merge orders on order_id`` is one only where a target stands between."""
    said = reader.take(_UPSERT)
    if said is None:
        return False
    table = read_table(reader)
    is_targeted = _skip_target(reader)
    keys = _columns(reader) if reader.word("on", "by", "using") else []
    if table is None or (said == "merge" and not (is_targeted and keys)):
        return False
    _load(draft).keys += keys
    draft.tables.append(table)
    return True


def _skip_target(reader: Reader) -> bool:
    """Step over the words of the target, which are read before everything else."""
    mark = reader.position
    while reader.position < len(reader.tokens) and reader.position in reader.closed:
        reader.position += 1
    return reader.position > mark


def _keys(reader: Reader, draft: Draft) -> bool:
    if reader.take(_KEYED) is None:
        return False
    keys = _columns(reader)
    _load(draft).keys += keys if draft.load is None or not draft.load.keys else []
    return bool(keys)


def _columns(reader: Reader) -> list[Noun]:
    found: list[Noun] = []
    mark = reader.position
    reader.skip(ARTICLES)
    while (noun := reader.noun()) is not None and noun.links[0].column:
        found.append(noun)
        mark = reader.position
        if not reader.word(",", "and", "+"):
            break
    reader.position = mark
    return found


def _cursor(reader: Reader, draft: Draft) -> bool:
    """``using sold_on as the cursor``, ``changed_at as watermark``, ``cursor is changed_at``."""
    reader.skip(frozenset({",", "and", "using", "with", "use", "take", "the"}))
    if reader.lower() in _ROLES:
        _role(reader)
        reader.skip(frozenset({"is", ":", "=", "on", "being"}))
        noun = reader.noun()
    else:
        noun = reader.noun()
        if noun is None or not reader.word("as", "is", "being"):
            return False
        reader.skip(ARTICLES)
        if not _role(reader):
            return False
    if noun is None or not noun.links[0].column:
        return False
    _load(draft).cursor = noun
    return True


def _role(reader: Reader) -> bool:
    found = reader.word(*_ROLES)
    reader.skip(frozenset({"mark", "column", "field"}))
    return found


def _stopped(reader: Reader, draft: Draft) -> bool:
    """``the load before ended at 2024-05-01, read what came later``."""
    reader.skip(frozenset({"the", "our", "we"}))
    date = read_date(reader) if reader.take(_STOPPED) is not None else None
    if date is None:
        return False
    mark = reader.position
    reader.skip(_THEREFORE)
    if not {t.lower for t in reader.tokens[mark : reader.position]} & _AFTER:
        reader.position = mark
    _load(draft).since = date
    return True


def _repeated(reader: Reader, draft: Draft) -> bool:
    """``when a customer appears more than once keep the newest``."""
    if draft.dedupe is not None or not reader.word("when", "if", "where", "should"):
        return False
    reader.skip(ARTICLES)
    noun = reader.noun()
    reader.skip(_OCCURS)
    if noun is None or reader.take(_TWICE) is None:
        return False
    reader.skip(frozenset({",", "then", "only", "we", "just"}))
    if not reader.word("keep", "take", "use", "retain"):
        return False
    reader.skip(ARTICLES | {"only", "just"})
    is_latest = reader.take(_WHICH)
    if is_latest is None:
        return False
    reader.word("one", "row", "record", "version", "update", "entry")
    by = reader.noun() if reader.word("by") else None
    draft.dedupe = DedupeRequest((noun,), (SortKey(by, is_latest),))
    return True
