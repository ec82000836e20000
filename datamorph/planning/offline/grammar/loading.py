"""Loading only what is new: ``merge members into ... by member_id, cursor changed_at``."""

from __future__ import annotations

from datamorph.planning.offline.draft import DedupeRequest, Draft
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.stopped import load, read_stopped
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun, SortKey
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_INCREMENTAL = phrase_set((
    "incrementally", "as an incremental load", "in increments", "incremental", "as an incremental model",
    "incremental load of", "incremental load",
    "delta load of", "delta load", "delta", "as a delta load", "incremental pull of", "incremental pull",
    "incremental import of", "incremental import", "incremental sync of", "incremental sync", "in incremental mode",
    "incremental mode", "in increments only", "only the increment", "load incrementally", "loaded incrementally",
    "as increments", "incremental run", "an incremental load", "the increment of", "increment of"))  # fmt: skip
_UPSERT = phrase_set(("upsert", "merge", "upserting"))
_KEYED = phrase_set((
    "merging on", "merging by", "merge on", "merged on", "merge by", "merged by", "upserting on", "upserting by",
    "upsert on", "upsert by", "keyed on", "keyed by", "matching on", "matched on", "with merge key", "merge key is",
    "with the key", "unique key is", "unique key"))  # fmt: skip
_ROLES = frozenset({"cursor", "watermark", "bookmark", "checkpoint", "high-water"})
_KEY = phrase_set((
    "key", "keys", "key is", "keys are", "the key is", "merge key", "by key", "by the key", "with key", "with keys",
    "primary key", "primary key is", "business key", "natural key", "identified by", "identifier is", "on key",
    "on the key", "keyed with", "unique by", "unique on", "id is", "the keys are"))  # fmt: skip
_LOADS = frozenset("""
    incremental incrementally upsert upserts upserted upserting merge merges merged merging cursor watermark delta
    increment increments bookmark checkpoint""".split())  # fmt: skip
_ROW_WITH = frozenset({"the", "row", "record", "version", "entry", "with", "whichever", "has", "one", "always", "only",
                       "that", "of", "and", ",", "where", "then"})  # fmt: skip
_WINS = phrase_set((
    "wins", "win", "should win", "must win", "counts", "prevails", "takes precedence", "survives", "is kept", "stays",
    "is the one that counts", "is what counts", "will win", "is to win", "has priority", "beats the others", "is valid",
    "is used", "is taken", "should be kept", "must be kept", "wins out"))  # fmt: skip
_MERGED = phrase_set(("rows are merged by their key", "merged by their key", "rows are upserted by their key"))
_APPENDED = phrase_set((
    "append only", "append mode", "in append mode", "appending", "only appended", "new rows are appended",
    "append new rows", "appended", "append the new rows", "rows are appended", "append rows"))  # fmt: skip
_TWICE = phrase_set((
    "more than once", "several times", "multiple times", "twice", "repeatedly", "twice or more",
    "many times"))  # fmt: skip
_OCCURS = frozenset({"appear", "occur", "appears", "occurs", "exists", "comes", "shows", "up", "is", "there", "present",
                     "listed", "repeats", "repeated", "in", "has", "arrives"})  # fmt: skip
_WHICH = Phrases({"newest": True, "latest": True, "most recent": True, "last": True, "oldest": False,
                  "earliest": False, "first": False})  # fmt: skip


def read_loading(reader: Reader, draft: Draft) -> bool:
    """One remark on an incremental load: that it is one, its keys, its cursor, where it stopped."""
    start = reader.position
    for construct in (_mode, _upsert, _keys, _cursor, read_stopped, _repeated, _wins, _appends):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def _mode(reader: Reader, draft: Draft) -> bool:
    if reader.take(_INCREMENTAL) is None:
        return False
    load(draft)
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
    load(draft).keys += keys
    draft.tables.append(table)
    return True


def _skip_target(reader: Reader) -> bool:
    """Step over the words of the target, which are read before everything else."""
    mark = reader.position
    while reader.position < len(reader.tokens) and reader.position in reader.closed:
        reader.position += 1
    return reader.position > mark


def _keys(reader: Reader, draft: Draft) -> bool:
    keys = _as_key(reader) if _is_load(reader) else []
    if not keys and reader.take(_KEYED) is None and not (_is_load(reader) and reader.take(_KEY) is not None):
        return False
    keys = keys or _columns(reader)
    load(draft).keys += keys if draft.load is None or not draft.load.keys else []
    return bool(keys)


_IS_KEY = phrase_set(tuple(
    f"{lead} {the}{kind}key{s}" for lead in ("as", "is", "are", "being") for the in ("", "the ", "its ")
    for kind in ("", "merge ", "primary ", "unique ", "business ", "natural ", "upsert ", "join ", "row ")
    for s in ("", "s")))  # fmt: skip


