"""Remarks on rows without a partner: ``zeros included``, ``lone loans stay``, ``lone rows go``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Constant
from datamorph.planning.offline.phrases import phrase_set

_ZEROS = phrase_set(("zeros included", "zeroes included", "zero included", "include zeros", "including zeros",
                     "include zeroes", "including zeroes", "incl zeros", "with zeros", "show zeros", "zeros too",
                     "also zeros", "zeros as well"))  # fmt: skip
_ALL = phrase_set(("all groups included", "all of them included"))
_BEFORE = frozenset({",", ".", ";", ":", "(", "and", "with", "-", "but"})


def close_partners(reader: Reader, draft: Draft) -> None:
    """Take every such remark, wherever it stands, and close its words."""
    for place in range(1, len(reader.tokens)):
        reader.position = place
        if reader.tokens[place - 1].lower in _BEFORE and read_partners(reader, draft):
            reader.close(place, reader.position, "rows without a partner")


def read_partners(reader: Reader, draft: Draft) -> bool:
    """Note that groups or rows are kept, or not, for which the other table has nothing."""
    start = reader.position
    if reader.take(_ZEROS) is not None:
        draft.keeps_all = draft.unmatched_zero = True
        return True
    if reader.take(_ALL) is not None:
        draft.keeps_all = True
        return True
    if _read_lone(reader, draft):
        return True
    reader.position = start
    return False


def _read_lone(reader: Reader, draft: Draft) -> bool:
    """``lone loans stay``, ``lone loans stay as 'nobody'``, ``lone rows go``."""
    if not reader.word("lone"):
        return False
    table = None if reader.word("rows") else read_table(reader)
    if table is None and reader.tokens[reader.position - 1].lower != "rows":
        return False
    if not reader.word("stay"):
        draft.drops_lone = table is None and reader.word("go")
        return draft.drops_lone
    draft.keeps_lone = True
    draft.lone += [table] if table is not None else []
    if reader.lower() == "as" and reader.is_kind("text", 1):
        draft.lone_fill = Constant(str(reader.tokens[reader.position + 1].value))
        reader.position += 2
    return True
