"""Rows that are there several times: what makes two rows the same, and which of them stays."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import DedupeRequest, Draft
from datamorph.planning.offline.grammar.cleaners import cleaned, read_behind, read_front
from datamorph.planning.offline.grammar.groups import read_key
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import read_tie_keys, read_ties
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Expression, Noun, Period, SortKey
from datamorph.planning.offline.phrases import Phrases, phrase_set

_TWICE = phrase_set((
    "twice", "several times", "more than once", "multiple times", "many times", "two times", "repeatedly", "double",
    "in duplicate", "doubly", "twice or more", "again and again"))  # fmt: skip
_SOME = frozenset({"some", "many", "a", "few", "several", "certain", "most", "the", "same", "there", "are"})
_DID = frozenset({"are", "is", "were", "was", "have", "has", "been", "got", "get", "appear", "appears", "occur",
                  "occurs", "exist", "come", "comes", "stand", "stands", "show", "up", "in", "there", "be",
                  "can", "may", "might"})  # fmt: skip
_HOLDS = frozenset({"has", "have", "holds", "contains", "keeps", "may", "can", "might", "hold", "contain", "with"})
_MANY = frozenset({"several", "multiple", "many", "two", "more", "than", "one", "a", "few"})
_VERSIONS = frozenset({"versions", "version", "rows", "row", "entries", "records", "copies", "lines", "duplicates"})
_PER = phrase_set(("per", "for each", "for every", "of each", "for one", "of the same", "for the same", "of every",
                   "for a", "of one"))  # fmt: skip
_COMPARE = phrase_set((
    "compare by", "compare on", "compare them by", "compare them on", "compare the", "match by", "match on",
    "match them by", "match them on", "identify them by", "recognise them by", "recognize them by", "group them by",
    "two rows are the same by", "tell them apart by", "go by", "judge by", "compare using", "by comparing",
    "comparing by", "comparing", "matching by"))  # fmt: skip
_SAME = phrase_set(("same", "with the same", "of the same", "having the same", "that have the same", "sharing",
                    "that share", "which share", "with equal", "with identical", "identical", "equal", "who share",
                    "with same", "on", "by", "based on", "where the", "judged by", "in terms of", "that agree on",
                    "that agree in", "agreeing in", "agreeing on"))  # fmt: skip
_DUPLICATE = phrase_set((
    "remove duplicate", "drop duplicate", "eliminate duplicate", "discard duplicate", "delete duplicate",
    "remove duplicates from", "remove duplicates of", "drop duplicates from", "deduplicate", "dedupe", "de duplicate",
    "remove duplicates in", "drop duplicates in", "remove the duplicate", "drop the duplicate", "remove double",
    "drop double", "get rid of duplicate", "get rid of double", "remove repeated", "drop repeated"))  # fmt: skip
_KEEP = frozenset({"keep", "keeping", "retain", "retaining", "take", "taking", "use", "using", "hold", "leave",
                   "stays", "survives", "preserve", "prefer"})  # fmt: skip
_KEPT_LEAD = frozenset({",", "and", ";", "then", "but", "we", "please", "always", "."})
_LATEST = Phrases({"latest": True, "newest": True, "most recent": True, "last": True, "highest": True, "largest": True,
                   "earliest": False, "oldest": False, "first": False, "lowest": False, "smallest": False,
                   "greatest": True, "biggest": True, "youngest": True})  # fmt: skip
_WITH = frozenset({"with", "having", "whose", "that", "which", "has", "is", "the", "of", "by", "according", "to", "on",
                   "going"})  # fmt: skip
_IF = frozenset({"if", "when", "where", "should", "in", "case", "on"})
_MATCH = frozenset({"match", "tie", "equal", "same", "coincide", "agree", "identical", "matches", "ties"})
_LONGEST = 5


def read_duplicates(reader: Reader, draft: Draft) -> bool:
    """One remark on duplicates; what it does not say may be said by a remark before or behind."""
    start = reader.position
    for construct in (_versions, _registered, _remove, _compare, _kept):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def tells_same(reader: Reader, place: int) -> bool:
    """True where a remark on duplicates stands that an order behind it takes up."""
    mark = reader.position
    found = False
    for construct in (_versions, _registered):
        reader.position = place
        found = found or construct(reader, Draft())
    reader.position = mark
    return found


def _versions(reader: Reader, draft: Draft) -> bool:
    """``contacts has several versions per patient``."""
    table = read_table(reader) if not reader.word("there") else None
    mark = reader.position
    reader.skip(_HOLDS | {"are", "is", "be"})
    if reader.position == mark or reader.lower() not in _MANY:
        return False
    reader.skip(_MANY)
    if not reader.word(*_VERSIONS) or reader.take(_PER) is None:
        return False
    keys = _keys(reader)
    if table is None and reader.word("in", "of"):
        table = read_table(reader)
    if not keys or draft.dedupe is not None:
        return False
    if not _is_kept_later(reader):
        return False
    draft.dedupe = DedupeRequest(by=tuple(keys), table=table, is_open=True)
    return True


def _is_kept_later(reader: Reader) -> bool:
    """True where the prompt goes on to say which row stays: otherwise the remark only tells how the data are."""
    mark = reader.position
    found = False
    while reader.position < len(reader.tokens) and not found:
        before = reader.position
        found = reader.word(*_KEEP) and _direction_ahead(reader)
        reader.position = before + 1
    reader.position = mark
    return found


def _direction_ahead(reader: Reader) -> bool:
    reader.skip(ARTICLES | {"only", "just", "one", "row", "entry", "record", "version", "registration", "with"})
    for _ in range(3):
        if reader.match(_LATEST):
            return True
        if not reader.is_kind("word"):
            return False
        reader.next()
    return False


def _registered(reader: Reader, draft: Draft) -> bool:
    """``Some people are registered twice in members``."""
    if draft.dedupe is not None or not reader.word("some", "many", "several", "certain", "the"):
        return False
    reader.skip(_SOME)
    table = read_table(reader)
    if table is None and reader.is_kind("word"):
        reader.next()
    reader.skip(_DID)
    if reader.is_kind("word") and reader.match(_TWICE) is None:
        reader.next()
    if reader.take(_TWICE) is None:
        return False
    if reader.word("in", "among", "of"):
        table = read_table(reader) or table
    if table is None or not _is_kept_later(reader):
        return False
    draft.dedupe = DedupeRequest(table=table, is_open=True)
    draft.tables.append(table)
    return True


def _remove(reader: Reader, draft: Draft) -> bool:
    """``remove duplicate sales (same isbn and day), keeping the first by sold_at``."""
    if draft.dedupe is not None or reader.take(_DUPLICATE) is None:
        return False
    reader.skip(("rows", "from", "of", "in", "the", "records", "entries"))
    table = read_table(reader)
    reader.skip(("rows", "records", "entries"))
    is_open = reader.word("(", ",", ":")
    if reader.take(_SAME) is None:
        return False
    reader.skip(ARTICLES | {"same", "their"})
    keys = _keys(reader)
    if not keys or (is_open and reader.tokens[reader.position - 1].text != ")" and reader.lower() == ")"
                    and not reader.word(")")):  # fmt: skip
        return False
    draft.dedupe = DedupeRequest(by=tuple(keys), table=table, is_open=True)
    if table is not None:
        draft.tables.append(table)
    _kept(reader, draft)
    return True


def _compare(reader: Reader, draft: Draft) -> bool:
    """``Compare by trimmed lowercase email``."""
    if draft.dedupe is None or not draft.dedupe.is_open or draft.dedupe.by or reader.take(_COMPARE) is None:
        return False
    keys = _keys(reader)
    draft.dedupe = replace(draft.dedupe, by=tuple(keys)) if keys else draft.dedupe
    return bool(keys)


def _keys(reader: Reader) -> list[Expression]:
    """Columns, parts of dates and cleaned texts, with commas and ``and`` between them."""
    found: list[Expression] = []
    mark = reader.position
    while True:
        reader.skip(ARTICLES)
        templates = read_front(reader)
        item = read_key(reader)
        if item is None or not isinstance(item.expression, Noun | Period):
            reader.position = mark
            return found
        behind = read_behind(reader)
        found.append(cleaned(item.expression, [*templates, *behind]))
        mark = reader.position
        if not reader.word(",", "and", "+", "&"):
            return found
        reader.word("and")


def _kept(reader: Reader, draft: Draft) -> bool:
    """``keeping the first by sold_at``, ``retain the registration with the earliest joined_on (...)``."""
    request = draft.dedupe
    start = reader.position
    if request is None or not request.is_open or request.order:
        return False
    reader.skip(_KEPT_LEAD)
    if not reader.word(*_KEEP):
        reader.position = start
        return False
    reader.skip(ARTICLES | {"only", "just", "one"})
    for _ in range(2):
        if reader.match(_LATEST) is None and reader.is_kind("word") and reader.lower() not in _WITH:
            reader.next()
            reader.skip(_WITH)
    reader.skip(_WITH)
    direction = reader.take(_LATEST)
    reader.skip(_VERSIONS | {"one", "by", "of", "update", "registration", "according", "to", "on", "going"})
    noun = reader.noun() if direction is not None else None
    if direction is None or (noun is not None and not noun.links[0].column):
        reader.position = start
        return False
    order = [SortKey(noun, direction), *_ties(reader)]
    draft.dedupe = replace(request, order=tuple(order))
    return True


def _ties(reader: Reader) -> list[SortKey]:
    """``(lowest id if the dates match)``, ``on ties the lower id``."""
    mark = reader.position
    is_open = reader.word("(")
    reader.skip((",", ";", "and", "or"))
    keys = read_tie_keys(reader)
    if keys and reader.word(*_IF):
        for _ in range(_LONGEST):
            if reader.word(*_MATCH):
                if not is_open or reader.word(")"):
                    return keys
                break
            if not reader.is_kind("word") or reader.lower() in GLUE - {"the", "they", "are", "is", "both", "those",
                                                                      "there", "a", "dates", "values"}:  # fmt: skip
                break
            reader.next()
    reader.position = mark
    return read_ties(reader) or []