def _as_key(reader: Reader) -> list[Noun]:
    """``with member_id as the merge key``."""
    start = reader.position
    reader.skip((",", "and", "with", "using", "use", "take", "on"))
    keys = _columns(reader)
    if not keys or reader.take(_IS_KEY) is None:
        reader.position = start
        return []
    return keys


def _is_load(reader: Reader) -> bool:
    """True where the prompt speaks of loading what is new: a key is what rows are merged by then."""
    return not reader.said.isdisjoint(_LOADS)


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
    reader.skip((",", "and", "using", "with", "use", "take", "the"))
    if reader.lower() in _ROLES or (reader.lower() == "high" and reader.lower(1) == "water"):
        _role(reader)
        reader.skip(("is", ":", "=", "on", "being"))
        noun = reader.noun()
    else:
        noun = reader.noun()
        if noun is None or not (reader.word("as", "is", "being") or reader.lower() == "the"):
            return False
        reader.skip(ARTICLES)
        if not _role(reader):
            return False
    if noun is None or not noun.links[0].column:
        return False
    load(draft).cursor = noun
    return True


def _role(reader: Reader) -> bool:
    found = reader.word(*_ROLES) or (reader.word("high") and reader.word("water", "watermark"))
    reader.skip(("mark", "column", "field"))
    return found


def _wins(reader: Reader, draft: Draft) -> bool:
    """``the newest updated_at wins``, ``the latest change of a rider counts``: of several with the same key."""
    if draft.dedupe is not None:
        return False
    owner = _owner(reader) if reader.take(PER_PHRASES) is not None else None
    reader.skip(_ROW_WITH)
    is_latest = reader.take(_WHICH)
    if is_latest is None:
        return False
    reader.skip(_VERSIONS | {"by"})
    if owner is None and reader.take(PER_PHRASES) is not None:
        owner = _owner(reader)
    if owner is None and reader.word("of", "for"):
        owner = _owner(reader)
    noun = reader.noun() if reader.match(_WINS) is None else None
    if reader.take(_WINS) is None or (noun is not None and not noun.links[0].column):
        return False
    owner = owner or _said_twice(reader)
    keys = list(draft.load.keys) if draft.load is not None else []
    keys += [found for key in draft.merge_keys if (found := reader.lookup(tuple(words_of(key)))) is not None]
    keys = [owner] if owner is not None and not keys else keys
    if not keys and not _is_load(reader):
        return False
    draft.dedupe = DedupeRequest(tuple(keys), (SortKey(noun, is_latest),), is_open=not keys)
    return True


_VERSIONS = frozenset({"row", "version", "record", "entry", "one", "update", "change", "revision", "edit", "message",
                       "event", "line", "state"})  # fmt: skip


def _owner(reader: Reader) -> Noun | None:
    """``of each rider``: what there are several rows of."""
    reader.skip(ARTICLES | {"each", "every", "single"})
    found = reader.noun()
    reader.skip((",", "then"))
    return found


def _said_twice(reader: Reader) -> Noun | None:
    """``when a rider occurs more than once``, which is what that is said for."""
    start = reader.position
    reader.word(",")
    noun = None
    if reader.word("when", "if", "where", "whenever", "should"):
        reader.skip(ARTICLES)
        noun = reader.noun()
        if reader.take(_SEVERAL) is None:
            reader.skip(_OCCURS)
            noun = noun if reader.take(_TWICE) is not None else None
    if noun is None:
        reader.position = start
    return noun


_SEVERAL = phrase_set(tuple(
    f"{has} {many} {rows}" for has in ("has", "have", "comes with", "appears in", "occurs in", "sent")
    for many in ("several", "more than one", "multiple", "many", "two or more")
    for rows in ("rows", "row", "versions", "version", "changes", "change", "updates", "update", "records", "record",
                 "entries", "entry")))  # fmt: skip


def _appends(reader: Reader, draft: Draft) -> bool:
    """``append only``, ``new rows are appended``; ``rows are merged by their key``."""
    if reader.take(_MERGED) is not None:
        draft.merges = True
        return True
    if reader.take(_APPENDED) is None:
        return False
    load(draft).appends = True
    return True


def _repeated(reader: Reader, draft: Draft) -> bool:
    """``when a customer appears more than once keep the newest``, ``..., the newest change wins``."""
    noun = _said_twice(reader) if draft.dedupe is None else None
    if noun is None:
        return False
    reader.skip((",", "then", "only", "we", "just", ":"))
    is_kept = reader.word("keep", "take", "use", "retain", "load")
    reader.skip(ARTICLES | {"only", "just"})
    is_latest = reader.take(_WHICH)
    if is_latest is None:
        return False
    reader.skip(_VERSIONS)
    by = reader.noun() if reader.word("by") else None
    if not is_kept and reader.take(_WINS) is None:
        return False
    draft.dedupe = DedupeRequest((noun,), (SortKey(by, is_latest),))
    return True
