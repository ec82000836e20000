"""A whole result that is merged into a table by keys: ``merge into shop_months with key shop_id + month``."""

from __future__ import annotations

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.target import address_at
from datamorph.planning.offline.phrases import phrase_set

_VERBS = frozenset({"merge", "upsert"})
_IT = frozenset("it this them these the result results rows all everything output".split())
_KEYED = phrase_set(("with key", "with keys", "with the key", "with the keys", "on", "by", "keyed by", "keyed on",
                     "using", "using key", "using the key", "using keys", "on key", "on the key", "on keys", "by key",
                     "by the key", "with merge key", "with the merge key", "with merge keys", "key", "keys", "key is",
                     "the key is", "matching on", "matched on", "merging on", "with unique key", "with primary key",
                     "on the keys"))  # fmt: skip
_AND = frozenset({"+", ",", "and", "&", "/"})
_ENDS = frozenset({"", ".", ";", ":", ")", ","})
_MOST_COLUMNS = 12
_WHOLLY = phrase_set(("completely", "entirely", "fully", "in full", "from scratch", "as a whole", "every time",
                      "every run", "on every run", "each time", "wholly", "with the result"))  # fmt: skip


def read_merging(reader: Reader, draft: Draft) -> None:
    """Find the target with its keys anywhere in the prompt, and close these words."""
    for place in range(len(reader.tokens)):
        reader.position = place
        if _merge(reader, draft) or _replace(reader, draft):
            return


def _merge(reader: Reader, draft: Draft) -> bool:
    start = reader.position
    if not reader.word(*_VERBS):
        return False
    reader.skip(_IT)
    listed = _listed(reader)
    target = reader.position
    if not reader.word("into", "in", "to"):
        return False
    reader.skip(ARTICLES | {"table"})
    name = reader.position
    if not _name(reader) or (reader.links(name, 1)[:1] and not reader.links(name, 1)[0].column):
        return False
    end = reader.position
    reader.word("(", ",")
    keys = _names(reader) if reader.take(_KEYED) is not None else []
    if not keys or (reader.lower() not in _ENDS and not _starts_clause(reader)):
        return False
    reader.word(")") if reader.tokens[end].text == "(" else None
    reader.word(":")
    draft.merge_keys = keys
    draft.target, draft.target_name, draft.target_tier = address_at(reader.tokens, name)
    if listed:
        reader.close(start, start + 1, "rows are merged")
        reader.close(target, reader.position, f"the result is merged into {draft.target_name}")
    else:
        reader.close(start, reader.position, f"the result is merged into {draft.target_name}")
    return True


def _starts_clause(reader: Reader) -> bool:
    return reader.lower() in ("every", "each", "daily", "weekly", "then", "so")


def _listed(reader: Reader) -> bool:
    """``upsert vessel_id and load into ...``: columns of the result, which are read where they stand."""
    mark = reader.position
    while reader.position < mark + _MOST_COLUMNS and (reader.is_kind("word") or reader.lower() in (",", "+")
                                                      or reader.is_kind("name")):  # fmt: skip
        if reader.lower() == "into":
            return reader.position > mark
        reader.next()
    reader.position = mark
    return False


def _replace(reader: Reader, draft: Draft) -> bool:
    """``replace the table shop_mix completely``: the result stands in place of what is there, as always."""
    start = reader.position
    if not reader.word("replace", "overwrite", "refresh", "rebuild", "recreate"):
        return False
    reader.skip(ARTICLES)
    is_table = reader.word("table")
    name = reader.position
    if not _name(reader) or reader.links(name, 1):
        return False
    is_wholly = reader.take(_WHOLLY) is not None
    if not (is_table or is_wholly) or reader.lower() not in _ENDS:
        return False
    draft.target, draft.target_name, draft.target_tier = address_at(reader.tokens, name)
    reader.close(start, reader.position, f"the result replaces {draft.target_name}")
    return True


def _name(reader: Reader) -> bool:
    token = reader.peek()
    if token is None or not token.is_word:
        return False
    reader.next()
    return True


def _names(reader: Reader) -> list[str]:
    found: list[str] = []
    mark = reader.position
    while (token := reader.peek()) is not None and token.is_word:
        found.append(snake_case(token.text) if token.kind == "word" else token.text)
        reader.next()
        mark = reader.position
        if reader.lower() not in _AND:
            break
        reader.skip(_AND)
    reader.position = mark
    return found
