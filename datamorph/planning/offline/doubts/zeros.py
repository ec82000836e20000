"""Things without rows: that a plan loses, tells apart by no name, or shows columns of what they lack."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.planning.offline.doubts.evidence import Evidence, Look

_NONE = frozenset({"none", "nothing"})
_NOUGHTS = frozenset({"0", "zero", "zeros", "zeroes"})
_ADDING = frozenset({"join", "spine", "union", "stack"})
_SORTED = frozenset({"sort", "sorted", "order", "ordered", "arranged", "ranked", "desc", "asc", "descending"})
_CALLED = frozenset({"name", "names"})


def lost_zeros(evidence: Evidence) -> Iterator[str]:
    """``total amount per shop, 0 if there are none``: of shops without rows, which no grouping of rows has."""
    if not (_NONE & set(evidence.words) and _NOUGHTS & set(evidence.words)):
        return
    measures: set[str] = set()
    for kind, fields in evidence.steps:
        if kind == "aggregate" and fields.get("by"):
            measures = set(fields.get("measures") or ())
        elif kind in _ADDING:
            measures = set()
        elif kind == "fill" and measures & set(fields.get("values") or ()):
            yield "its 0 stands for no group without rows"


def lost_names(evidence: Evidence) -> Iterator[str]:
    """``all shops by name with their number of sales`` where nothing that is shown is a text."""
    words = evidence.words
    places = [at for at in range(2, len(words)) if words[at] in _CALLED and words[at - 1] == "by"]
    if not any(words[at - 2] not in _SORTED for at in places):
        return
    schemas = {ref: evidence.said.tables[ref].schema for ref in evidence.spec.sources.values()}
    checked = typecheck(evidence.spec, schemas, may_read_target=True)
    if isinstance(checked, CheckedSpec) and all(column.type != "string" for column in checked.schema):
        yield "no name is shown"


def columns_of_none(evidence: Evidence) -> Iterator[str]:
    """``add the author to books, keep books without author``: rows that have none there, with its columns."""
    without: set[str] = set()
    for kind, fields in evidence.steps:
        if kind != "join":
            continue
        if fields.get("how") == "anti":
            without.add(str(fields.get("right")))
        elif fields.get("how") in ("left", "inner") and str(fields.get("right")) in without:
            yield f"it joins {fields.get('right')} to rows that have no match there"


LOOKS: tuple[Look, ...] = (lost_zeros, lost_names, columns_of_none)
