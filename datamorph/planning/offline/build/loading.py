"""Incremental loads in the spec: which source is read from where, and how rows are merged."""

from __future__ import annotations

from typing import Any

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.terms import ColumnLeaf, compare_date, constant, infix, leaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Asked, Refused
from datamorph.planning.offline.names import words_of


def focus_load(work: Work) -> None:
    """Columns are those of the table that is loaded, where another one has columns of the same name."""
    tables = [table for noun in work.draft.tables if (table := work.scope.entity(noun)) is not None]
    if work.draft.load is not None and len(set(tables)) == 1 and not work.joins.explicit_tables():
        work.scope.focus = tables[0]


def read_since(work: Work) -> None:
    """Leave out what the last run had already, and let the newest row of a key win by the cursor."""
    load = work.draft.load
    if load is None:
        return
    if work.is_grouped or work.draft.top is not None:
        message = "an incremental load of groups would miss the rows of earlier runs"
        raise Refused("out_of_scope", message, hint="load the rows incrementally and group them in a second pipeline")
    if load.since is None:
        return
    assert work.root is not None  # noqa: S101
    term = leaf(ColumnLeaf(work.root, cursor_of(work)))
    if load.since.is_date != is_time(work.binder.type_of(term)):
        raise Refused("impossible", f"{load.since.value} is no value of {term.text}", hint="name the cursor column")
    if load.since.is_date:
        newer = compare_date(term, ">", str(load.since.value), work.binder.type_of(term))
    else:
        newer = infix(">", term, constant(load.since.value))
    work.frames.add("filter", "newer", where=work.frames.render(newer))


def cursor_of(work: Work) -> str:
    """The column that tells how far a run came: said, else asked for."""
    load, root = work.draft.load, work.root
    assert root is not None  # noqa: S101
    link = work.scope.column(load.cursor) if load and load.cursor else None
    if link is not None and link.table == root:
        return link.column
    times = [c.name for c in work.scope.tables[root].schema if is_time(c.type)]
    if not times:
        raise Refused("impossible", f"{root.name} has no date that tells new rows", hint="name the cursor column")
    if len(times) == 1:
        work.dialog.assume(f"new rows are told by {times[0]}")
        return times[0]
    return work.dialog.choose("cursor", "Which column tells new rows?", [(name, name) for name in times])


def newest_by_cursor(work: Work) -> list[str]:
    """The order in which the newest row of an incremental load comes first; empty without a cursor."""
    load = work.draft.load
    if load is None or load.cursor is None or work.root is None:
        return []
    return [f"{work.frames.name_of(ColumnLeaf(work.root, cursor_of(work)))} desc"]


def merge_by(work: Work) -> dict[str, Any]:
    """How the rows meet those that are there: merged by the keys that the prompt gives."""
    load, root = work.draft.load, work.root
    if work.draft.merge_keys:
        return {"write": "merge", "key": _sure(work, [_column(work, said) for said in work.draft.merge_keys])}
    if load is None or root is None:
        return _merge_by_key(work) if work.draft.merges else {}
    if load.appends and not load.keys:
        work.key = ()
        return {"write": "append", "key": []}
    links = [work.scope.column(noun) for noun in load.keys]
    keys = [link.column for link in links if link is not None and link.table == root]
    keys = keys or list(work.key) or list(work.scope.relations.key(root))
    if not keys or not set(keys) <= set(work.frames.schema.names):
        names = [name for name in work.frames.schema.names][:4]
        if len(names) < 2:  # noqa: PLR2004 (nothing to choose from)
            raise Refused("impossible", "the result has no key to merge by", hint="keep the key column")
        work.dialog.require("merge_key", "Which column identifies a row?", [(name, name) for name in names])
        raise Asked("merge key")
    if not load.keys:
        work.dialog.assume(f"rows are merged by {', '.join(keys)}")
    return {"write": "merge", "key": keys if load.cursor is not None else _sure(work, keys)}


def _merge_by_key(work: Work) -> dict[str, Any]:
    """The result is merged by what its rows are known to be told apart by."""
    if not work.key:
        raise Refused("impossible", "the result has no key to merge by", hint="say 'merge on' and the key")
    return {"write": "merge", "key": list(work.key)}


def _sure(work: Work, keys: list[str]) -> list[str]:
    """The keys, where each is there once in the result; else it is asked about.

    Raises:
        Asked: rows with the same key would be merged, and it is not said which of them stays.
    """
    known = (work.key, work.scope.relations.key(work.root) if work.root is not None else ())
    if any(one and set(one) <= set(keys) for one in known):
        return keys
    said = ", ".join(keys)
    choices = [("once", f"every {said} is there once"), ("other", "which one stays: I will say it in other words")]
    if work.dialog.require(f"merged_{said}", f"Which row stays where several have the same {said}?", choices) != "once":
        raise Asked(said)
    return keys


def _column(work: Work, said: str) -> str:
    """The column of the result that a merge key names."""
    names = work.frames.schema.names
    same = [name for name in names if name.lower() == said.lower()]
    words = frozenset(words_of(said))
    found = same or [made.name for made in work.made if made.words >= words and made.name in names]
    if len(set(found)) != 1:
        raise Refused("impossible", f"the result has no column {said!r} to merge by", hint=f"it has {', '.join(names)}")
    return found[0]


def incremental_reads(work: Work) -> dict[str, Any]:
    """The source that is read from where the last run stopped."""
    if work.draft.load is None or work.root is None:
        return {}
    return {work.frames.read(work.root): {"by": cursor_of(work)}}
