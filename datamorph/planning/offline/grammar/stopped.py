"""How far the load before came: ``the previous load ended at 2024-05-01; take only what was opened after that``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, LoadRequest
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_date, read_number
from datamorph.planning.offline.model import Constant, Noun
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set

_LEAD = frozenset({"the", "our", "we", "that", "this", "my", "where"})
_WHICH = frozenset({"last", "previous", "prior", "preceding", "latest", "earlier", "most", "recent", "former",
                    "successful", "completed", "nightly", "daily", "incremental", "finished", "loading"})  # fmt: skip
_RUN = frozenset({"run", "load", "pull", "sync", "import", "increment", "batch", "refresh", "extract", "execution",
                  "ingestion", "job", "delivery", "update", "transfer", "upsert", "merge", "round"})  # fmt: skip
_ENDED = frozenset({"ended", "stopped", "finished", "reached", "was", "got", "came", "covered", "completed", "ran",
                    "went", "read", "loaded", "took", "processed", "had", "left", "is", "included",
                    "contained"})  # fmt: skip
_AT = frozenset({"at", "on", "with", "up", "to", "until", "till", "by", "through", "everything", "as", "far", "off",
                 "all", "rows", "and", "including", "data", "of", "the"})  # fmt: skip
_KNOWN = phrase_set((
    "watermark is", "watermark was", "watermark stands at", "watermark is at", "high-water mark is", "bookmark is",
    "loaded up to", "last loaded on", "already have everything up to", "have everything up to",
    "already loaded everything up to", "already loaded everything until", "have loaded everything up to",
    "have loaded everything until", "already have everything until", "already loaded up to", "have loaded up to",
    "loaded everything up to", "loaded everything until"))  # fmt: skip
_EVERYTHING = phrase_set(("everything up to", "everything until", "everything up to and including", "all rows up to",
                          "all rows until", "rows up to", "rows until", "data up to", "data until", "all up to",
                          "all rows up to and including", "everything through"))  # fmt: skip
_LOADED = phrase_set(("is already loaded", "is loaded", "is loaded already", "are already loaded", "are loaded",
                      "are loaded already", "is already there", "is there", "is there already", "are already there",
                      "has been loaded", "has already been loaded", "was loaded", "was already loaded",
                      "have been loaded", "have already been loaded", "were loaded", "is in already",
                      "is already in", "are already in", "has been loaded already"))  # fmt: skip
_THEREFORE = frozenset({
    ",", "so", "therefore", "pick", "up", "only", "take", "load", "read", "fetch", "get", "process", "just", "the",
    "rows", "records", "entries", "newer", "new", "after", "that", "date", "day", "since", "then", "than", "later",
    "from", "on", "point", "and", "this", "continue", "what", "came", "comes", "is", "hence", "thus", "now", "please",
    "bring", "in", "pull", "import", "ones", "those", "are", "was", "were", "with", "have", "has", "a", "an", "all",
    "everything", "anything", "whatever", "there", "beyond", "above", "past", "it", "needed", "wanted", "required",
    "relevant", "moment", "time", "timestamp", "value", "thereafter", "afterwards", "which", "rest", "remaining",
    "higher", "larger", "greater", "following", "upsert", "merge", "append", "go", "carry", "resume", "where",
    "left", "off", "added", "inserted", "arrived", "happened", "recorded", "written", "we", "need", "want", "be",
    "should", "must", "to", "will", "taken", "loaded", "processed", "considered", "included", "exclusively",
    "restrict", "limit", "yourself", "of", "row", "record"})  # fmt: skip
_AFTER = frozenset({"after", "since", "newer", "later", "from", "beyond", "above", "past", "thereafter", "afterwards",
                    "new", "following", "higher", "larger", "greater", "resume", "continue", "rest",
                    "remaining"})  # fmt: skip
_MOST_BEHIND = 18
_OF_CURSOR = frozenset({"day", "date", "time", "moment", "timestamp", "value"})
"""What the cursor tells, where a column is called to be it."""


def read_stopped(reader: Reader, draft: Draft) -> bool:
    """``the load before ended at 2024-05-01, read what came later``."""
    start = reader.position
    value = _run_ended(reader, draft)
    if value is None:
        reader.position = start
        reader.skip(_LEAD)
        value = _reached(reader, draft) if reader.take(_KNOWN) is not None else None
    if value is None:
        reader.position = start
        value = _everything(reader, draft)
    if value is None:
        reader.position = start
        return False
    _skip_therefore(reader, draft)
    load(draft).since = value
    return True


def load(draft: Draft) -> LoadRequest:
    """What is asked of loading only what is new."""
    draft.load = draft.load or LoadRequest()
    return draft.load


def _run_ended(reader: Reader, draft: Draft) -> Constant | None:
    """``the previous successful run got to``, ``that load ended at``."""
    first = reader.position
    reader.skip(_LEAD | {"in"})
    mark = reader.position
    reader.skip(_WHICH)
    is_told = reader.position > mark or reader.tokens[first].lower in ("that", "this")
    if not is_told or not reader.word(*_RUN):
        return _last_loaded(reader, draft, mark)
    reader.skip(("has", "had", "already"))
    if not reader.word(*_ENDED):
        return None
    reader.skip(_AT)
    return _reached(reader, draft)


def _last_loaded(reader: Reader, draft: Draft, mark: int) -> Constant | None:
    """``the last loaded payment_id is 300``: the column is the cursor."""
    reader.position = mark
    is_loaded = reader.word("last", "highest", "latest", "largest", "newest", "maximum")
    is_loaded = is_loaded and reader.word("loaded", "read", "processed", "imported", "known")
    known = draft.load.cursor if draft.load is not None else None
    noun = known if is_loaded and known is not None and reader.word(*_OF_CURSOR) else None
    noun = noun or (reader.column() if is_loaded else None)
    if noun is None or not reader.word("is", "was", "=", ":"):
        return None
    value = read_date(reader) or read_number(reader)
    if value is not None:
        load(draft).cursor = noun
    return value


def _everything(reader: Reader, draft: Draft) -> Constant | None:
    """``everything up to 2024-03-31 is already loaded``."""
    value = _reached(reader, draft) if reader.take(_EVERYTHING) is not None else None
    return value if value is not None and reader.take(_LOADED) is not None else None


def _reached(reader: Reader, draft: Draft) -> Constant | None:
    """``2024-05-01``, ``MoveID 300``, ``opened_at 2024-05-01``: the column is the cursor then."""
    mark = reader.position
    if (date := read_date(reader)) is not None:
        return date
    noun = reader.noun()
    if noun is None or not noun.links[0].column:
        reader.position = mark
        noun = draft.load.cursor if draft.load is not None else None
    reader.skip(("=", ":", "of", "is", "was"))
    found = (read_date(reader) or read_number(reader)) if noun is not None else None
    if found is None:
        reader.position = mark
        return None
    load(draft).cursor = noun
    return found


def _skip_therefore(reader: Reader, draft: Draft) -> None:
    """``; take only trips that started after that``: what follows from it, in a clause of its own."""
    mark = reader.position
    cursor = draft.load.cursor if draft.load is not None else None
    reader.skip((",", ".", ";", "-", ":", "("))
    first = reader.position
    said: set[str] = set()
    while reader.position < first + _MOST_BEHIND and reader.lower() not in ("", ".", ";", ")"):
        if reader.lower() in _THEREFORE:
            said.add(reader.next().lower)
        elif _is_of_load(reader, cursor):
            reader.next()
        else:
            break
    is_ended = reader.lower() in ("", ".", ";", ")") and not reader.is_kind("text")
    if not (is_ended and said & _AFTER):
        reader.position = mark
    elif reader.tokens[first - 1].text == "(":
        reader.word(")")


def _is_of_load(reader: Reader, cursor: Noun | None) -> bool:
    """The table that is loaded, its cursor, or what is done when that is written: ``started`` of ``started_at``."""
    token = reader.tokens[reader.position]
    links = reader.links(reader.position, 1)
    if links and not links[0].column and links[0].score >= OWN:
        return True
    if cursor is None:
        return False
    spots = {(link.table, link.column) for link in cursor.links}
    if any((link.table, link.column) in spots for link in links[:1]):
        return True
    return any(token.lower in reader.names.column_words.get(spot, ()) for spot in spots)
